#include <algorithm>
#include <cstdio>

#include "function_calls/function_call.h"
#include "personality.h"
#include "processes/fork.h"
#include "waiting.h"

namespace vmp_linux {
namespace {

constexpr uint64_t kOnStack = 0x08000000, kRestart = 0x10000000, kNoDefer = 0x40000000, kResetHandler = 0x80000000;
constexpr uint32_t kStackDisabled = 2;
constexpr uint32_t kStackAutoDisarm = 1u << 31;

struct Next {
  SignalInformation information;
  SignalAction action;
};

std::optional<Next> take_pending(Thread &thread) {
  Process &process = thread.process;
  std::lock_guard lock(process.signal_mutex);
  auto information = thread.pending.take(thread.blocked_signals);
  if (!information) information = process.pending.take(thread.blocked_signals);
  if (!information) {
    thread.attention.store(false, std::memory_order_relaxed);
    return std::nullopt;
  }
  refresh_signal_files(process);
  SignalAction &action = process.actions[static_cast<size_t>(information->number - 1)];
  const Next next = {*information, action};
  if ((action.flags & kResetHandler) != 0 && action.handler != kIgnoreHandler) action.handler = kDefaultHandler;
  return next;
}

// The next signal to act on; those that are ignored are dropped on the way.
std::optional<Next> take_signal(Thread &thread) {
  for (;;) {
    auto next = take_pending(thread);
    if (!next) return std::nullopt;
    // Outside of the lock: its reader may be the one who sends a signal now.
    if (Trace *const trace = thread.process.run->trace.get(); trace != nullptr)
      trace->signal(thread, next->information);
    thread.personality.timers().signal_taken(thread.process, next->information);
    if (!is_ignored(next->action, next->information.number)) return next;
  }
}

const char *access_problem(const Process &process, uint64_t address) {
  return process.map->area_at(address) ? "no permission" : "not mapped";
}

// The bytes in the order of the memory.
std::string instruction_text(const vmp_exit_instruction &instruction) {
  std::string text;
  char byte[4];
  for (uint32_t i = 0; i < std::min<uint32_t>(instruction.size, sizeof instruction.bytes); ++i) {
    std::snprintf(byte, sizeof byte, "%s%02x", i == 0 ? "" : " ", instruction.bytes[i]);
    text += byte;
  }
  return text;
}

void end_by_signal(Thread &thread, const SignalInformation &information) {
  const int number = information.number;
  const char *name = signal_name(number);
  char detail[160];
  const auto pc = static_cast<unsigned long long>(thread.pc());
  const auto address = static_cast<unsigned long long>(information.fault.address);
  char title[24];
  if (name != nullptr) {
    std::snprintf(title, sizeof title, "%s", name);
  } else {
    std::snprintf(title, sizeof title, "signal %d", number);
  }
  if (number == SIGSEGV && information.code > 0 && information.code < SI_KERNEL) {
    std::snprintf(detail, sizeof detail, "%s at pc 0x%llx, address 0x%llx: %s", title, pc, address,
                  access_problem(thread.process, information.fault.address));
  } else if (number == SIGBUS && information.code > 0 && information.code < SI_KERNEL) {
    std::snprintf(detail, sizeof detail, "%s at pc 0x%llx, address 0x%llx", title, pc, address);
  } else if (number == SIGILL && information.code > 0 && thread.vcpu->exit.kind == VMP_EXIT_ILLEGAL_INSTRUCTION &&
             thread.vcpu->exit.u.instruction.size != 0) {
    std::snprintf(detail, sizeof detail, "%s at pc 0x%llx, instruction %s", title, pc,
                  instruction_text(thread.vcpu->exit.u.instruction).c_str());
  } else if (information.code > 0) {
    std::snprintf(detail, sizeof detail, "%s at pc 0x%llx", title, pc);
  } else if (information.code == SI_TIMER) {
    std::snprintf(detail, sizeof detail, "%s of a timer of the program's", title);
  } else {
    const auto sender = static_cast<uint32_t>(information.sender.process);
    if (sender == 0) std::snprintf(detail, sizeof detail, "%s sent by the host", title);
    if (sender == thread.process.id) std::snprintf(detail, sizeof detail, "%s raised by the program", title);
    if (sender != 0 && sender != thread.process.id)
      std::snprintf(detail, sizeof detail, "%s sent by process %u", title, sender);
  }
  thread.personality.end_process(thread, 0, number, "", detail);
}

void stop(Thread &thread, int number) {
  ProcessTable &table = thread.personality.table();
  // A group that no one could continue is not stopped by the terminal (POSIX).
  if (number != SIGSTOP && table.is_orphaned(thread.process)) return;
  table.stopped(thread.process, number);
  thread.is_stopped = true;
}

// What ends a stop, as far as it has come: SIGKILL, which acts at once, or SIGCONT.
bool ends_stop(Thread &thread) {
  Process &process = thread.process;
  uint64_t pending;
  {
    std::lock_guard lock(process.signal_mutex);
    pending = thread.pending.pending() | process.pending.pending();
  }
  const bool is_killed = (pending & signal_bit(SIGKILL)) != 0;
  if (!is_killed && (pending & signal_bit(SIGCONT)) == 0) return false;
  thread.is_stopped = false;
  if (!is_killed) thread.personality.table().continued(process);
  return true;
}

bool is_being_ended(const Thread &thread) {
  return (thread.vcpu->requests.load(std::memory_order_acquire) & VMP_REQUEST_STOP) != 0;
}

// The run loop rests, and comes back here before it runs the guest.
void go_on_waiting_later(Thread &thread) {
  thread.attention.store(true, std::memory_order_relaxed);
  thread.personality.services().machine->vcpu_interrupt(thread.vcpu);
}

// Until SIGCONT or a signal that kills. False: it is stopped still, and the machine ends, pauses, or has a function to
// be called first.
bool stay_stopped(Thread &thread) {
  const auto *machine = thread.personality.services().machine;
  while (thread.is_stopped && !ends_stop(thread)) {
    if (begin_call(thread)) return false;
    machine->wait(thread.vcpu, -1, 0, -1, nullptr);
    const uint32_t requests = machine->vcpu_acknowledge(thread.vcpu);
    if ((requests & VMP_REQUEST_STOP) != 0) {
      thread.attention.store(true, std::memory_order_relaxed);
      return false;
    }
    if ((requests & ~uint32_t{VMP_REQUEST_INTERRUPT}) != 0) {
      go_on_waiting_later(thread);
      return false;
    }
  }
  return true;
}

bool is_on(const AlternateStack &stack, uint64_t pointer) {
  return (stack.flags & kStackDisabled) == 0 && pointer > stack.base && pointer - stack.base <= stack.size;
}

void run_handler(Thread &thread, const Next &next) {
  const Architecture &architecture = thread.personality.architecture();
  SignalFrame frame{};
  frame.information = next.information;
  frame.handler = next.action.handler;
  frame.restorer = next.action.restorer;
  frame.mask = thread.has_saved_blocked_signals ? thread.saved_blocked_signals : thread.blocked_signals;
  frame.alternate_stack = thread.alternate_stack;
  frame.trap = thread.trap;
  frame.trampoline = thread.process.trampoline;
  frame.stack_top = thread.reg(thread.personality.abi().stack_pointer);
  const bool on_alternate = is_on(thread.alternate_stack, frame.stack_top);
  if ((next.action.flags & kOnStack) != 0 && (thread.alternate_stack.flags & kStackDisabled) == 0 && !on_alternate) {
    frame.stack_top = thread.alternate_stack.base + thread.alternate_stack.size;
  }
  frame.alternate_stack.flags |= on_alternate ? 1u : 0u;  // SS_ONSTACK
  thread.personality.services().machine->vcpu_load(thread.vcpu, VMP_STATE_VECTOR, nullptr);
  if (!architecture.push_signal_frame(thread.process.memory(), thread.state, frame)) {
    // As Linux: SIGSEGV, which kills when the frame that did not fit was SIGSEGV's own.
    if (next.information.number == SIGSEGV) {
      std::lock_guard lock(thread.process.signal_mutex);
      thread.process.actions[SIGSEGV - 1] = {};
    }
    raise_fault(thread, SIGSEGV, SI_KERNEL, 0);
    return;
  }
  thread.personality.services().machine->vcpu_store(thread.vcpu, VMP_STATE_VECTOR);
  if ((thread.alternate_stack.flags & kStackAutoDisarm) != 0) thread.alternate_stack = {};
  thread.has_saved_blocked_signals = false;
  uint64_t blocked = thread.blocked_signals | next.action.mask;
  if ((next.action.flags & kNoDefer) == 0) blocked |= signal_bit(next.information.number);
  thread.blocked_signals = blocked & ~kUnblockable;
}

// The result of a call that was interrupted, now that it is known whether a handler runs.
void settle_call(Thread &thread, const SignalAction *handler) {
  if (!thread.in_call) return;
  thread.in_call = false;
  const vmp_system_call_abi &abi = thread.personality.abi();
  const auto result = static_cast<int64_t>(thread.reg(abi.result));
  if (!is_restart(result)) return;
  const bool again = handler == nullptr || result == -kRestartAlways ||
                     (result == -kRestartSystem && (handler->flags & kRestart) != 0);
  if (!again) {
    thread.reg(abi.result) = static_cast<uint64_t>(-EINTR);
    return;
  }
  thread.restarting = handler == nullptr;
  thread.reg(abi.arguments[0]) = thread.call_first_argument;
  thread.reg(abi.number) = thread.call_number;
  thread.reg(abi.program_counter) -= abi.instruction_size;
}

}  // namespace

// Linux drops them when they are sent, unless they are blocked or a tracer wants to see them.
bool signal_interrupts(Thread &thread) {
  Process &process = thread.process;
  uint64_t dropped = 0;
  bool interrupts;
  {
    std::lock_guard lock(process.signal_mutex);
    const auto ready = [&] { return (thread.pending.pending() | process.pending.pending()) & ~thread.blocked_signals; };
    if (process.run->trace == nullptr) {
      for (uint64_t left = ready() & ~thread.awaited_signals; left != 0; left &= left - 1) {
        const int number = __builtin_ctzll(left) + 1;
        if (number == SIGCONT && thread.is_stopped) continue;  // while a function of the host's runs
        if (is_ignored(process.actions[static_cast<size_t>(number - 1)], number)) dropped |= signal_bit(number);
      }
      thread.pending.discard(dropped);
      process.pending.discard(dropped);
      if (dropped != 0) refresh_signal_files(process);
    }
    interrupts = ready() != 0;
  }
  if (dropped != 0) thread.personality.timers().signals_discarded(process, dropped);
  return interrupts;
}

void deliver_signals(Thread &thread) {
  if (thread.waits_for_vfork && !wait_for_vfork(thread)) return go_on_waiting_later(thread);
  if (thread.call != nullptr && thread.is_stopped) {
    ends_stop(thread);  // the function that the host has called goes on meanwhile
  } else if (!stay_stopped(thread)) {
    return;
  }
  if (is_being_ended(thread)) return;
  while (auto next = take_signal(thread)) {
    if (next->action.handler != kDefaultHandler) {
      settle_call(thread, &next->action);
      run_handler(thread, *next);
      continue;
    }
    switch (default_action(next->information.number)) {
      case DefaultAction::stop:
        stop(thread, next->information.number);
        if (thread.is_stopped && !stay_stopped(thread)) return;
        if (is_being_ended(thread)) return;
        break;
      case DefaultAction::terminate:
        return end_by_signal(thread, next->information);
      case DefaultAction::ignore:
        break;
    }
  }
  // What the thread waits in is settled when the function has returned.
  const bool rests =
      thread.at_rest && thread.in_call && is_restart(static_cast<int64_t>(thread.reg(thread.personality.abi().result)));
  if (rests && begin_call(thread)) return;
  settle_call(thread, nullptr);
  if (thread.has_saved_blocked_signals) {
    thread.blocked_signals = thread.saved_blocked_signals;
    thread.has_saved_blocked_signals = false;
  }
}

}  // namespace vmp_linux
