// The floating-point operations that round, for every rounding mode and operand, in integers.
#pragma once
#include "slot.h"
#include "vm_plugin/vcpu.h"

namespace vmp::riscv {

// Executes the slot's operation on the registers and fcsr. false: its rounding mode is invalid, so the instruction is
// illegal, and nothing changed.
bool execute_float_software(vmp_riscv64_state *state, const Slot &slot);

}  // namespace vmp::riscv
