// One decoded instruction, as the decoder gives it and engines and translators take it.
#ifndef VM_PLUGIN_RISCV_INSTRUCTION_H
#define VM_PLUGIN_RISCV_INSTRUCTION_H

#include <array>
#include <cstddef>

#include "operations.h"

namespace vmp::riscv {

struct Instruction {
  Operation operation = Operation::illegal;
  uint8_t length = 2;  // bytes: 2 or 4
  uint8_t rd = 0;      // below 32, like all registers; 0 where the format has none
  uint8_t rs1 = 0;
  uint8_t rs2 = 0;
  uint8_t rs3 = 0;
  uint8_t rounding = 0;   // 0 to 4, or dynamic_rounding
  int32_t immediate = 0;  // sign-extended; its meaning is the format's
  uint32_t encoding = 0;  // the bytes decoded, little-endian; the upper half is 0 when length is 2
};

inline constexpr uint8_t dynamic_rounding = 7;

// Bytes of the instruction that starts with these 16 bits: 2 or 4. Longer encodings (volume I, section 1.5) are
// illegal here and counted as 4.
constexpr uint8_t instruction_length(uint16_t first) { return (first & 3) == 3 ? 4 : 2; }

inline constexpr size_t operation_count = static_cast<size_t>(Operation::count);

constexpr Format format_of(Operation operation) {
  constexpr std::array<Format, operation_count> formats = {Format::none,
#define VM_PLUGIN_RISCV_FORMAT(name, mask, match, format) Format::format,
                                                           VM_PLUGIN_RISCV_OPERATIONS(VM_PLUGIN_RISCV_FORMAT)
#undef VM_PLUGIN_RISCV_FORMAT
  };
  return formats[static_cast<size_t>(operation)];
}

constexpr bool is_load(Format format) { return format == Format::load || format == Format::float_load; }
constexpr bool is_store(Format format) { return format == Format::store || format == Format::float_store; }

// For messages and tests: the operation as C++ spells it ("lr_w", "and_").
constexpr const char *name_of(Operation operation) {
  constexpr std::array<const char *, operation_count> names = {"illegal",
#define VM_PLUGIN_RISCV_NAME(name, mask, match, format) #name,
                                                               VM_PLUGIN_RISCV_OPERATIONS(VM_PLUGIN_RISCV_NAME)
#undef VM_PLUGIN_RISCV_NAME
  };
  return names[static_cast<size_t>(operation)];
}

// Bytes that a load, store or atomic operation accesses; 0 for any other.
constexpr uint32_t access_size(Operation operation) {
  const Format format = format_of(operation);
  if (format == Format::atomic) {
    return operation >= Operation::lr_d ? 8 : 4;
  }
  switch (operation) {
    case Operation::lb:
    case Operation::lbu:
    case Operation::sb:
      return 1;
    case Operation::lh:
    case Operation::lhu:
    case Operation::sh:
    case Operation::flh:
    case Operation::fsh:
      return 2;
    case Operation::lw:
    case Operation::lwu:
    case Operation::sw:
    case Operation::flw:
    case Operation::fsw:
      return 4;
    case Operation::ld:
    case Operation::sd:
    case Operation::fld:
    case Operation::fsd:
      return 8;
    default:
      return 0;
  }
}

}  // namespace vmp::riscv
#endif
