#include <cstddef>

#include "x86_64/virtual_cpu.h"

namespace vmp::hvf {
namespace {

constexpr uint16_t gpr_offset(unsigned number) {
  return static_cast<uint16_t>(offsetof(vmp_x86_64_state, gpr) + number * sizeof(uint64_t));
}

constexpr char isa[] = "x86-64";

}  // namespace

const char provider_name[] = "hvf";

// System V ABI, AMD64 supplement, section A.2.1: rax; rdi, rsi, rdx, r10, r8, r9.
const vmp_accel_virtualization_capabilities capabilities = {
    .struct_size = sizeof(vmp_accel_virtualization_capabilities),
    .architecture = VMP_ARCHITECTURE_X86_64,
    .state_size = sizeof(vmp_x86_64_state),
    .address_bits = 38,
    .hwcap = 0,
    .hwcap2 = 0,
    .isa = {isa, sizeof isa - 1},
    .system_call = {.struct_size = sizeof(vmp_system_call_abi),
                    .architecture = VMP_ARCHITECTURE_X86_64,
                    .number = gpr_offset(0),
                    .result = gpr_offset(0),
                    .arguments = {gpr_offset(7), gpr_offset(6), gpr_offset(2), gpr_offset(10), gpr_offset(8),
                                  gpr_offset(9)},
                    .stack_pointer = gpr_offset(4),
                    .program_counter = offsetof(vmp_x86_64_state, rip),
                    .thread_pointer = offsetof(vmp_x86_64_state, fs),
                    .instruction_size = 2},
};

}  // namespace vmp::hvf
