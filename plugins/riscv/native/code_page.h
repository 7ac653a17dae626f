// Guest code read from memory and decoded into slots.
#pragma once
#include "engine.h"

namespace vmp::riscv {

struct Fetched {
  bool readable;  // else `address` is where execution is not allowed
  uint32_t word;  // as decode() takes it
  uint64_t address;
};

// The bytes of the instruction at `pc`, which is even. May fault in the arena, as any guest access, when the guest's
// memory is unmapped at the same time: the state must be exact.
Fetched fetch(const Engine *engine, vmp_address_space *space, uint64_t pc);

// Whether the guest may execute at `address`.
bool is_executable(const Engine *engine, vmp_address_space *space, uint64_t address);

// Fills the slots from the instruction at `pc` to the end of its straight line, its page, or slots decoded already.
// false: the instruction at pc itself runs into the next page, which is not executable. Faults as fetch() does.
bool decode_line(const Engine *engine, vmp_address_space *space, Slot *slots, uint64_t pc);

}  // namespace vmp::riscv
