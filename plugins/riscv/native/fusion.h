// Which slots run as a pair.
#pragma once
#include "slot.h"

namespace vmp::riscv {

// Gives `first` the handler of the pair when the slot behind it, `second`, is the instruction behind it, and there is
// such a handler. `second` stays: it can be jumped to.
void fuse(Slot &first, const Slot &second);

}  // namespace vmp::riscv
