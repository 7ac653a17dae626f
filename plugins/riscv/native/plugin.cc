// The plugin's entry: the provider of arch.simulator "interpreter".
#include <cstring>
#include <new>

#include "atomic.h"
#include "exits.h"
#include "float_host.h"
#include "run.h"

namespace {

using vmp::riscv::Context;
using vmp::riscv::Engine;

void fill(vmp_error *error, vmp_status status, const char *code, const char *message) {
  if (VMP_CAN_EXPLAIN(error)) {
    error->status = status;
    std::strncpy(error->code, code, sizeof error->code - 1);
    std::strncpy(error->message, message, sizeof error->message - 1);
  }
}

vmp_status vcpu_attach(void *self, vmp_vcpu *vcpu, vmp_error *error) {
  constexpr uint32_t least_size = VMP_VCPU_STATE_OFFSET + sizeof(vmp_riscv64_state);
  if (vcpu->architecture != VMP_ARCHITECTURE_RISCV64 || vcpu->struct_size < least_size) {
    fill(error, VMP_ERROR_INVALID_ARGUMENT, "WRONG_ARCHITECTURE", "the virtual CPU is not a riscv64 one");
    return VMP_ERROR_INVALID_ARGUMENT;
  }
  Context *context = new (std::nothrow) Context(static_cast<Engine *>(self));
  if (context == nullptr) {
    fill(error, VMP_ERROR_OUT_OF_MEMORY, "", "no memory for a virtual CPU's decoded code");
    return VMP_ERROR_OUT_OF_MEMORY;
  }
  vmp::riscv::state_of(vcpu)->reservation_address = vmp::riscv::no_reservation;
  vcpu->engine_data = context;
  return VMP_OK;
}

void vcpu_detach(void *, vmp_vcpu *vcpu) {
  delete static_cast<Context *>(vcpu->engine_data);
  vcpu->engine_data = nullptr;
}

void run(void *, vmp_vcpu *vcpu, uint64_t budget) {
  if (vcpu->engine_data == nullptr) {
    vmp::riscv::describe_engine_error(vcpu, vmp::riscv::state_of(vcpu)->pc, "the virtual CPU was not attached");
    return;
  }
  vmp::riscv::run(*static_cast<Context *>(vcpu->engine_data), vcpu, budget);
}

// Nothing is told about stale code: whatever makes it so raises the space's code_generation, which each jump to another
// page compares.
constexpr vmp_arch_simulator simulator = {sizeof(vmp_arch_simulator), 0, vcpu_attach, vcpu_detach, run, nullptr};

constexpr uint64_t hwcap_of(const char *letters) {
  uint64_t bits = 0;
  for (; *letters != 0; ++letters) {
    bits |= uint64_t{1} << (*letters - 'a');
  }
  return bits;
}

constexpr char isa[] = "rv64imafdc_zicntr_zicond_zicsr_zifencei_zfh_zba_zbb_zbc_zbs";

constexpr uint16_t x_offset(unsigned number) {
  return static_cast<uint16_t>(offsetof(vmp_riscv64_state, x) + number * sizeof(uint64_t));
}

constexpr vmp_arch_simulator_capabilities capabilities = {
    .struct_size = sizeof(vmp_arch_simulator_capabilities),
    .architecture = VMP_ARCHITECTURE_RISCV64,
    .state_size = sizeof(vmp_riscv64_state),
    .address_bits = 47,
    .hwcap = hwcap_of("imafdc"),
    .hwcap2 = 0,
    .isa = {isa, sizeof isa - 1},
    .system_call = {.struct_size = sizeof(vmp_system_call_abi),
                    .architecture = VMP_ARCHITECTURE_RISCV64,
                    .number = x_offset(17),
                    .result = x_offset(10),
                    .arguments = {x_offset(10), x_offset(11), x_offset(12), x_offset(13), x_offset(14), x_offset(15)},
                    .stack_pointer = x_offset(2),
                    .program_counter = offsetof(vmp_riscv64_state, pc),
                    .thread_pointer = x_offset(4),
                    .instruction_size = 4},
};

vmp_status create(const vmp_create_info *info, void **self, vmp_error *error) {
  const auto *memory = static_cast<const vmp_memory_service *>(info->host->service(info->host, VMP_MEMORY_SERVICE));
  if (memory == nullptr || !VMP_KNOWS(memory, vmp_memory_service, find)) {
    fill(error, VMP_ERROR_UNSUPPORTED, "NO_MEMORY_SERVICE", "the host does not offer " VMP_MEMORY_SERVICE);
    return VMP_ERROR_UNSUPPORTED;
  }
  Engine *engine = new (std::nothrow) Engine{memory, vmp::riscv::host_has_fused()};
  if (engine == nullptr) {
    fill(error, VMP_ERROR_OUT_OF_MEMORY, "", "no memory for the interpreter");
    return VMP_ERROR_OUT_OF_MEMORY;
  }
  *self = engine;
  return VMP_OK;
}

void destroy(void *self) { delete static_cast<Engine *>(self); }

constexpr vmp_provider provider = {.struct_size = sizeof(vmp_provider),
                                   .contract_major = 1,
                                   .contract_minor = 0,
                                   .vtable = &simulator,
                                   .capabilities = &capabilities,
                                   .create = create,
                                   .attach = nullptr,
                                   .destroy = destroy,
                                   .validate_configuration = nullptr};

const vmp_provider *get(const char *point, const char *name, uint16_t) {
  const bool known = std::strcmp(point, VMP_ARCH_SIMULATOR_POINT) == 0 && std::strcmp(name, "interpreter") == 0;
  return known ? &provider : nullptr;
}

}  // namespace

extern "C" VMP_EXPORT const vmp_entry vm_plugin_entry = {.struct_size = sizeof(vmp_entry),
                                                         .abi_major = VMP_ABI_MAJOR,
                                                         .abi_minor = VMP_ABI_MINOR,
                                                         .abi_minor_lowest = 0,
                                                         .reserved = {},
                                                         .init = nullptr,
                                                         .deinit = nullptr,
                                                         .get = get};
