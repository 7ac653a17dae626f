// RV64I: what its register operations compute, a and b being the operands (b the immediate where there is one), and how
// wide its loads and stores are. BOTH: the instruction has a compressed form; ONE: it has none.
#pragma once
#include <cstdint>

namespace vmp::riscv {

constexpr int64_t as_signed(uint64_t value) { return static_cast<int64_t>(value); }
constexpr uint32_t low_word(uint64_t value) { return static_cast<uint32_t>(value); }
constexpr uint64_t extend_word(uint32_t value) {
  return static_cast<uint64_t>(static_cast<int64_t>(static_cast<int32_t>(value)));
}
constexpr uint64_t shift_right_word(uint64_t value, uint64_t amount) {
  return static_cast<uint64_t>(static_cast<int64_t>(static_cast<int32_t>(value) >> (amount & 31)));
}

// clang-format off
#define VM_PLUGIN_RISCV_INTEGER_REGISTERS(ONE, BOTH) \
  BOTH(add, a + b) \
  BOTH(sub, a - b) \
  ONE(sll, a << (b & 63)) \
  ONE(slt, as_signed(a) < as_signed(b)) \
  ONE(sltu, a < b) \
  BOTH(xor_, a ^ b) \
  ONE(srl, a >> (b & 63)) \
  ONE(sra, static_cast<uint64_t>(as_signed(a) >> (b & 63))) \
  BOTH(or_, a | b) \
  BOTH(and_, a & b) \
  BOTH(addw, extend_word(low_word(a + b))) \
  BOTH(subw, extend_word(low_word(a - b))) \
  ONE(sllw, extend_word(low_word(a) << (b & 31))) \
  ONE(srlw, extend_word(low_word(a) >> (b & 31))) \
  ONE(sraw, shift_right_word(a, b))

#define VM_PLUGIN_RISCV_INTEGER_IMMEDIATES(ONE, BOTH) \
  BOTH(addi, a + b) \
  ONE(slti, as_signed(a) < as_signed(b)) \
  ONE(sltiu, a < b) \
  ONE(xori, a ^ b) \
  ONE(ori, a | b) \
  BOTH(andi, a & b) \
  BOTH(slli, a << b) \
  BOTH(srli, a >> b) \
  BOTH(srai, static_cast<uint64_t>(as_signed(a) >> b)) \
  BOTH(addiw, extend_word(low_word(a + b))) \
  ONE(slliw, extend_word(low_word(a) << b)) \
  ONE(srliw, extend_word(low_word(a) >> b)) \
  ONE(sraiw, shift_right_word(a, b))

#define VM_PLUGIN_RISCV_LOADS(ONE, BOTH) \
  ONE(lb, int8_t) ONE(lh, int16_t) BOTH(lw, int32_t) BOTH(ld, int64_t) ONE(lbu, uint8_t) ONE(lhu, uint16_t) ONE(lwu, uint32_t)
#define VM_PLUGIN_RISCV_STORES(ONE, BOTH) ONE(sb, uint8_t) ONE(sh, uint16_t) BOTH(sw, uint32_t) BOTH(sd, uint64_t)

#define VM_PLUGIN_RISCV_BRANCHES(ONE, BOTH) \
  BOTH(beq, a == b) BOTH(bne, a != b) ONE(blt, as_signed(a) < as_signed(b)) ONE(bge, as_signed(a) >= as_signed(b)) \
  ONE(bltu, a < b) ONE(bgeu, a >= b)
// clang-format on

}  // namespace vmp::riscv
