#include "function_calls/function_call.h"

#include <utility>

#include "personality.h"

namespace vmp_linux {
namespace {

void tell_end(const Personality &personality, uint64_t id, vmp_status status, uint64_t result,
              std::string_view reason) {
  personality.services().machine->call_ended(personality.machine(), id, status, result,
                                             vmp_string{reason.data(), reason.size()});
}

std::unique_ptr<FunctionCall> take_waiting(Process &process) {
  std::lock_guard lock(process.signal_mutex);
  return std::move(process.waiting_call);
}

void set_idle(Process &process) {
  std::lock_guard lock(process.signal_mutex);
  process.runs_call = false;
}

// What the thread was about, but for its registers.
FunctionCall::Interrupted put_aside(Thread &thread) {
  FunctionCall::Interrupted aside;
  aside.call_number = thread.call_number;
  aside.call_first_argument = thread.call_first_argument;
  aside.in_call = std::exchange(thread.in_call, false);
  aside.at_rest = std::exchange(thread.at_rest, false);
  aside.restarting = std::exchange(thread.restarting, false);
  aside.kept_deadline = std::exchange(thread.kept_deadline, std::nullopt);
  if (thread.has_saved_blocked_signals) {
    aside.waiting_mask = thread.blocked_signals;
    thread.blocked_signals = thread.saved_blocked_signals;
    thread.has_saved_blocked_signals = false;
  }
  return aside;
}

void take_back(Thread &thread, const FunctionCall::Interrupted &aside) {
  thread.personality.architecture().restore_registers(thread.state, aside.state.data());
  thread.call_number = aside.call_number;
  thread.call_first_argument = aside.call_first_argument;
  thread.in_call = aside.in_call;
  thread.at_rest = aside.at_rest;
  thread.restarting = aside.restarting;
  thread.kept_deadline = aside.kept_deadline;
  thread.has_saved_blocked_signals = aside.waiting_mask.has_value();
  if (!aside.waiting_mask) return;
  // The function may have changed what is blocked when the wait is over.
  thread.saved_blocked_signals = thread.blocked_signals;
  thread.blocked_signals = *aside.waiting_mask;
}

}  // namespace

vmp_status post_call(Process &process, std::unique_ptr<FunctionCall> call, vmp_error *error) {
  std::lock_guard lock(process.signal_mutex);
  if (process.ended) return fail(error, VMP_ERROR_NOT_FOUND, "PROCESS_NOT_FOUND", "process %u has ended", process.id);
  if (process.waiting_call != nullptr || process.runs_call)
    return fail(error, VMP_ERROR_BUSY, "CALL_BUSY",
                "process %u has a call of the host's under way: wait for its result", process.id);
  process.waiting_call = std::move(call);
  const auto *machine = process.personality.services().machine;
  for (const auto &thread : process.threads) machine->vcpu_interrupt(thread->vcpu);
  return VMP_OK;
}

bool withdraw_call(Process &process, uint64_t id) {
  std::lock_guard lock(process.signal_mutex);
  if (process.waiting_call == nullptr || process.waiting_call->id != id) return false;
  process.waiting_call.reset();
  return true;
}

bool call_waits(Thread &thread) {
  std::lock_guard lock(thread.process.signal_mutex);
  return thread.process.waiting_call != nullptr;
}

bool begin_call(Thread &thread) {
  Process &process = thread.process;
  Personality &personality = thread.personality;
  std::unique_ptr<FunctionCall> call;
  {
    std::lock_guard lock(process.signal_mutex);
    if (process.waiting_call == nullptr) return false;
    call = std::move(process.waiting_call);
    process.runs_call = true;
  }
  const auto refuse = [&](const char *reason) {
    set_idle(process);
    tell_end(personality, call->id, VMP_ERROR_INTERNAL, 0, reason);
    return false;
  };
  if (call->program != process.symbols) return refuse("the process has begun another program");
  vmp_error error{};
  error.struct_size = sizeof error;
  if (personality.services().machine->vcpu_load(thread.vcpu, VMP_STATE_VECTOR, &error) != VMP_OK)
    return refuse(error.message);
  std::vector<uint8_t> state(thread.state, thread.state + personality.state_size());
  const FunctionEntry entry = {call->address, call->arguments, process.trampoline + kFunctionReturnOffset};
  if (!personality.architecture().enter_function(process.memory(), thread.state, entry))
    return refuse("the stack of its thread has no room");
  call->interrupted = put_aside(thread);
  call->interrupted.state = std::move(state);
  thread.call = std::move(call);
  return true;
}

bool return_from_call(Thread &thread, uint64_t number, uint64_t result) {
  if (number != kFunctionReturnCall || thread.call == nullptr) return false;
  const Personality &personality = thread.personality;
  const uint64_t from = thread.vcpu->exit.pc - (thread.process.trampoline + kFunctionReturnOffset);
  if (from >= personality.architecture().function_return_code.size()) return false;
  const std::unique_ptr<FunctionCall> call = std::move(thread.call);
  take_back(thread, call->interrupted);
  personality.services().machine->vcpu_store(thread.vcpu, VMP_STATE_VECTOR);
  thread.attention.store(true, std::memory_order_relaxed);
  set_idle(thread.process);
  tell_end(personality, call->id, VMP_OK, result, {});
  return true;
}

void abandon_call(Thread &thread, const std::string &reason) {
  std::unique_ptr<FunctionCall> call = std::move(thread.call);
  if (call != nullptr) {
    set_idle(thread.process);
  } else {
    call = take_waiting(thread.process);
  }
  if (call != nullptr) tell_end(thread.personality, call->id, VMP_ERROR_INTERNAL, 0, reason);
}

vmp_status Personality::call(const vmp_function_call &request, vmp_error *error) {
  if (request.argument_count > std::tuple_size_v<decltype(FunctionCall::arguments)>)
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "TOO_MANY_ARGUMENTS",
                "%llu arguments: a function takes six in registers",
                static_cast<unsigned long long>(request.argument_count));
  const auto process = table_.first_of(request.run);
  if (process == nullptr)
    return fail(error, VMP_ERROR_NOT_FOUND, "PROCESS_NOT_FOUND", "run %u has no process", request.run);
  auto call = std::make_unique<FunctionCall>();
  {
    std::lock_guard lock(process->public_mutex);
    call->program = process->symbols;
  }
  if (call->program == nullptr)
    return fail(error, VMP_ERROR_NOT_FOUND, "PROCESS_NOT_FOUND", "process %u has ended", process->id);
  const vmp_status status = call->program->find(view(request.symbol), call->address, error);
  if (status != VMP_OK) return status;
  call->id = request.id;
  for (uint64_t i = 0; i < request.argument_count; ++i) call->arguments[i] = request.arguments[i];
  return post_call(*process, std::move(call), error);
}

void Personality::withdraw_call(uint32_t run, uint64_t id) {
  const auto process = table_.first_of(run);
  if (process != nullptr && vmp_linux::withdraw_call(*process, id))
    tell_end(*this, id, VMP_ERROR_CANCELLED, 0, "the call");
}

}  // namespace vmp_linux
