// Functions of guests that the host calls: which are under way, and what became of them.
#include "core/error.h"
#include "core/machine/machine.h"

namespace vmp {
namespace {

RunEvent end_of_call(uint64_t id, uint32_t run) {
  RunEvent event;
  event.kind = RunEvent::Kind::returned;
  event.run = run;
  event.call = id;
  return event;
}

}  // namespace

vmp_status Machine::call(const FunctionRequest &request, uint64_t &id, vmp_error *error) {
  const vmp_os_personality *vtable = personality_.vtable;
  if (vtable == nullptr || !VMP_HAS(vtable, vmp_os_personality, call))
    return fail(error, VMP_ERROR_UNSUPPORTED, "CALL_UNSUPPORTED", "the personality calls no functions of its guests");
  {
    std::lock_guard lock(mutex_);
    if (runs_.count(request.run) == 0)
      return fail(error, VMP_ERROR_NOT_FOUND, "PROCESS_NOT_FOUND", "the process has ended");
    id = next_call_++;
    calls_.emplace(id, request.run);  // before: its end may come from another thread at once
  }
  vmp_function_call call{};
  call.struct_size = sizeof call;
  call.run = request.run;
  call.id = id;
  call.symbol = {request.symbol.data(), request.symbol.size()};
  call.arguments = request.arguments.data();
  call.argument_count = request.arguments.size();
  const vmp_status status = vtable->call(personality_.self, &call, error);
  if (status == VMP_OK) return VMP_OK;
  std::lock_guard lock(mutex_);
  return calls_.erase(id) != 0 ? status : VMP_OK;  // it has an end already
}

void Machine::withdraw_call(uint64_t id) {
  uint32_t run;
  {
    std::lock_guard lock(mutex_);
    const auto found = calls_.find(id);
    if (found == calls_.end()) return;
    run = found->second;
  }
  const vmp_os_personality *vtable = personality_.vtable;
  if (VMP_HAS(vtable, vmp_os_personality, call_withdraw)) vtable->call_withdraw(personality_.self, run, id);
}

void Machine::call_ended(uint64_t id, uint32_t status, uint64_t result, const std::string &reason) {
  std::lock_guard lock(mutex_);
  const auto found = calls_.find(id);
  if (found == calls_.end()) return;
  RunEvent event = end_of_call(id, found->second);
  calls_.erase(found);
  const auto run = runs_.find(event.run);
  if (status == VMP_OK) {
    event.result = result;
  } else if (run != runs_.end() && (run->second->stopping || stopping_)) {
    describe_stop(*run->second, event);
    if (event.error_code.empty()) event.error_code = "VMP_CALL_FAILED";  // a limit of the run
  } else {
    event.error_code = status == VMP_ERROR_CANCELLED ? "VMP_CANCELLED" : "VMP_CALL_FAILED";
    event.detail = reason;
  }
  listener_(std::move(event));
}

// Under the lock. What the personality has left open.
void Machine::end_calls(uint32_t run, const std::string &reason) {
  for (auto call = calls_.begin(); call != calls_.end();) {
    if (call->second != run) {
      ++call;
      continue;
    }
    RunEvent event = end_of_call(call->first, run);
    event.error_code = "VMP_CALL_FAILED";
    event.detail = reason;
    call = calls_.erase(call);
    listener_(std::move(event));
  }
}

}  // namespace vmp
