// RV64I: what its register operations compute, a and b being the operands (b the immediate where there is one), and how
// wide its loads and stores are.
#pragma once
#include <cstdint>

namespace vmp::riscv {

constexpr int64_t as_signed(uint64_t value) { return static_cast<int64_t>(value); }
constexpr uint32_t low_word(uint64_t value) { return static_cast<uint32_t>(value); }
constexpr uint64_t extend_word(uint32_t value) {
  return static_cast<uint64_t>(static_cast<int64_t>(static_cast<int32_t>(value)));
}
// An integer as a register holds it: 32-bit ones sign-extended, unsigned ones too.
template <typename Integer>
constexpr uint64_t as_register(Integer value) {
  if constexpr (sizeof(Integer) == 4) {
    return extend_word(static_cast<uint32_t>(value));
  } else {
    return static_cast<uint64_t>(value);
  }
}
constexpr uint64_t shift_right_word(uint64_t value, uint64_t amount) {
  return static_cast<uint64_t>(static_cast<int64_t>(static_cast<int32_t>(value) >> (amount & 31)));
}

// clang-format off
#define VM_PLUGIN_RISCV_INTEGER_REGISTERS(X) \
  X(add, a + b) \
  X(sub, a - b) \
  X(sll, a << (b & 63)) \
  X(slt, as_signed(a) < as_signed(b)) \
  X(sltu, a < b) \
  X(xor_, a ^ b) \
  X(srl, a >> (b & 63)) \
  X(sra, static_cast<uint64_t>(as_signed(a) >> (b & 63))) \
  X(or_, a | b) \
  X(and_, a & b) \
  X(addw, extend_word(low_word(a + b))) \
  X(subw, extend_word(low_word(a - b))) \
  X(sllw, extend_word(low_word(a) << (b & 31))) \
  X(srlw, extend_word(low_word(a) >> (b & 31))) \
  X(sraw, shift_right_word(a, b))

#define VM_PLUGIN_RISCV_INTEGER_IMMEDIATES(X) \
  X(addi, a + b) \
  X(slti, as_signed(a) < as_signed(b)) \
  X(sltiu, a < b) \
  X(xori, a ^ b) \
  X(ori, a | b) \
  X(andi, a & b) \
  X(slli, a << b) \
  X(srli, a >> b) \
  X(srai, static_cast<uint64_t>(as_signed(a) >> b)) \
  X(addiw, extend_word(low_word(a + b))) \
  X(slliw, extend_word(low_word(a) << b)) \
  X(srliw, extend_word(low_word(a) >> b)) \
  X(sraiw, shift_right_word(a, b))

// Widths, as the type that extends to the register's value.
#define VM_PLUGIN_RISCV_LOADS(X) \
  X(lb, int8_t) X(lh, int16_t) X(lw, int32_t) X(ld, int64_t) X(lbu, uint8_t) X(lhu, uint16_t) X(lwu, uint32_t)
#define VM_PLUGIN_RISCV_STORES(X) X(sb, uint8_t) X(sh, uint16_t) X(sw, uint32_t) X(sd, uint64_t)

#define VM_PLUGIN_RISCV_BRANCHES(X) \
  X(beq, a == b) X(bne, a != b) X(blt, as_signed(a) < as_signed(b)) X(bge, as_signed(a) >= as_signed(b)) \
  X(bltu, a < b) X(bgeu, a >= b)
// clang-format on

// The operations as functions of their names.
namespace compute {
#define VM_PLUGIN_RISCV_FUNCTION(name, value) \
  constexpr uint64_t name([[maybe_unused]] uint64_t a, [[maybe_unused]] uint64_t b) { return value; }
#define VM_PLUGIN_RISCV_CONDITION(name, condition) \
  constexpr bool name(uint64_t a, uint64_t b) { return condition; }
VM_PLUGIN_RISCV_INTEGER_REGISTERS(VM_PLUGIN_RISCV_FUNCTION)
VM_PLUGIN_RISCV_INTEGER_IMMEDIATES(VM_PLUGIN_RISCV_FUNCTION)
VM_PLUGIN_RISCV_BRANCHES(VM_PLUGIN_RISCV_CONDITION)
}  // namespace compute

}  // namespace vmp::riscv
