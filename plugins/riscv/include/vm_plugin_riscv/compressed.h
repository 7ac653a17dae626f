// The C extension: 16 bits -> the instruction that they stand for (volume I, chapter "C" Standard Extension).
#ifndef VM_PLUGIN_RISCV_COMPRESSED_H
#define VM_PLUGIN_RISCV_COMPRESSED_H

#include "instruction.h"

namespace vmp::riscv {
namespace compressed {

// Moves `width` bits from `from` to `to`.
constexpr int32_t move(uint16_t word, unsigned from, unsigned width, unsigned to) {
  return static_cast<int32_t>((word >> from & ((1u << width) - 1)) << to);
}
// Bit 12 as the sign, of weight 2^sign.
constexpr int32_t sign(uint16_t word, unsigned sign) { return (word >> 12 & 1) != 0 ? -(1 << sign) : 0; }

constexpr uint8_t full_register(uint16_t word, unsigned low) { return static_cast<uint8_t>(word >> low & 31); }
constexpr uint8_t short_register(uint16_t word, unsigned low) { return static_cast<uint8_t>(8 + (word >> low & 7)); }

constexpr int32_t immediate_6(uint16_t word) { return sign(word, 5) + move(word, 2, 5, 0); }
constexpr int32_t shift_amount(uint16_t word) { return move(word, 12, 1, 5) + move(word, 2, 5, 0); }
constexpr int32_t offset_word(uint16_t word) {
  return move(word, 10, 3, 3) + move(word, 6, 1, 2) + move(word, 5, 1, 6);
}
constexpr int32_t offset_double(uint16_t word) { return move(word, 10, 3, 3) + move(word, 5, 2, 6); }
constexpr int32_t jump_offset(uint16_t word) {
  return sign(word, 11) + move(word, 11, 1, 4) + move(word, 9, 2, 8) + move(word, 8, 1, 10) + move(word, 7, 1, 6) +
         move(word, 6, 1, 7) + move(word, 3, 3, 1) + move(word, 2, 1, 5);
}
constexpr int32_t branch_offset(uint16_t word) {
  return sign(word, 8) + move(word, 10, 2, 3) + move(word, 5, 2, 6) + move(word, 3, 2, 1) + move(word, 2, 1, 5);
}

struct Operands {
  uint8_t rd = 0;
  uint8_t rs1 = 0;
  uint8_t rs2 = 0;
  int32_t immediate = 0;
};

constexpr Instruction make(uint16_t word, Operation operation, Operands operands = {}) {
  Instruction instruction;
  instruction.operation = operation;
  instruction.encoding = word;
  instruction.rd = operands.rd;
  instruction.rs1 = operands.rs1;
  instruction.rs2 = operands.rs2;
  instruction.immediate = operands.immediate;
  return instruction;
}

constexpr Instruction quadrant_0(uint16_t word) {
  const uint8_t base = short_register(word, 7);
  const uint8_t other = short_register(word, 2);
  const Operands load_word{.rd = other, .rs1 = base, .immediate = offset_word(word)};
  const Operands load_double{.rd = other, .rs1 = base, .immediate = offset_double(word)};
  const Operands store_word{.rs1 = base, .rs2 = other, .immediate = offset_word(word)};
  const Operands store_double{.rs1 = base, .rs2 = other, .immediate = offset_double(word)};
  switch (word >> 13) {
    case 0: {
      const int32_t immediate = move(word, 11, 2, 4) + move(word, 7, 4, 6) + move(word, 6, 1, 2) + move(word, 5, 1, 3);
      if (immediate == 0) {
        break;  // all zero is defined to be illegal, the others are reserved
      }
      return make(word, Operation::addi, {.rd = other, .rs1 = 2, .immediate = immediate});
    }
    case 1:
      return make(word, Operation::fld, load_double);
    case 2:
      return make(word, Operation::lw, load_word);
    case 3:
      return make(word, Operation::ld, load_double);
    case 5:
      return make(word, Operation::fsd, store_double);
    case 6:
      return make(word, Operation::sw, store_word);
    case 7:
      return make(word, Operation::sd, store_double);
  }
  return make(word, Operation::illegal);
}

constexpr Instruction arithmetic(uint16_t word) {
  const uint8_t rd = short_register(word, 7);
  const uint8_t rs2 = short_register(word, 2);
  switch (word >> 10 & 3) {
    case 0:
      return make(word, Operation::srli, {.rd = rd, .rs1 = rd, .immediate = shift_amount(word)});
    case 1:
      return make(word, Operation::srai, {.rd = rd, .rs1 = rd, .immediate = shift_amount(word)});
    case 2:
      return make(word, Operation::andi, {.rd = rd, .rs1 = rd, .immediate = immediate_6(word)});
  }
  constexpr Operation operations[8] = {Operation::sub,  Operation::xor_, Operation::or_,     Operation::and_,
                                       Operation::subw, Operation::addw, Operation::illegal, Operation::illegal};
  const Operation operation = operations[(word >> 12 & 1) * 4 + (word >> 5 & 3)];
  return operation == Operation::illegal ? make(word, operation)
                                         : make(word, operation, {.rd = rd, .rs1 = rd, .rs2 = rs2});
}

constexpr Instruction quadrant_1(uint16_t word) {
  const uint8_t rd = full_register(word, 7);
  switch (word >> 13) {
    case 0:
      return make(word, Operation::addi, {.rd = rd, .rs1 = rd, .immediate = immediate_6(word)});
    case 1:
      if (rd == 0) {
        break;
      }
      return make(word, Operation::addiw, {.rd = rd, .rs1 = rd, .immediate = immediate_6(word)});
    case 2:
      return make(word, Operation::addi, {.rd = rd, .immediate = immediate_6(word)});
    case 3:
      if (immediate_6(word) == 0) {
        break;
      }
      if (rd == 2) {
        const int32_t immediate =
            sign(word, 9) + move(word, 6, 1, 4) + move(word, 5, 1, 6) + move(word, 3, 2, 7) + move(word, 2, 1, 5);
        return make(word, Operation::addi, {.rd = 2, .rs1 = 2, .immediate = immediate});
      }
      return make(word, Operation::lui, {.rd = rd, .immediate = immediate_6(word) * 4096});
    case 4:
      return arithmetic(word);
    case 5:
      return make(word, Operation::jal, {.immediate = jump_offset(word)});
    case 6:
      return make(word, Operation::beq, {.rs1 = short_register(word, 7), .immediate = branch_offset(word)});
    case 7:
      return make(word, Operation::bne, {.rs1 = short_register(word, 7), .immediate = branch_offset(word)});
  }
  return make(word, Operation::illegal);
}

// Funct3 100 of quadrant 2: c.jr, c.mv, c.ebreak, c.jalr, c.add.
constexpr Instruction jump_or_move(uint16_t word) {
  const uint8_t rd = full_register(word, 7);
  const uint8_t rs2 = full_register(word, 2);
  const bool bit_12 = (word >> 12 & 1) != 0;
  if (rs2 != 0) {
    return make(word, Operation::add, {.rd = rd, .rs1 = bit_12 ? rd : uint8_t{0}, .rs2 = rs2});
  }
  if (rd == 0) {
    return make(word, bit_12 ? Operation::ebreak : Operation::illegal, {.immediate = bit_12 ? 1 : 0});
  }
  return make(word, Operation::jalr, {.rd = bit_12 ? uint8_t{1} : uint8_t{0}, .rs1 = rd});
}

constexpr Instruction quadrant_2(uint16_t word) {
  const uint8_t rd = full_register(word, 7);
  const uint8_t rs2 = full_register(word, 2);
  const int32_t load_double = move(word, 12, 1, 5) + move(word, 5, 2, 3) + move(word, 2, 3, 6);
  const int32_t store_double = move(word, 10, 3, 3) + move(word, 7, 3, 6);
  switch (word >> 13) {
    case 0:
      return make(word, Operation::slli, {.rd = rd, .rs1 = rd, .immediate = shift_amount(word)});
    case 1:
      return make(word, Operation::fld, {.rd = rd, .rs1 = 2, .immediate = load_double});
    case 2:
      if (rd == 0) {
        break;
      }
      return make(word, Operation::lw,
                  {.rd = rd, .rs1 = 2, .immediate = move(word, 12, 1, 5) + move(word, 4, 3, 2) + move(word, 2, 2, 6)});
    case 3:
      if (rd == 0) {
        break;
      }
      return make(word, Operation::ld, {.rd = rd, .rs1 = 2, .immediate = load_double});
    case 4:
      return jump_or_move(word);
    case 5:
      return make(word, Operation::fsd, {.rs1 = 2, .rs2 = rs2, .immediate = store_double});
    case 6:
      return make(word, Operation::sw, {.rs1 = 2, .rs2 = rs2, .immediate = move(word, 9, 4, 2) + move(word, 7, 2, 6)});
    case 7:
      return make(word, Operation::sd, {.rs1 = 2, .rs2 = rs2, .immediate = store_double});
  }
  return make(word, Operation::illegal);
}

}  // namespace compressed

// Bits 1:0 must not be 3. A reserved encoding gives Operation::illegal; hints give what they stand for.
constexpr Instruction decode_compressed(uint16_t word) {
  switch (word & 3) {
    case 0:
      return compressed::quadrant_0(word);
    case 1:
      return compressed::quadrant_1(word);
    default:
      return compressed::quadrant_2(word);
  }
}

}  // namespace vmp::riscv
#endif
