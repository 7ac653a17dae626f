#include "calls/calls.h"
#include "calls/time_values.h"
#include "personality.h"
#include "waiting.h"

namespace vmp_linux::calls {

int64_t rt_sigsuspend(Thread &thread, Ptr mask, uint64_t mask_size) {
  if (mask_size != kSignalMaskSize) return -EINVAL;
  if (!mask) return -EFAULT;
  if (const int error = set_temporary_mask(thread, mask, mask_size); error != 0) return error;
  const int64_t error = wait_for(thread, -1, 0);
  return error == -kRestartSystem ? -kRestartNoHandler : error;
}

int64_t rt_sigtimedwait(Thread &thread, Ptr mask, Ptr information_pointer, Ptr timeout, uint64_t mask_size) {
  if (mask_size != kSignalMaskSize) return -EINVAL;
  uint64_t wanted;
  if (!thread.process.memory().get(mask, wanted)) return -EFAULT;
  wanted &= ~kUnblockable;
  int64_t deadline = kForever;
  if (timeout) {
    int64_t nanoseconds;
    if (const int error = read_timespec(thread, timeout, nanoseconds); error != 0) return error;
    deadline = deadline_after(thread, nanoseconds);
  }
  const uint64_t blocked = thread.blocked_signals;
  for (;;) {
    std::optional<SignalInformation> taken;
    {
      std::lock_guard lock(thread.process.signal_mutex);
      taken = thread.pending.take(~wanted);
      if (!taken) taken = thread.process.pending.take(~wanted);
      if (taken) refresh_signal_files(thread.process);
    }
    if (taken) {
      thread.personality.timers().signal_taken(thread.process, *taken);
      if (information_pointer && !thread.process.memory().put(information_pointer, *taken)) return -EFAULT;
      return taken->number;
    }
    // The wanted signals are let through while it waits, so that one of them ends the wait.
    thread.blocked_signals = blocked & ~wanted;
    thread.awaited_signals = blocked & wanted;
    const int64_t error = wait_until(thread, -1, 0, deadline);
    thread.blocked_signals = blocked;
    thread.awaited_signals = 0;
    if (error == -ETIMEDOUT) return -EAGAIN;
    std::lock_guard lock(thread.process.signal_mutex);
    if (((thread.pending.pending() | thread.process.pending.pending()) & wanted) == 0) {
      return error == -kRestartSystem ? -kRestartNoHandler : error;
    }
  }
}

}  // namespace vmp_linux::calls
