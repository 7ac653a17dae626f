#include <cstddef>

#include "aarch64/virtual_cpu.h"

namespace vmp::hvf {
namespace {

constexpr uint16_t x_offset(unsigned number) {
  return static_cast<uint16_t>(offsetof(vmp_aarch64_state, x) + number * sizeof(uint64_t));
}

constexpr char isa[] = "armv8-a";

}  // namespace

const char provider_name[] = "hvf-arm";

// Linux, arch/arm64: x8; x0 to x5.
const vmp_accel_virtualization_capabilities capabilities = {
    .struct_size = sizeof(vmp_accel_virtualization_capabilities),
    .architecture = VMP_ARCHITECTURE_AARCH64,
    .state_size = sizeof(vmp_aarch64_state),
    .address_bits = 36,
    .hwcap = 0,
    .hwcap2 = 0,
    .isa = {isa, sizeof isa - 1},
    .system_call = {.struct_size = sizeof(vmp_system_call_abi),
                    .architecture = VMP_ARCHITECTURE_AARCH64,
                    .number = x_offset(8),
                    .result = x_offset(0),
                    .arguments = {x_offset(0), x_offset(1), x_offset(2), x_offset(3), x_offset(4), x_offset(5)},
                    .stack_pointer = offsetof(vmp_aarch64_state, sp_el0),
                    .program_counter = offsetof(vmp_aarch64_state, pc),
                    .thread_pointer = offsetof(vmp_aarch64_state, tpidr_el0),
                    .instruction_size = 4},
};

}  // namespace vmp::hvf
