#include "calls/time_values.h"

#include <ctime>

#include "waiting.h"

namespace vmp_linux {

int read_timespec(Thread &thread, GuestPointer from, int64_t &nanoseconds) {
  struct {
    int64_t seconds, nanoseconds;
  } time;
  if (!thread.process.memory().get(from, time)) return -EFAULT;
  if (time.seconds < 0 || time.nanoseconds < 0 || time.nanoseconds >= kSecond) return -EINVAL;
  nanoseconds = time.seconds >= kForever / kSecond - 1 ? kForever : time.seconds * kSecond + time.nanoseconds;
  return 0;
}

bool write_timespec(Thread &thread, GuestPointer to, int64_t nanoseconds) {
  const int64_t time[2] = {nanoseconds / kSecond, nanoseconds % kSecond};
  return thread.process.memory().put(to, time);
}

int set_temporary_mask(Thread &thread, GuestPointer mask, uint64_t size) {
  if (!mask) return 0;
  uint64_t blocked;
  if (size != kSignalMaskSize) return -EINVAL;
  if (!thread.process.memory().get(mask, blocked)) return -EFAULT;
  thread.saved_blocked_signals = thread.blocked_signals;
  thread.has_saved_blocked_signals = true;
  thread.blocked_signals = blocked & ~kUnblockable;
  return 0;
}

}  // namespace vmp_linux
