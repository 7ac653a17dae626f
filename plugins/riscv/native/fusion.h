// Which slots run as a pair, and which take the result that the interpreter holds.
#pragma once
#include "slot.h"

namespace vmp::riscv {

// Sets how the slot runs when control comes from the slot before: the interpreter then holds the value of register
// `held` (0: of none). Returns the register whose value it holds behind this slot.
uint8_t chain(Slot &slot, uint8_t held);

// Gives `first` the handler of the pair when the slot behind it, `second`, is the instruction behind it, and there is
// such a handler. `second` stays: it can be jumped to; at most its operands change places.
void fuse(Slot &first, Slot &second);

}  // namespace vmp::riscv
