// futex(2) between processes. Threads would share a queue by address in their process's memory; between processes,
// which may have the word at different addresses, a wake reaches every waiter of the run: each looks at its word again.
#include <linux/futex.h>

#include <algorithm>

#include "calls/calls.h"
#include "calls/time_values.h"
#include "waiting.h"

namespace vmp_linux::calls {
namespace {

// The moment at which the wait ends. 0 or minus an errno.
int read_futex_deadline(Thread &thread, int operation, Ptr timeout, int64_t &deadline) {
  deadline = kForever;
  if (!timeout) return 0;
  int64_t nanoseconds;
  if (const int error = read_timespec(thread, timeout, nanoseconds); error != 0) return error;
  if ((operation & FUTEX_CMD_MASK) == FUTEX_WAIT) {
    deadline = deadline_after(thread, nanoseconds);
    return 0;
  }
  timespec now{};
  ::clock_gettime((operation & FUTEX_CLOCK_REALTIME) != 0 ? CLOCK_REALTIME : CLOCK_MONOTONIC, &now);
  const int64_t left = nanoseconds - (now.tv_sec * kSecond + now.tv_nsec);
  deadline = nanoseconds == kForever ? kForever : monotonic_nanoseconds() + left;
  return 0;
}

int64_t futex_wait(Thread &thread, Ptr word, int operation, uint32_t value, Ptr timeout) {
  if (word.address % sizeof value != 0) return -EINVAL;
  int64_t deadline;
  if (const int error = read_futex_deadline(thread, operation, timeout, deadline); error != 0) return error;
  Run &run = *thread.process.run;
  bool woken = false;
  // Looked at with the lock held, which a wake takes after the word was changed: none is lost between.
  std::unique_lock lock(run.futex_mutex);
  uint32_t current;
  if (!thread.process.memory().get(word, current)) return -EFAULT;
  if (current != value) return -EAGAIN;
  run.futex_waiters.push_back({&thread, &woken});
  int64_t result = 0;
  while (result == 0 && !woken) {
    lock.unlock();
    result = wait_for_wake(thread, deadline);
    lock.lock();
  }
  std::erase_if(run.futex_waiters, [&](const Run::FutexWaiter &waiter) { return waiter.thread == &thread; });
  if (woken) return 0;
  // With a timeout it does not begin anew after a handler, whatever SA_RESTART says (signal(7)).
  return result == -kRestartSystem && timeout ? -kRestartNoHandler : result;
}

int64_t futex_wake(Thread &thread, Ptr word, uint32_t count) {
  if (word.address % sizeof count != 0) return -EINVAL;
  Run &run = *thread.process.run;
  std::lock_guard lock(run.futex_mutex);
  for (const Run::FutexWaiter &waiter : run.futex_waiters) {
    *waiter.woken = true;
    wake(waiter.thread->process);
  }
  return static_cast<int64_t>(std::min<uint64_t>(count, run.futex_waiters.size()));
}

}  // namespace

int64_t futex(Thread &thread, Ptr word, int operation, uint32_t value, Ptr timeout, Ptr, uint32_t third) {
  switch (operation & FUTEX_CMD_MASK) {
    case FUTEX_WAIT_BITSET:
      if (third == 0) return -EINVAL;
      [[fallthrough]];
    case FUTEX_WAIT:
      return futex_wait(thread, word, operation, value, timeout);
    case FUTEX_WAKE_BITSET:
      if (third == 0) return -EINVAL;
      [[fallthrough]];
    case FUTEX_WAKE:
      return futex_wake(thread, word, value);
    default:
      return -ENOSYS;
  }
}

}  // namespace vmp_linux::calls
