// Guest code read from memory and decoded into the slots of its page.
#pragma once
#include "engine.h"

namespace vmp::riscv {

struct Fetched {
  bool readable;  // else `address` is where the guest may not execute
  uint32_t word;  // as decode() takes it
  uint64_t address;
};

// The bytes of the instruction at `pc`, which is even. May fault in the arena, as any guest access, when the guest's
// memory is unmapped at the same time: the state must be exact.
Fetched fetch(const Engine *engine, vmp_address_space *space, uint64_t pc);

// Whether the guest may execute at `address`.
bool is_executable(const Engine *engine, vmp_address_space *space, uint64_t address);

// Decodes the straight line from `pc`, which lies in `page` and is not decoded yet. nullptr: the instruction at pc
// runs into the next page, which is not executable. Faults as fetch() does. When the page's slots are all used up it
// starts afresh, so that only the slot returned is valid.
Slot *decode_line(const Engine *engine, vmp_address_space *space, CodePage &page, uint64_t pc);

// Makes the jump in `slot` go straight to `target` when that is decoded and lies in the page at
// guest address page_address.
void link_jump(CodePage &page, uint64_t page_address, Slot &slot, uint64_t target);

}  // namespace vmp::riscv
