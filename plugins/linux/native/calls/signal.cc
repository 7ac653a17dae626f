#include "calls/calls.h"
#include "personality.h"

namespace vmp_linux::calls {
namespace {

bool is_signal(int number) { return number >= 1 && number <= kSignalCount; }

void set_blocked(Thread &thread, uint64_t mask) {
  thread.blocked_signals = mask & ~kUnblockable;
  if (signal_waits(thread)) thread.attention.store(true, std::memory_order_relaxed);
}

// Signal 0 only asks whether the target is there.
int64_t send(Thread &thread, Thread *target, int number, int code) {
  if (number == 0) return 0;
  if (!is_signal(number)) return -EINVAL;
  SignalInformation information;
  information.number = number;
  information.code = code;
  information.sender.process = static_cast<int32_t>(thread.process.id);
  information.sender.user = thread.process.credentials.user;
  return send_signal(thread.process, target, information);
}

Thread *find_thread(Thread &thread, int id) {
  for (const auto &each : thread.process.threads) {
    if (static_cast<int>(each->id) == id) return each.get();
  }
  return nullptr;
}

// Information that the guest made up: it may not claim to come from the kernel or from kill(2).
int64_t queue(Thread &thread, Thread *target, int number, Ptr pointer) {
  SignalInformation information;
  if (!thread.process.memory().get(pointer, information)) return -EFAULT;
  if (!is_signal(number)) return number == 0 ? 0 : -EINVAL;
  if ((information.code >= 0 || information.code == SI_TKILL) && target != &thread && target != nullptr) return -EPERM;
  information.number = number;
  return send_signal(thread.process, target, information);
}

}  // namespace

int64_t rt_sigaction(Thread &thread, int number, Ptr pointer, Ptr old_pointer, uint64_t mask_size) {
  if (mask_size != kSignalMaskSize || !is_signal(number)) return -EINVAL;
  Process &process = thread.process;
  const bool has_restorer = thread.personality.architecture().sigaction_restorer;
  const uint64_t size = has_restorer ? 32 : 24;
  uint64_t words[4];  // handler, flags, the restorer where there is one, mask
  const size_t mask = has_restorer ? 3 : 2;
  SignalAction action;
  if (pointer) {
    if (!process.memory().read(pointer, words, size)) return -EFAULT;
    if ((signal_bit(number) & kUnblockable) != 0) return -EINVAL;
    action = {words[0], words[1], has_restorer ? words[2] : 0, words[mask] & ~kUnblockable};
  }
  SignalAction old;
  {
    std::lock_guard lock(process.signal_mutex);
    SignalAction &current = process.actions[static_cast<size_t>(number - 1)];
    old = current;
    if (pointer) {
      current = action;
      if (is_ignored(action, number)) {
        process.pending.discard(signal_bit(number));
        for (const auto &each : process.threads) each->pending.discard(signal_bit(number));
      }
    }
  }
  if (!old_pointer) return 0;
  words[0] = old.handler;
  words[1] = old.flags;
  words[2] = old.restorer;
  words[mask] = old.mask;
  return process.memory().write(old_pointer, words, size) ? 0 : -EFAULT;
}

int64_t rt_sigprocmask(Thread &thread, int how, Ptr pointer, Ptr old_pointer, uint64_t mask_size) {
  if (mask_size != kSignalMaskSize) return -EINVAL;
  const uint64_t old = thread.blocked_signals;
  uint64_t mask;
  if (pointer) {
    if (!thread.process.memory().get(pointer, mask)) return -EFAULT;
    switch (how) {
      case SIG_BLOCK:
        set_blocked(thread, old | mask);
        break;
      case SIG_UNBLOCK:
        set_blocked(thread, old & ~mask);
        break;
      case SIG_SETMASK:
        set_blocked(thread, mask);
        break;
      default:
        return -EINVAL;
    }
  }
  return !old_pointer || thread.process.memory().put(old_pointer, old) ? 0 : -EFAULT;
}

int64_t rt_sigpending(Thread &thread, Ptr pointer, uint64_t mask_size) {
  if (mask_size > kSignalMaskSize) return -EINVAL;
  uint64_t pending;
  {
    std::lock_guard lock(thread.process.signal_mutex);
    pending = (thread.pending.pending() | thread.process.pending.pending()) & thread.blocked_signals;
  }
  return thread.process.memory().write(pointer, &pending, mask_size) ? 0 : -EFAULT;
}

int64_t rt_sigqueueinfo(Thread &thread, int process, int number, Ptr information) {
  return process == static_cast<int>(thread.process.id) ? queue(thread, nullptr, number, information) : -ESRCH;
}

int64_t rt_tgsigqueueinfo(Thread &thread, int process, int id, int number, Ptr information) {
  Thread *target = find_thread(thread, id);
  if (process != static_cast<int>(thread.process.id) || target == nullptr) return -ESRCH;
  return queue(thread, target, number, information);
}

int64_t sigaltstack(Thread &thread, Ptr pointer, Ptr old_pointer) {
  struct {
    uint64_t base;
    uint32_t flags, padding;
    uint64_t size;
  } stack, old;
  constexpr uint32_t kOnStack = 1, kDisable = 2, kAutoDisarm = 1u << 31;
  constexpr uint64_t kSmallest = 2048;  // MINSIGSTKSZ
  AlternateStack &current = thread.alternate_stack;
  const uint64_t at = thread.reg(thread.personality.abi().stack_pointer);
  const bool on_it = (current.flags & kDisable) == 0 && at > current.base && at - current.base <= current.size;
  old = {current.base, current.flags | (on_it ? kOnStack : 0), 0, current.size};
  if (pointer) {
    if (!thread.process.memory().get(pointer, stack)) return -EFAULT;
    const uint32_t mode = stack.flags & ~kAutoDisarm;
    if (on_it) return -EPERM;
    if (mode != 0 && mode != kOnStack && mode != kDisable) return -EINVAL;
    if (mode == kDisable) {
      current = {};
    } else {
      if (stack.size < kSmallest) return -ENOMEM;
      current = {stack.base, stack.flags & kAutoDisarm, stack.size};
    }
  }
  return !old_pointer || thread.process.memory().put(old_pointer, old) ? 0 : -EFAULT;
}

int64_t rt_sigreturn(Thread &thread) {
  uint64_t mask = 0;
  AlternateStack stack;
  thread.in_call = false;  // the registers are the frame's now, nothing of this call is left to settle
  if (!thread.personality.architecture().pop_signal_frame(thread.process.memory(), thread.state, mask, stack)) {
    raise_fault(thread, SIGSEGV, SI_KERNEL, 0);
  } else {
    constexpr uint32_t kOnStack = 1;
    stack.flags &= ~kOnStack;
    thread.alternate_stack = stack;
    set_blocked(thread, mask);
  }
  return static_cast<int64_t>(thread.reg(thread.personality.abi().result));
}

int64_t kill(Thread &thread, int process, int number) {
  const auto own = static_cast<int64_t>(thread.process.id);
  const auto group = static_cast<int64_t>(thread.process.group);
  if (number < 0 || number > kSignalCount) return -EINVAL;
  // kill(-1) reaches every process but the caller: there is none.
  if (process != 0 && process != own && -int64_t{process} != group) return -ESRCH;
  return send(thread, nullptr, number, SI_USER);
}

int64_t tkill(Thread &thread, int id, int number) {
  if (id <= 0) return -EINVAL;
  Thread *target = find_thread(thread, id);
  return target == nullptr ? -ESRCH : send(thread, target, number, SI_TKILL);
}

int64_t tgkill(Thread &thread, int process, int id, int number) {
  if (process <= 0 || id <= 0) return -EINVAL;
  return process == static_cast<int>(thread.process.id) ? tkill(thread, id, number) : -ESRCH;
}

}  // namespace vmp_linux::calls
