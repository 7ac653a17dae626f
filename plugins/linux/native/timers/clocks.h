// The guest's clocks on the host's (clock_gettime(2), clock_getcpuclockid(3)).
#ifndef VMP_LINUX_TIMERS_CLOCKS_H
#define VMP_LINUX_TIMERS_CLOCKS_H

#include <cstdint>
#include <ctime>
#include <limits>

namespace vmp_linux {

struct Thread;

// Nanoseconds since the clock's own beginning; 0 for a clock that is gone (a thread's that has ended).
int64_t clock_now(clockid_t host);

// vCPU thread. The host's clock for one of the guest's; a process's time is that of its only thread's virtual CPU,
// whose host thread is the caller. -1: no such clock.
clockid_t host_clock(const Thread &thread, int clock);

// vCPU thread. The calling thread's processor time, readable from any thread: in all, and in user mode as the host's
// kernel samples it (what ITIMER_VIRTUAL counts).
clockid_t own_processor_clock();
clockid_t own_user_clock();

// Of moments or spans that are not negative.
constexpr int64_t saturating_sum(int64_t a, int64_t b) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  return b > kMost - a ? kMost : a + b;
}

inline bool is_processor_clock(clockid_t host) { return host < 0 || host == CLOCK_THREAD_CPUTIME_ID; }

}  // namespace vmp_linux
#endif
