#pragma once
#include "slot.h"
#include "vm_plugin/vcpu.h"

namespace vmp::riscv {

// After each instruction that does not jump. `cell` is the host's address of the last guest access.
void seeded_fault(vmp_riscv64_state *state, const Slot &slot, uint8_t *cell);

}  // namespace vmp::riscv
