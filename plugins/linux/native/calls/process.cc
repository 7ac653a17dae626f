#include <linux/futex.h>
#include <sys/wait.h>

#include "calls/calls.h"
#include "calls/time_values.h"
#include "personality.h"
#include "waiting.h"

namespace vmp_linux::calls {
namespace {

// The single thread of a process waits for a word that nobody else can change: for a time-out or a signal.
int64_t futex_wait(Thread &thread, Ptr word, int operation, uint32_t value, Ptr timeout) {
  uint32_t current;
  if (word.address % sizeof current != 0) return -EINVAL;
  if (!thread.process.memory().get(word, current)) return -EFAULT;
  if (current != value) return -EAGAIN;
  int64_t deadline = kForever;
  if (timeout) {
    int64_t nanoseconds;
    if (const int error = read_timespec(thread, timeout, nanoseconds); error != 0) return error;
    if ((operation & FUTEX_CMD_MASK) == FUTEX_WAIT) {
      deadline = deadline_after(thread, nanoseconds);
    } else {
      timespec now{};
      ::clock_gettime((operation & FUTEX_CLOCK_REALTIME) != 0 ? CLOCK_REALTIME : CLOCK_MONOTONIC, &now);
      const int64_t left = nanoseconds - (now.tv_sec * kSecond + now.tv_nsec);
      deadline = nanoseconds == kForever ? kForever : monotonic_nanoseconds() + left;
    }
  }
  return wait_until(thread, -1, 0, deadline);
}

}  // namespace

int64_t exit(Thread &thread, int code) {
  // The last thread of its process, so far.
  return exit_group(thread, code);
}

int64_t exit_group(Thread &thread, int code) {
  thread.personality.end_process(thread.process, code & 0xff, 0, "", "");
  thread.ended = true;
  thread.attention.store(true, std::memory_order_relaxed);
  return 0;
}

// A process that cannot fork has no children.
int64_t wait4(Thread &, int, Ptr, int options, Ptr) {
  constexpr int kKnown = WNOHANG | WUNTRACED | WCONTINUED | __WNOTHREAD | __WALL | static_cast<int>(__WCLONE);
  return (options & ~kKnown) != 0 ? -EINVAL : -ECHILD;
}

int64_t waitid(Thread &, int which, int, Ptr, int options, Ptr) {
  constexpr int kWanted = WEXITED | WSTOPPED | WCONTINUED;
  return which < P_ALL || which > P_PIDFD || (options & kWanted) == 0 ? -EINVAL : -ECHILD;
}

// The word is cleared for threads that wait for this one to end: there are none.
int64_t set_tid_address(Thread &thread, Ptr) { return thread.id; }

// The list matters to other threads when this one dies: there are none.
int64_t set_robust_list(Thread &, Ptr, uint64_t size) {
  constexpr uint64_t kHeadSize = 24;
  return size == kHeadSize ? 0 : -EINVAL;
}

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
      return word.address % sizeof(uint32_t) != 0 ? -EINVAL : 0;  // nobody waits
    default:
      return -ENOSYS;
  }
}

}  // namespace vmp_linux::calls
