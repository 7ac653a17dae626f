// Zba, Zbb, Zbc, Zbs and Zicond.
#pragma once
#include <bit>

#include "integer.h"

namespace vmp::riscv {

constexpr uint64_t rotate_right_word(uint64_t value, uint64_t amount) {
  return extend_word(std::rotr(low_word(value), static_cast<int>(amount & 31)));
}
constexpr uint64_t rotate_left_word(uint64_t value, uint64_t amount) {
  return extend_word(std::rotl(low_word(value), static_cast<int>(amount & 31)));
}

// Every byte that is not 0 becomes all ones.
constexpr uint64_t or_combine_bytes(uint64_t value) {
  constexpr uint64_t low_seven = 0x7f7f7f7f7f7f7f7f;
  const uint64_t high_bits = (((value & low_seven) + low_seven) | value) & ~low_seven;
  return (high_bits >> 7) * 0xff;
}

// The 127-bit product of polynomials over GF(2).
constexpr unsigned __int128 carryless_product(uint64_t a, uint64_t b) {
  unsigned __int128 product = 0;
  for (; b != 0; b &= b - 1) {
    product ^= static_cast<unsigned __int128>(a) << std::countr_zero(b);
  }
  return product;
}

// clang-format off
#define VM_PLUGIN_RISCV_BIT_REGISTERS(X) \
  X(add_uw, b + low_word(a)) \
  X(sh1add, b + (a << 1)) \
  X(sh2add, b + (a << 2)) \
  X(sh3add, b + (a << 3)) \
  X(sh1add_uw, b + (uint64_t{low_word(a)} << 1)) \
  X(sh2add_uw, b + (uint64_t{low_word(a)} << 2)) \
  X(sh3add_uw, b + (uint64_t{low_word(a)} << 3)) \
  X(andn, a & ~b) \
  X(orn, a | ~b) \
  X(xnor, ~(a ^ b)) \
  X(max, as_signed(a) > as_signed(b) ? a : b) \
  X(maxu, a > b ? a : b) \
  X(min, as_signed(a) < as_signed(b) ? a : b) \
  X(minu, a < b ? a : b) \
  X(rol, std::rotl(a, static_cast<int>(b & 63))) \
  X(rolw, rotate_left_word(a, b)) \
  X(ror, std::rotr(a, static_cast<int>(b & 63))) \
  X(rorw, rotate_right_word(a, b)) \
  X(clmul, static_cast<uint64_t>(carryless_product(a, b))) \
  X(clmulh, static_cast<uint64_t>(carryless_product(a, b) >> 64)) \
  X(clmulr, static_cast<uint64_t>(carryless_product(a, b) >> 63)) \
  X(bclr, a & ~(uint64_t{1} << (b & 63))) \
  X(bext, a >> (b & 63) & 1) \
  X(binv, a ^ uint64_t{1} << (b & 63)) \
  X(bset, a | uint64_t{1} << (b & 63)) \
  X(czero_eqz, b == 0 ? 0 : a) \
  X(czero_nez, b != 0 ? 0 : a)

#define VM_PLUGIN_RISCV_BIT_IMMEDIATES(X) \
  X(slli_uw, uint64_t{low_word(a)} << b) \
  X(rori, std::rotr(a, static_cast<int>(b))) \
  X(roriw, rotate_right_word(a, b)) \
  X(bclri, a & ~(uint64_t{1} << b)) \
  X(bexti, a >> b & 1) \
  X(binvi, a ^ uint64_t{1} << b) \
  X(bseti, a | uint64_t{1} << b)

#define VM_PLUGIN_RISCV_BIT_UNARIES(X) \
  X(clz, static_cast<uint64_t>(std::countl_zero(a))) \
  X(clzw, static_cast<uint64_t>(std::countl_zero(low_word(a)))) \
  X(ctz, static_cast<uint64_t>(std::countr_zero(a))) \
  X(ctzw, static_cast<uint64_t>(std::countr_zero(low_word(a)))) \
  X(cpop, static_cast<uint64_t>(std::popcount(a))) \
  X(cpopw, static_cast<uint64_t>(std::popcount(low_word(a)))) \
  X(sext_b, static_cast<uint64_t>(static_cast<int64_t>(static_cast<int8_t>(a)))) \
  X(sext_h, static_cast<uint64_t>(static_cast<int64_t>(static_cast<int16_t>(a)))) \
  X(zext_h, a & 0xffff) \
  X(orc_b, or_combine_bytes(a)) \
  X(rev8, __builtin_bswap64(a))
// clang-format on

namespace compute {
VM_PLUGIN_RISCV_BIT_REGISTERS(VM_PLUGIN_RISCV_FUNCTION)
VM_PLUGIN_RISCV_BIT_IMMEDIATES(VM_PLUGIN_RISCV_FUNCTION)
VM_PLUGIN_RISCV_BIT_UNARIES(VM_PLUGIN_RISCV_FUNCTION)
}  // namespace compute

}  // namespace vmp::riscv
