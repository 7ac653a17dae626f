#include "personality.h"

#include <sys/auxv.h>
#include <vm_plugin/accel_virtualization.h>
#include <vm_plugin/arch_simulator.h>

#include <cstring>
#include <optional>

namespace vmp_linux {
namespace {

// What an engine says of itself, whichever point it implements.
struct Engine {
  uint32_t architecture, state_size, address_bits;
  uint64_t hwcap, hwcap2;
  vmp_string isa;
  vmp_system_call_abi system_call;
};

template <typename Capabilities>
Engine engine_of(const void *raw) {
  const auto &from = *static_cast<const Capabilities *>(raw);
  return {from.architecture, from.state_size, from.address_bits, from.hwcap, from.hwcap2, from.isa, from.system_call};
}

std::optional<Engine> find_engine(const vmp_bindings &bindings) {
  const auto *item = reinterpret_cast<const uint8_t *>(bindings.items);
  for (uint32_t i = 0; i < bindings.count; ++i, item += bindings.stride) {
    const auto &binding = *reinterpret_cast<const vmp_binding *>(item);
    const std::string_view point = binding.point;
    if (point == VMP_ARCH_SIMULATOR_POINT) return engine_of<vmp_arch_simulator_capabilities>(binding.capabilities);
    if (point != VMP_ACCEL_VIRTUALIZATION_POINT) continue;
    Engine engine = engine_of<vmp_accel_virtualization_capabilities>(binding.capabilities);
    // As the processor has it, which is the host's own.
    if (engine.hwcap == 0) engine.hwcap = ::getauxval(AT_HWCAP);
    if (engine.hwcap2 == 0) engine.hwcap2 = ::getauxval(AT_HWCAP2);
    return engine;
  }
  return std::nullopt;
}

// Every offset names a whole register of the state.
bool is_inside(const vmp_system_call_abi &abi, uint64_t state_size) {
  const auto inside = [state_size](uint16_t offset) { return offset + sizeof(uint64_t) <= state_size; };
  for (const uint16_t offset : abi.arguments) {
    if (!inside(offset)) return false;
  }
  return inside(abi.number) && inside(abi.result) && inside(abi.stack_pointer) && inside(abi.program_counter) &&
         inside(abi.thread_pointer);
}

}  // namespace

vmp_status Personality::create(const vmp_create_info *info, void **self, vmp_error *error) {
  if (info->machine == nullptr) {
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "MACHINE_MISSING", "the personality serves a machine");
  }
  std::unique_ptr<Personality> personality(new Personality());
  personality->machine_ = info->machine;
  if (const vmp_status status = load_services(info->host, personality->services_, error); status != VMP_OK)
    return status;
  vmp_status status = read_settings(*personality->services_.config, info->configuration, personality->settings_, error);
  // A wrong root is said now, not when the first program is run.
  FileSystem files;
  if (status == VMP_OK) status = files.open_root(personality->settings_, error);
  if (status == VMP_OK) *self = personality.release();
  return status;
}

vmp_status Personality::attach(const vmp_bindings *bindings, vmp_error *error) {
  const auto engine = find_engine(*bindings);
  if (!engine) {
    return fail(error, VMP_ERROR_UNSUPPORTED, "ENGINE_MISSING", "the machine has no engine (%s or %s)",
                VMP_ARCH_SIMULATOR_POINT, VMP_ACCEL_VIRTUALIZATION_POINT);
  }
  architecture_ = find_architecture(engine->architecture);
  if (architecture_ == nullptr) {
    return fail(error, VMP_ERROR_UNSUPPORTED, "ARCHITECTURE_UNSUPPORTED",
                "the engine runs architecture %u; this personality serves riscv64 (%u) and x86_64 (%u)",
                engine->architecture, unsigned{VMP_ARCHITECTURE_RISCV64}, unsigned{VMP_ARCHITECTURE_X86_64});
  }
  abi_ = engine->system_call;
  if (engine->state_size < architecture_->state_size || !is_inside(abi_, engine->state_size)) {
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "ENGINE_CAPABILITIES",
                "the engine's state of %u bytes does not hold the registers of a system call", engine->state_size);
  }
  state_size_ = engine->state_size;
  hwcap_ = engine->hwcap;
  hwcap2_ = engine->hwcap2;
  isa_ = view(engine->isa);
  address_bits_ = std::min(architecture_->address_bits, engine->address_bits);
  if (settings_.address_space_bits) address_bits_ = std::min(address_bits_, *settings_.address_space_bits);
  build_handlers();
  return VMP_OK;
}

Personality::~Personality() = default;

void Personality::build_handlers() {
  for (uint64_t i = 0; i < Run::kNumbers; ++i) {
    handlers_[i] = refuse_call;
    calls_[i] = nullptr;
  }
  for (const CallNumber &entry : architecture_->calls) {
    const SystemCall &call = kSystemCalls[static_cast<size_t>(entry.call)];
    calls_[entry.number] = &call;
    if (call.handler != nullptr) handlers_[entry.number] = call.handler;
  }
}

int64_t Personality::refuse_call(Thread &thread, const uint64_t *) {
  Personality &self = thread.personality;
  const uint64_t number = thread.call_number;
  const SystemCall *call = number < Run::kNumbers ? self.calls_[number] : nullptr;
  const int error = call != nullptr ? call->error : ENOSYS;
  auto &count = thread.process.run->refusals[std::min(number, Run::kNumbers)];
  const uint64_t before = count.fetch_add(1, std::memory_order_relaxed);
  if (before != 0 || (call != nullptr && call->reason == nullptr)) return -error;
  log_line(self.services_, VMP_LOG_WARN, "system call %llu (%s) %s; the guest got %s",
           static_cast<unsigned long long>(number), call != nullptr ? call->name : "unknown",
           call != nullptr ? call->reason : "is not implemented", strerrorname_np(error));
  return -error;
}

vmp_address_space *Personality::create_space(const Run &run, vmp_error *error) const {
  vmp_address_space *space = nullptr;
  const uint64_t size = uint64_t{1} << address_bits_;
  return services_.memory->space_create(machine_, run.id, size, &space, error) == VMP_OK ? space : nullptr;
}

vmp_status Personality::signal(uint32_t run_id, int32_t id, uint32_t number, vmp_error *error) {
  if (number == 0 || number > kSignalCount) {
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "SIGNAL_INVALID", "there is no signal %u", number);
  }
  SignalInformation information;
  information.number = static_cast<int32_t>(number);
  const int sent = table_.send(run_id, id, information);
  if (sent == 0) return VMP_OK;
  if (sent == -ESRCH) return fail(error, VMP_ERROR_NOT_FOUND, "PROCESS_NOT_FOUND", "there is no process %d", id);
  return fail(error, VMP_ERROR_BUSY, "SIGNAL_QUEUE_FULL", "process %d has too many signals pending", id);
}

}  // namespace vmp_linux
