// Instructions that can touch a device, decoded (Intel SDM volume 2, chapter 2 and appendix A).
#pragma once
#include <cstddef>
#include <cstdint>

#include "vm_plugin/vcpu.h"

namespace vmp::x86 {

enum class Operation : uint8_t {
  move,
  move_sign_extended,
  add,
  or_bits,
  add_carry,
  subtract_borrow,
  and_bits,
  subtract,
  xor_bits,
  compare,
  test,
  exchange,
  exchange_add,
  compare_exchange,
  increment,
  decrement,
  complement,
  negate,
  bit_test,
  bit_set,
  bit_reset,
  bit_complement,
  move_string,
  store_string,
  load_string,
  port_in,
  port_out,
  port_in_string,
  port_out_string,
};

struct Instruction {
  Operation operation;
  uint8_t length;         // bytes
  uint8_t size;           // of the memory operand or of the port access: 1, 2, 4, 8
  uint8_t register_size;  // of a register that is written: 1, 2, 4, 8
  uint8_t address_size;   // 2, 4, 8
  uint8_t register_number;
  bool is_high_byte;   // the register is AH, CH, DH or BH: bits 15:8 of register_number
  bool to_memory;      // the memory operand is the destination
  bool has_immediate;  // in place of the register
  bool is_repeated;    // REP, REPE or REPNE before a string instruction
  uint16_t port;
  uint64_t immediate;
  uint64_t source;       // linear: of the memory operand, or what a string instruction reads
  uint64_t destination;  // linear: of the memory operand, or what a string instruction writes
};

// state: VMP_STATE_GENERAL and VMP_STATE_SYSTEM. False: another instruction, or more than `count` bytes.
bool decode(const uint8_t *bytes, size_t count, const vmp_x86_64_state &state, Instruction &instruction);

bool is_64_bit(const vmp_x86_64_state &state);

// Numbers of registers, as instructions encode them.
enum : uint8_t { rax = 0, rcx = 1, rdx = 2, rbx = 3, rsp = 4, rbp = 5, rsi = 6, rdi = 7 };

constexpr uint64_t mask_of(unsigned size) { return size >= 8 ? ~uint64_t{0} : (uint64_t{1} << size * 8) - 1; }

constexpr uint64_t sign_extend(uint64_t value, unsigned size) {
  const unsigned shift = 64 - 8 * size;
  return static_cast<uint64_t>(static_cast<int64_t>(value << shift) >> shift);
}

}  // namespace vmp::x86
