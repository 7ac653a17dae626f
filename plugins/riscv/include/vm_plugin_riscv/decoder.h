// decode(): an instruction's bytes -> Instruction. Pure, for any 32 bits; reads nothing but its argument.
#ifndef VM_PLUGIN_RISCV_DECODER_H
#define VM_PLUGIN_RISCV_DECODER_H

#include "compressed.h"
#include "instruction.h"

namespace vmp::riscv {
namespace decoder {

struct Encoding {
  uint32_t mask;
  uint32_t match;
  Operation operation;
};

// The encodings ordered by major opcode (bits 6:2), so that a search looks at one opcode's only.
struct Table {
  std::array<Encoding, operation_count - 1> encodings{};
  std::array<uint16_t, 33> first{};  // of each major opcode; the last is the end
};

constexpr uint32_t major_opcode(uint32_t word) { return word >> 2 & 31; }

constexpr Table make_table() {
  constexpr std::array<Encoding, operation_count - 1> all = {{
#define VM_PLUGIN_RISCV_ENCODING(name, mask, match, format) {mask, match, Operation::name},
      VM_PLUGIN_RISCV_OPERATIONS(VM_PLUGIN_RISCV_ENCODING)
#undef VM_PLUGIN_RISCV_ENCODING
  }};
  Table table;
  uint16_t filled = 0;
  for (uint32_t opcode = 0; opcode < 32; ++opcode) {
    table.first[opcode] = filled;
    for (const Encoding &encoding : all) {
      if (major_opcode(encoding.match) == opcode) {
        table.encodings[filled++] = encoding;
      }
    }
  }
  table.first[32] = filled;
  return table;
}

inline constexpr Table table = make_table();

inline Operation find_operation(uint32_t word) {
  const uint32_t opcode = major_opcode(word);
  for (uint32_t i = table.first[opcode]; i < table.first[opcode + 1]; ++i) {
    if ((word & table.encodings[i].mask) == table.encodings[i].match) {
      return table.encodings[i].operation;
    }
  }
  return Operation::illegal;
}

constexpr uint32_t field(uint32_t word, uint32_t low, uint32_t width) { return word >> low & ((1u << width) - 1); }

// Immediates of volume I, section 2.3.
constexpr int32_t immediate_i(uint32_t word) { return static_cast<int32_t>(word) >> 20; }
constexpr int32_t immediate_s(uint32_t word) {
  return (static_cast<int32_t>(word) >> 25) * 32 + static_cast<int32_t>(field(word, 7, 5));
}
constexpr int32_t immediate_b(uint32_t word) {
  return (static_cast<int32_t>(word) >> 31) * 4096 +
         static_cast<int32_t>(field(word, 7, 1) << 11 | field(word, 25, 6) << 5 | field(word, 8, 4) << 1);
}
constexpr int32_t immediate_j(uint32_t word) {
  return (static_cast<int32_t>(word) >> 31) * 1048576 +
         static_cast<int32_t>(field(word, 12, 8) << 12 | field(word, 20, 1) << 11 | field(word, 21, 10) << 1);
}

inline Instruction decode_long(uint32_t word) {
  Instruction instruction;
  instruction.length = 4;
  instruction.encoding = word;
  const Operation operation = find_operation(word);
  const uint8_t rd = static_cast<uint8_t>(field(word, 7, 5));
  const uint8_t rs1 = static_cast<uint8_t>(field(word, 15, 5));
  const uint8_t rs2 = static_cast<uint8_t>(field(word, 20, 5));
  const uint8_t rounding = static_cast<uint8_t>(field(word, 12, 3));
  switch (format_of(operation)) {
    case Format::none:
      return instruction;
    case Format::registers:
    case Format::float_select:
    case Format::float_compare:
      instruction.rd = rd, instruction.rs1 = rs1, instruction.rs2 = rs2;
      break;
    case Format::unary:
    case Format::float_to_bits:
    case Format::float_from_bits:
      instruction.rd = rd, instruction.rs1 = rs1;
      break;
    case Format::immediate:
    case Format::load:
    case Format::float_load:
    case Format::jump_register:
      instruction.rd = rd, instruction.rs1 = rs1, instruction.immediate = immediate_i(word);
      break;
    case Format::shift:
      instruction.rd = rd, instruction.rs1 = rs1, instruction.immediate = static_cast<int32_t>(field(word, 20, 6));
      break;
    case Format::upper:
      instruction.rd = rd, instruction.immediate = static_cast<int32_t>(word & 0xfffff000u);
      break;
    case Format::store:
    case Format::float_store:
      instruction.rs1 = rs1, instruction.rs2 = rs2, instruction.immediate = immediate_s(word);
      break;
    case Format::branch:
      instruction.rs1 = rs1, instruction.rs2 = rs2, instruction.immediate = immediate_b(word);
      break;
    case Format::jump:
      instruction.rd = rd, instruction.immediate = immediate_j(word);
      break;
    case Format::fence:
    case Format::system:
      instruction.immediate = static_cast<int32_t>(field(word, 20, 12));
      break;
    case Format::control_status:
      instruction.rd = rd, instruction.rs1 = rs1, instruction.immediate = static_cast<int32_t>(field(word, 20, 12));
      break;
    case Format::atomic:
      instruction.rd = rd, instruction.rs1 = rs1, instruction.rs2 = rs2;
      instruction.immediate = static_cast<int32_t>(field(word, 25, 2));
      break;
    case Format::float_fused:
      instruction.rs3 = static_cast<uint8_t>(field(word, 27, 5));
      [[fallthrough]];
    case Format::float_arithmetic:
      instruction.rs2 = rs2;
      [[fallthrough]];
    case Format::float_convert:
    case Format::float_to_integer:
    case Format::integer_to_float:
      if (rounding == 5 || rounding == 6) {  // reserved: volume I, section 11.2
        instruction = Instruction{};
        instruction.length = 4;
        instruction.encoding = word;
        return instruction;
      }
      instruction.rd = rd, instruction.rs1 = rs1, instruction.rounding = rounding;
      break;
  }
  instruction.operation = operation;
  return instruction;
}

}  // namespace decoder

// `word` is the four bytes at the instruction, little-endian; the upper half is ignored when the lower says that the
// instruction is compressed.
inline Instruction decode(uint32_t word) {
  const uint16_t first = static_cast<uint16_t>(word);
  return instruction_length(first) == 2 ? decode_compressed(first) : decoder::decode_long(word);
}

}  // namespace vmp::riscv
#endif
