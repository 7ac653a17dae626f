// Instruction -> Slot: chooses the handler that has the least left to do when the instruction runs.
#pragma once
#include "slot.h"

namespace vmp::riscv {

// host_fused: the host's CPU has fused multiply-add.
Slot specialize(const Instruction &instruction, uint64_t pc, bool host_fused);

// Makes a branch, jump or call whose target lies in the same page go there directly; any other slot stays as it is.
// distance: from its slot to the target's, in slots.
void link(Slot &slot, int32_t distance);

// Whether link() applies: a branch or direct jump that has not been linked.
bool is_linkable(const Slot &slot);

}  // namespace vmp::riscv
