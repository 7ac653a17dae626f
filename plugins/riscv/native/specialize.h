// Instruction -> Slot: chooses the handler that has the least left to do when the instruction runs.
#pragma once
#include "slot.h"

namespace vmp::riscv {

// host_fused: the host's CPU has fused multiply-add.
Slot specialize(const Instruction &instruction, uint64_t pc, bool host_fused);

}  // namespace vmp::riscv
