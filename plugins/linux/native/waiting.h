// How a system call waits: always through the machine, so that a stop, a pause or a signal ends it.
#ifndef VMP_LINUX_WAITING_H
#define VMP_LINUX_WAITING_H

#include <cstdint>
#include <limits>

namespace vmp_linux {

struct Thread;

inline constexpr int64_t kForever = std::numeric_limits<int64_t>::max();
inline constexpr int64_t kSecond = 1000000000;

int64_t monotonic_nanoseconds();

// The moment at which a wait of `nanoseconds` from now ends (kForever stays so), or, when this call is an interrupted
// one that was started again, the moment that it had first.
int64_t deadline_after(Thread &thread, int64_t nanoseconds);

// vCPU thread. descriptor: -1 for none; events: of poll(2). 0, -ETIMEDOUT, -kRestartSystem when a signal that is not
// ignored, a stop, a pause or a function call of the host's is pending, or minus an errno.
int64_t wait_until(Thread &thread, int descriptor, short events, int64_t deadline);
inline int64_t wait_for(Thread &thread, int descriptor, short events) {
  return wait_until(thread, descriptor, events, kForever);
}

// vCPU thread. For what another thread tells with wake(): 0, when the caller looks again at what it waits for, or as
// wait_until.
int64_t wait_for_wake(Thread &thread, int64_t deadline);

// vCPU thread. SIGPIPE for a write whose reader is gone.
void raise_broken_pipe(Thread &thread);

}  // namespace vmp_linux
#endif
