// What becomes of each kind of exit: a system call, or a signal.
#include <cerrno>

#include "personality.h"

namespace vmp_linux {
namespace {

void raise_memory_fault(Thread &thread, uint64_t address) {
  const auto area = thread.process.map.area_at(address);
  if (area && area->tag == kBeyondFileArea) return raise_fault(thread, SIGBUS, BUS_ADRERR, address);
  raise_fault(thread, SIGSEGV, area ? SEGV_ACCERR : SEGV_MAPERR, address);
}

inline void make_call(Thread &thread, const vmp_system_call_abi &abi) {
  uint64_t arguments[6];
  for (int i = 0; i < 6; ++i) arguments[i] = thread.reg(abi.arguments[i]);
  const uint64_t number = thread.reg(abi.number);
  thread.call_number = number;
  thread.call_first_argument = arguments[0];
  thread.in_call = true;
  if (!thread.restarting) thread.kept_deadline.reset();
  thread.restarting = false;
  thread.reg(abi.result) = static_cast<uint64_t>(thread.personality.handler(number)(thread, arguments));
}

}  // namespace

uint32_t Personality::handle_exit(vmp_vcpu *vcpu) {
  Thread &thread = *static_cast<Thread *>(vcpu->personality_data);
  const vmp_exit &exit = vcpu->exit;
  switch (exit.kind) {
    case VMP_EXIT_SYSTEM_CALL: {
      make_call(thread, abi_);
      const auto result = static_cast<int64_t>(thread.reg(abi_.result));
      const bool restart = result == -kRestartSystem || result == -kRestartNoHandler;
      if (!restart && !thread.attention.load(std::memory_order_acquire) &&
          vcpu->requests.load(std::memory_order_relaxed) == 0) [[likely]] {
        return VMP_ACTION_RESUME;
      }
      break;
    }
    case VMP_EXIT_BUDGET:
      return VMP_ACTION_RESUME;
    case VMP_EXIT_INTERRUPTED:
      break;
    case VMP_EXIT_MEMORY_FAULT:
      raise_memory_fault(thread, exit.u.memory.address);
      break;
    case VMP_EXIT_ILLEGAL_INSTRUCTION:
      raise_fault(thread, SIGILL, ILL_ILLOPC, exit.pc);
      break;
    case VMP_EXIT_BREAKPOINT:
    case VMP_EXIT_STEPPED:
      raise_fault(thread, SIGTRAP, TRAP_BRKPT, exit.pc);
      break;
    case VMP_EXIT_MISALIGNED:
      raise_fault(thread, SIGBUS, BUS_ADRALN, exit.u.memory.address);
      break;
    case VMP_EXIT_ENGINE_ERROR:
      end_process(thread.process, 0, SIGKILL, "engine", exit.u.error.message);
      thread.ended = true;
      break;
    default:
      raise_fault(thread, SIGSEGV, SI_KERNEL, 0);
      break;  // EXCEPTION, HALT, SHUTDOWN, I/O that no device took
  }
  if (exit.kind != VMP_EXIT_SYSTEM_CALL) thread.in_call = false;
  if (!thread.ended) {
    const uint32_t requests = services_.machine->vcpu_acknowledge(vcpu);
    if ((requests & VMP_REQUEST_STOP) == 0) deliver_signals(thread);
    if (!thread.ended && (vcpu->requests.load(std::memory_order_acquire) & VMP_REQUEST_STOP) != 0) {
      end_process(thread.process, 0, SIGKILL, "stopped", "stopped by the host");
      thread.ended = true;
    }
  }
  if (!thread.ended) return VMP_ACTION_RESUME;
  thread.process.finished.store(true, std::memory_order_release);  // the last touch: another spawn may destroy it
  return VMP_ACTION_END_VCPU;
}

}  // namespace vmp_linux
