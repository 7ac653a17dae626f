// The code that SYSCALL leads to, encoded by hand: it leaves for the host, unless the call is one of a few whose answer
// does not change, which it answers by itself (Intel SDM volume 2, SYSCALL and SYSRET).
//
// It has neither a stack nor a register to itself: rcx and r11 are the way back, and rax the call's number, which must
// be found again from anywhere in it, since the host may interrupt it. So each answer has code of its own, and to be
// there is to know the number.
#pragma once

#include <cstdint>
#include <span>

#include "vm_plugin/machine.h"

namespace vmp {

class CallStub {
 public:
  static constexpr uint32_t most_answers = 8;

  // Offsets from its first instruction.
  static constexpr uint64_t leave = 0x81;     // out imm8, al: to the host
  static constexpr uint64_t answers = 0x100;  // the code of each answer
  static constexpr uint64_t answer_size = 32;
  static constexpr uint64_t code_size = answers + most_answers * answer_size;
  static constexpr uint64_t table = 0x800;  // numbers, then results
  static constexpr uint64_t size = table + 2 * most_answers * sizeof(uint64_t);

  // In `size` bytes at `memory`. in_ring_0: it returns by SYSRET; else it is in ring 3 already, and jumps. The answers
  // stay as they are.
  static void write(uint8_t *memory, uint8_t port, bool in_ring_0);
  // Those that are too many, or whose number is larger than the stub looks at, are left to the host. No processor is in
  // the stub.
  static void set_answers(uint8_t *memory, std::span<const vmp_call_answer> given);
  // The call's number at an offset into the code, where rax does not hold it any more, or else rax.
  static uint64_t number_at(const uint8_t *memory, uint64_t offset, uint64_t rax);
};

}  // namespace vmp
