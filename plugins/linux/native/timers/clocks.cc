#include "timers/clocks.h"

#include <pthread.h>

#include "process.h"
#include "waiting.h"

namespace vmp_linux {
namespace {

// A processor clock's id is a thread's id, inverted, above three bits of kind (include/linux/posix-timers_types.h).
constexpr int kKind = 3, kUser = 1, kScheduled = 2, kOfThread = 4;

}  // namespace

int64_t clock_now(clockid_t host) {
  timespec time{};
  ::clock_gettime(host, &time);
  return time.tv_sec * kSecond + time.tv_nsec;
}

clockid_t host_clock(const Thread &thread, int clock) {
  if (clock < 0) {
    if ((clock & kKind) != kScheduled) return -1;
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
    case CLOCK_REALTIME_ALARM:
    case CLOCK_BOOTTIME_ALARM:
    case CLOCK_TAI:
      return clock;
    case CLOCK_PROCESS_CPUTIME_ID:
    case CLOCK_THREAD_CPUTIME_ID:
      return CLOCK_THREAD_CPUTIME_ID;
    default:
      return -1;
  }
}

clockid_t own_processor_clock() {
  clockid_t clock = CLOCK_THREAD_CPUTIME_ID;
  ::pthread_getcpuclockid(::pthread_self(), &clock);
  return clock;
}

clockid_t own_user_clock() { return (own_processor_clock() & ~kKind) | kUser; }

}  // namespace vmp_linux
