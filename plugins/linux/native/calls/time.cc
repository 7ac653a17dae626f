#include <sys/resource.h>
#include <sys/time.h>

#include <ctime>

#include "calls/calls.h"
#include "calls/time_values.h"
#include "personality.h"
#include "waiting.h"

namespace vmp_linux::calls {
namespace {

constexpr int64_t kTick = kSecond / 100;  // USER_HZ

// The host's clock for one of the guest's; a process's time is that of its only thread's virtual CPU. -1: no such
// clock.
clockid_t host_clock(const Thread &thread, int clock) {
  // The clock of one process or thread (clock_getcpuclockid): its id, inverted, above three bits of kind.
  constexpr int kScheduled = 2, kOfThread = 4;
  if (clock < 0 && (clock & 3) == kScheduled) {
    const auto own = (clock & kOfThread) != 0 ? thread.id : thread.process.id;
    const int id = ~(clock >> 3);
    return id == 0 || id == static_cast<int>(own) ? CLOCK_THREAD_CPUTIME_ID : -1;
  }
  switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_REALTIME_COARSE:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_BOOTTIME:
    case CLOCK_TAI:
      return clock;
    case CLOCK_PROCESS_CPUTIME_ID:
    case CLOCK_THREAD_CPUTIME_ID:
      return CLOCK_THREAD_CPUTIME_ID;
    default:
      return -1;
  }
}

int64_t now(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return time.tv_sec * kSecond + time.tv_nsec;
}

int64_t sleep_until(Thread &thread, int64_t deadline, bool relative, Ptr remaining) {
  const int64_t error = wait_until(thread, -1, 0, deadline);
  if (error == -ETIMEDOUT) return 0;
  if (error == -kRestartSystem) {
    const int64_t left = deadline - monotonic_nanoseconds();
    if (left <= 0) return 0;
    // Written now, since only a signal that has a handler ends the sleep and tells the guest to look.
    if (relative && remaining && !write_timespec(thread, remaining, left)) return -EFAULT;
    return -kRestartNoHandler;
  }
  return error;
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

int64_t clock_nanosleep(Thread &thread, int clock, int flags, Ptr request, Ptr remaining) {
  const clockid_t host = host_clock(thread, clock);
  if (host < 0 || clock == CLOCK_THREAD_CPUTIME_ID) return -EINVAL;
  if (host == CLOCK_THREAD_CPUTIME_ID || clock == CLOCK_MONOTONIC_RAW || clock == CLOCK_REALTIME_COARSE ||
      clock == CLOCK_MONOTONIC_COARSE) {
    return -EOPNOTSUPP;
  }
  int64_t nanoseconds;
  if (const int error = read_timespec(thread, request, nanoseconds); error != 0) return error;
  if ((flags & TIMER_ABSTIME) == 0) return sleep_until(thread, deadline_after(thread, nanoseconds), true, remaining);
  const int64_t left = nanoseconds - now(host);
  if (left <= 0) return 0;
  return sleep_until(thread, monotonic_nanoseconds() + left, false, remaining);
}

int64_t nanosleep(Thread &thread, Ptr request, Ptr remaining) {
  return clock_nanosleep(thread, CLOCK_MONOTONIC, 0, request, remaining);
}

int64_t gettimeofday(Thread &thread, Ptr to, Ptr zone) {
  const int64_t time = now(CLOCK_REALTIME);
  const int64_t value[2] = {time / kSecond, time % kSecond / 1000};
  const struct timezone utc = {0, 0};
  if (to && !thread.process.memory().put(to, value)) return -EFAULT;
  return !zone || thread.process.memory().put(zone, utc) ? 0 : -EFAULT;
}

int64_t times(Thread &thread, Ptr to) {
  struct rusage usage {};
  ::getrusage(RUSAGE_THREAD, &usage);
  const auto ticks = [](const timeval &time) { return time.tv_sec * 100 + time.tv_usec / 10000; };
  const int64_t value[4] = {ticks(usage.ru_utime), ticks(usage.ru_stime), 0, 0};
  if (to && !thread.process.memory().put(to, value)) return -EFAULT;
  return now(CLOCK_BOOTTIME) / kTick;
}

int64_t getrusage(Thread &thread, int who, Ptr to) {
  struct rusage usage {};  // the same layout on every 64-bit architecture
  static_assert(sizeof usage == 144);
  if (who != RUSAGE_SELF && who != RUSAGE_CHILDREN && who != RUSAGE_THREAD) return -EINVAL;
  if (who != RUSAGE_CHILDREN) {
    ::getrusage(RUSAGE_THREAD, &usage);
    // The host process's peak is not the guest's.
    const auto *memory = thread.personality.services().machine->memory(thread.personality.machine());
    usage.ru_maxrss = static_cast<long>(memory->allocated.load(std::memory_order_relaxed) / 1024);
  }
  return thread.process.memory().put(to, usage) ? 0 : -EFAULT;
}

}  // namespace vmp_linux::calls
