// What becomes of each kind of exit: a system call, or a signal.
#include <pthread.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "files/file_system_user.h"
#include "function_calls/function_call.h"
#include "personality.h"
#include "trace/refused_calls.h"

namespace vmp_linux {
namespace {

void record_trap(Thread &thread, bool is_mapped) {
  const auto record = thread.personality.architecture().record_trap;
  if (record != nullptr) record(thread.trap, thread.vcpu->exit, is_mapped);
}

void raise_memory_fault(Thread &thread, uint64_t address) {
  const auto area = thread.process.map->area_at(address);
  const auto &access = thread.vcpu->exit.u.memory.access;
  record_trap(thread, area.has_value());
  // The pages of a file are given by the host, which has none behind the file's end.
  const bool beyond_file = area && area->tag == kSharedFileArea && (area->protection & access) == access;
  if (beyond_file || (area && area->tag == kBeyondFileArea)) return raise_fault(thread, SIGBUS, BUS_ADRERR, address);
  raise_fault(thread, SIGSEGV, area ? SEGV_ACCERR : SEGV_MAPERR, address);
}

void raise_exception(Thread &thread) {
  const Personality &personality = thread.personality;
  personality.services().machine->vcpu_load(thread.vcpu, VMP_STATE_VECTOR, nullptr);
  record_trap(thread, false);
  const SignalCause cause = personality.architecture().exception(thread.state, thread.vcpu->exit);
  raise_fault(thread, cause.number, cause.code, cause.address);
}

inline void make_call(Thread &thread, const vmp_system_call_abi &abi) {
  uint64_t arguments[6];
  for (int i = 0; i < 6; ++i) arguments[i] = thread.reg(abi.arguments[i]);
  const uint64_t number = thread.reg(abi.number);
  if (number >= Run::kNumbers && return_from_call(thread, number, arguments[0])) [[unlikely]]
    return;
  thread.call_number = number;
  thread.call_first_argument = arguments[0];
  thread.in_call = true;
  thread.at_rest = false;
  ++thread.calls;
  if (!thread.restarting) thread.kept_deadline.reset();
  thread.restarting = false;
  Trace *const trace = thread.process.run->trace.get();
  if (trace != nullptr) [[unlikely]]
    trace->enter(thread, number, arguments);
  const int64_t result = thread.personality.handler(number)(thread, arguments);
  if (trace != nullptr && !thread.ended) [[unlikely]]
    trace->leave(thread, number, arguments, result);
  // A program that was just begun has registers of its own.
  if (thread.in_call) thread.reg(abi.result) = static_cast<uint64_t>(result);
}

}  // namespace

uint32_t Personality::handle_exit(vmp_vcpu *vcpu) {
  if (vcpu->personality_data == nullptr) [[unlikely]]
    return VMP_ACTION_END_VCPU;  // its process went when a snapshot was restored
  Thread &thread = *static_cast<Thread *>(vcpu->personality_data);
  const vmp_exit &exit = vcpu->exit;
  if (!thread.has_host_thread) [[unlikely]] {
    enter_host_thread(thread);
    if (thread.ended) return leave(thread);
  }
  switch (exit.kind) {
    case VMP_EXIT_SYSTEM_CALL: {
      make_call(thread, abi_);
      const auto result = static_cast<int64_t>(thread.reg(abi_.result));
      const bool restart = is_restart(result);
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
    case VMP_EXIT_BREAKPOINT:
    case VMP_EXIT_EXCEPTION:
      raise_exception(thread);
      break;
    case VMP_EXIT_MISALIGNED:
      raise_fault(thread, SIGBUS, BUS_ADRALN, exit.u.memory.address);
      break;
    case VMP_EXIT_ENGINE_ERROR:
      end_process(thread, 0, SIGKILL, "engine", exit.u.error.message);
      break;
    default:
      raise_fault(thread, SIGSEGV, SI_KERNEL, 0);
      break;  // HALT, SHUTDOWN, STEPPED, I/O that no device took
  }
  const bool is_resting = thread.is_stopped && thread.call == nullptr;
  if (exit.kind != VMP_EXIT_SYSTEM_CALL && !is_resting) thread.in_call = false;
  if (!thread.ended) {
    const uint32_t requests = services_.machine->vcpu_acknowledge(vcpu);
    if ((requests & VMP_REQUEST_STOP) == 0) deliver_signals(thread);
    if (!thread.ended && (vcpu->requests.load(std::memory_order_acquire) & VMP_REQUEST_STOP) != 0)
      end_process(thread, 0, SIGKILL, "stopped", "stopped by the host");
  }
  return thread.ended ? leave(thread) : uint32_t{VMP_ACTION_RESUME};
}

// The thread's last call: what it holds goes with it.
uint32_t Personality::leave(Thread &thread) {
  const std::shared_ptr<Process> last = std::move(thread.keep);
  return VMP_ACTION_END_VCPU;
}

void Personality::enter_host_thread(Thread &thread) {
  thread.has_host_thread = true;
  ::pthread_getcpuclockid(::pthread_self(), &thread.cpu_clock);
  timers_.thread_began(thread);
  // A write to a pipe without a reader must not kill the host: the guest's SIGPIPE is its own.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  if (!take_identity(settings_))
    end_process(thread, 0, SIGKILL, "identity", "the host does not let the guest have its own user for files");
}

void Personality::end_process(Thread &thread, int exit_code, int signal, const char *limit, const char *detail) {
  Process &process = thread.process;
  Run &run = *process.run;
  thread.ended = true;
  thread.attention.store(true, std::memory_order_relaxed);
  {
    std::lock_guard lock(process.signal_mutex);
    process.ended = true;  // no virtual CPU of it is woken from here on
  }
  if (thread.clear_at_exit != 0 && process.map.use_count() > 1)
    process.memory().put(GuestPointer(thread.clear_at_exit), uint32_t{0});
  const std::string how = detail[0] != '\0' ? detail : "exit code " + std::to_string(exit_code);
  abandon_call(thread, "process " + std::to_string(process.id) + " has ended (" + how + ")");
  const Usage usage = usage_of_this_thread();
  timers_.process_ended(process);
  locks_.process_ended(process);
  process.descriptors.close_all();
  process.working_directory.reset();
  process.executable.reset();
  {
    std::lock_guard lock(process.public_mutex);
    process.symbols.reset();
  }
  run.system_calls.fetch_add(thread.calls, std::memory_order_relaxed);
  // Gone before its parent hears of the end, or goes on alone in it: nothing of the engine's runs in it any more.
  process.map.reset();
  table_.release_vfork(process);

  if (run.trace != nullptr) run.trace->ended(process, exit_code, signal);
  const std::string refused = refused_calls(run.refusals, architecture_->calls);
  vmp_process_result result{};
  result.struct_size = sizeof result;
  result.process = process.id;
  result.exit_code = exit_code;
  result.signal = signal;
  result.limit = {limit, std::strlen(limit)};
  result.detail = {detail, std::strlen(detail)};
  result.processes = table_.processes_so_far(run);
  result.system_calls = run.system_calls.load(std::memory_order_relaxed);
  result.refused_calls = {refused.data(), refused.size()};
  services_.machine->process_ended(machine_, run.id, &result);
  table_.ended(process, signal != 0 ? signal : exit_code << 8, usage);
}

}  // namespace vmp_linux
