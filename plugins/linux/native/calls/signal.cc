#include <limits>

#include "calls/calls.h"
#include "personality.h"
#include "waiting.h"

namespace vmp_linux::calls {
namespace {

bool is_signal(int number) { return number >= 1 && number <= kSignalCount; }

void set_blocked(Thread &thread, uint64_t mask) {
  thread.blocked_signals = mask & ~kUnblockable;
  if (signal_waits(thread)) thread.attention.store(true, std::memory_order_relaxed);
}

// kill(2): the sender's user must be one of the target's, or the superuser.
bool may_signal(const Thread &thread, const Process::Family &target, int number) {
  const Credentials &who = thread.process.credentials;
  if (who.effective_user == 0 || who.user == target.user || who.effective_user == target.user) return true;
  return number == SIGCONT && target.session == thread.process.family.session;
}

SignalInformation information_of(const Thread &thread, int number, int code) {
  SignalInformation information;
  information.number = number;
  information.code = code;
  information.sender.process = static_cast<int32_t>(thread.process.id);
  information.sender.user = thread.process.credentials.user;
  return information;
}

// Signal 0 only asks whether the target is there.
int64_t send(Thread &thread, Process &target, Thread *receiver, const SignalInformation &information) {
  const Process::Family family = thread.personality.table().family(target);
  if (target.run != thread.process.run) return -ESRCH;
  if (!may_signal(thread, family, information.number)) return -EPERM;
  if (information.number == 0 || family.state == Process::Family::State::zombie) return 0;
  const int64_t result = send_signal(target, receiver, information);
  return result == -ESRCH ? 0 : result;  // it ended just now: a zombie takes every signal
}

// A thread by its id, which is its process's where there is one thread. Null when there is none.
std::shared_ptr<Process> find_target(Thread &thread, int id) {
  return id > 0 ? thread.personality.find_process(static_cast<uint32_t>(id)) : nullptr;
}

// None of a process that has ended and was restored from a snapshot.
Thread *first_thread(const Process &process) {
  return process.threads.empty() ? nullptr : process.threads.front().get();
}

// Information that the guest made up: it may not claim to come from the kernel or from kill(2).
int64_t queue(Thread &thread, int process, bool to_thread, int number, Ptr pointer) {
  SignalInformation information;
  if (!thread.process.memory().get(pointer, information)) return -EFAULT;
  if (number < 0 || number > kSignalCount) return -EINVAL;
  const auto target = find_target(thread, process);
  if (target == nullptr) return -ESRCH;
  if ((information.code >= 0 || information.code == SI_TKILL) && target.get() != &thread.process) return -EPERM;
  information.number = number;
  return send(thread, *target, to_thread ? first_thread(*target) : nullptr, information);
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
  if (pointer && is_ignored(action, number)) {
    thread.personality.timers().signals_discarded(process, signal_bit(number));
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
  return queue(thread, process, false, number, information);
}

int64_t rt_tgsigqueueinfo(Thread &thread, int process, int id, int number, Ptr information) {
  if (process <= 0 || id <= 0) return -EINVAL;
  return process != id ? -ESRCH : queue(thread, id, true, number, information);
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
  const vmp_machine_service *machine = thread.personality.services().machine;
  machine->vcpu_load(thread.vcpu, VMP_STATE_VECTOR, nullptr);
  machine->vcpu_store(thread.vcpu, VMP_STATE_VECTOR);
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
  if (number < 0 || number > kSignalCount) return -EINVAL;
  const SignalInformation information = information_of(thread, number, SI_USER);
  if (process > 0) {
    const auto target = find_target(thread, process);
    return target == nullptr ? -ESRCH : send(thread, *target, nullptr, information);
  }
  if (process == std::numeric_limits<int>::min()) return -ESRCH;
  const Run &run = *thread.process.run;
  ProcessTable &table = thread.personality.table();
  // -1: everything but the caller and what init is to Linux, the run's first process.
  const uint32_t group = process == 0 ? table.family(thread.process).group : static_cast<uint32_t>(-process);
  const auto targets = process == -1 ? table.processes_of(run) : table.group(run, group);
  int64_t result = -ESRCH;
  for (const auto &target : targets) {
    if (process == -1 && (target.get() == &thread.process || target->id == run.first_process)) continue;
    const int64_t sent = send(thread, *target, nullptr, information);
    if (result != 0) result = sent;
  }
  return result;
}

int64_t tkill(Thread &thread, int id, int number) {
  if (id <= 0 || number < 0 || number > kSignalCount) return -EINVAL;
  const auto target = find_target(thread, id);
  if (target == nullptr) return -ESRCH;
  return send(thread, *target, first_thread(*target), information_of(thread, number, SI_TKILL));
}

int64_t tgkill(Thread &thread, int process, int id, int number) {
  if (process <= 0 || id <= 0) return -EINVAL;
  return process == id ? tkill(thread, id, number) : -ESRCH;
}

int64_t pause(Thread &thread) {
  const int64_t error = wait_for(thread, -1, 0);
  return error == -kRestartSystem ? -kRestartNoHandler : error;
}

}  // namespace vmp_linux::calls
