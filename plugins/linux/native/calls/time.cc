#include <sys/resource.h>
#include <sys/time.h>
#include <sys/timex.h>

#include <ctime>

#include "calls/calls.h"
#include "calls/time_values.h"
#include "personality.h"
#include "timers/clocks.h"
#include "waiting.h"

namespace vmp_linux::calls {
namespace {

constexpr int64_t kTick = kSecond / 100;  // USER_HZ

// Until the deadline. remaining: where to write what is left when a signal with a handler ends it; null for none.
int64_t sleep_until(Thread &thread, int64_t deadline, Ptr remaining) {
  const int64_t error = wait_until(thread, -1, 0, deadline);
  if (error == -ETIMEDOUT) return 0;
  if (error != -kRestartSystem) return error;
  const int64_t left = deadline - monotonic_nanoseconds();
  if (left <= 0) return 0;
  // Written now, since only a signal that has a handler ends the sleep and tells the guest to look.
  if (remaining && !write_timespec(thread, remaining, left)) return -EFAULT;
  return -kRestartNoHandler;
}

// A sleep on the process's own clock, which stands still while its only thread sleeps.
int64_t sleep_for_ever(Thread &thread, int64_t left, Ptr remaining) {
  if (left <= 0) return 0;
  const int64_t error = wait_for(thread, -1, 0);
  if (remaining && !write_timespec(thread, remaining, left)) return -EFAULT;
  return error == -kRestartSystem ? -kRestartNoHandler : error;
}

bool can_sleep_on(int clock) {
  return clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC || clock == CLOCK_BOOTTIME || clock == CLOCK_TAI;
}

}  // namespace

int64_t clock_gettime(Thread &thread, int clock, Ptr to) {
  timespec time;
  if (const clockid_t host = host_clock(thread, clock); host < 0 || ::clock_gettime(host, &time) != 0) return -EINVAL;
  return thread.process.memory().put(to, time) ? 0 : -EFAULT;
}

int64_t clock_getres(Thread &thread, int clock, Ptr to) {
  timespec resolution;
  if (const clockid_t host = host_clock(thread, clock); host < 0 || ::clock_getres(host, &resolution) != 0)
    return -EINVAL;
  return !to || thread.process.memory().put(to, resolution) ? 0 : -EFAULT;
}

// A guest reads the host's clocks and sets none of them.
int64_t clock_settime(Thread &thread, int clock, Ptr from) {
  int64_t nanoseconds;
  if (clock != CLOCK_REALTIME) return -EINVAL;
  const int error = read_timespec(thread, from, nanoseconds);
  return error != 0 ? error : -EPERM;
}

int64_t settimeofday(Thread &, Ptr, Ptr) { return -EPERM; }

int64_t adjtimex(Thread &thread, Ptr pointer) {
  struct timex state;  // the same layout on every 64-bit architecture
  static_assert(sizeof state == 208);
  if (!thread.process.memory().get(pointer, state)) return -EFAULT;
  const bool reads = state.modes == 0 || state.modes == ADJ_OFFSET_SS_READ;
  if (!reads) return -EPERM;
  const int result = errno_or(::adjtimex(&state));
  if (result < 0) return result;
  return thread.process.memory().put(pointer, state) ? result : -EFAULT;
}

int64_t clock_adjtime(Thread &thread, int clock, Ptr state) {
  if (clock == CLOCK_REALTIME) return adjtimex(thread, state);
  return host_clock(thread, clock) < 0 ? -EINVAL : -EOPNOTSUPP;
}

int64_t clock_nanosleep(Thread &thread, int clock, int flags, Ptr request, Ptr remaining) {
  const clockid_t host = host_clock(thread, clock);
  if (host < 0 || clock == CLOCK_THREAD_CPUTIME_ID) return -EINVAL;
  const bool on_processor_time = is_processor_clock(host);
  if (!on_processor_time && !can_sleep_on(clock)) {
    return clock == CLOCK_REALTIME_ALARM || clock == CLOCK_BOOTTIME_ALARM ? -EPERM : -EOPNOTSUPP;
  }
  int64_t nanoseconds;
  if (const int error = read_timespec(thread, request, nanoseconds); error != 0) return error;
  const bool absolute = (flags & TIMER_ABSTIME) != 0;
  if (absolute) remaining = Ptr();
  if (on_processor_time) {
    return sleep_for_ever(thread, absolute ? nanoseconds - clock_now(host) : nanoseconds, remaining);
  }
  if (!absolute) return sleep_until(thread, deadline_after(thread, nanoseconds), remaining);
  const int64_t left = nanoseconds - clock_now(host);
  if (left <= 0) return 0;
  const int64_t now = monotonic_nanoseconds();
  return sleep_until(thread, left > kForever - now ? kForever : now + left, remaining);
}

int64_t nanosleep(Thread &thread, Ptr request, Ptr remaining) {
  return clock_nanosleep(thread, CLOCK_MONOTONIC, 0, request, remaining);
}

int64_t gettimeofday(Thread &thread, Ptr to, Ptr zone) {
  const int64_t time = clock_now(CLOCK_REALTIME);
  const int64_t value[2] = {time / kSecond, time % kSecond / 1000};
  const struct timezone utc = {0, 0};
  if (to && !thread.process.memory().put(to, value)) return -EFAULT;
  return !zone || thread.process.memory().put(zone, utc) ? 0 : -EFAULT;
}

int64_t time(Thread &thread, Ptr to) {
  const int64_t seconds = clock_now(CLOCK_REALTIME) / kSecond;
  return !to || thread.process.memory().put(to, seconds) ? seconds : -EFAULT;
}

int64_t times(Thread &thread, Ptr to) {
  const Usage own = usage_of_this_thread();
  const Usage &children = thread.process.children_usage;
  const uint64_t used[] = {own.user_nanoseconds, own.system_nanoseconds, children.user_nanoseconds,
                           children.system_nanoseconds};
  int64_t value[4];
  for (int i = 0; i < 4; ++i) value[i] = static_cast<int64_t>(used[i]) / kTick;
  if (to && !thread.process.memory().put(to, value)) return -EFAULT;
  return clock_now(CLOCK_BOOTTIME) / kTick;
}

int64_t getrusage(Thread &thread, int who, Ptr to) {
  switch (who) {
    case RUSAGE_SELF:
    case RUSAGE_THREAD: {
      Usage usage = usage_of_this_thread();
      // The host process's peak is not the guest's.
      const auto *memory = thread.personality.services().machine->memory(thread.personality.machine());
      usage.largest_resident_kilobytes = memory->allocated.load(std::memory_order_relaxed) / 1024;
      return write_usage(thread, to, usage) ? 0 : -EFAULT;
    }
    case RUSAGE_CHILDREN:
      return write_usage(thread, to, thread.process.children_usage) ? 0 : -EFAULT;
    default:
      return -EINVAL;
  }
}

}  // namespace vmp_linux::calls
