// Zicsr, for the registers that a user-mode program has: fflags, frm, fcsr, cycle, time, instret.
#pragma once
#include "slot.h"
#include "vm_plugin/vcpu.h"

namespace vmp::riscv {

// Executes a CSR instruction. retired: instructions before it. false: no such register, or a write to a read-only one;
// the instruction is illegal, and nothing changed.
bool execute_control_status(vmp_riscv64_state *state, const Slot &slot, uint64_t retired);

}  // namespace vmp::riscv
