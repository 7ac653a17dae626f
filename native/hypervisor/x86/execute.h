// What a decoded instruction does, without touching memory.
#pragma once
#include "hypervisor/x86/instruction.h"

namespace vmp::x86 {

struct Result {
  uint64_t memory;          // what the memory operand or port is set to, of the instruction's size
  uint64_t register_value;  // what its register is set to
  uint64_t accumulator;     // what RAX is set to by a CMPXCHG that differs
  uint64_t flags;           // RFLAGS behind it
  bool writes_memory;
  bool writes_register;
  bool writes_accumulator;
};

bool reads_memory(const Instruction &instruction);

// operand: what the memory operand or port reads as; 0 when nothing is read.
Result compute(const Instruction &instruction, const vmp_x86_64_state &general, uint64_t operand);

// Registers, flags and the instruction pointer as behind the instruction, or behind one element of a repeated one.
void retire(const Instruction &instruction, const Result &result, bool is_64_bit, vmp_x86_64_state &general);

}  // namespace vmp::x86
