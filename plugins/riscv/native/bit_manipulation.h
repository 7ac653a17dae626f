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
#define VM_PLUGIN_RISCV_BIT_REGISTERS(ONE) \
  ONE(add_uw, b + low_word(a)) \
  ONE(sh1add, b + (a << 1)) \
  ONE(sh2add, b + (a << 2)) \
  ONE(sh3add, b + (a << 3)) \
  ONE(sh1add_uw, b + (uint64_t{low_word(a)} << 1)) \
  ONE(sh2add_uw, b + (uint64_t{low_word(a)} << 2)) \
  ONE(sh3add_uw, b + (uint64_t{low_word(a)} << 3)) \
  ONE(andn, a & ~b) \
  ONE(orn, a | ~b) \
  ONE(xnor, ~(a ^ b)) \
  ONE(max, as_signed(a) > as_signed(b) ? a : b) \
  ONE(maxu, a > b ? a : b) \
  ONE(min, as_signed(a) < as_signed(b) ? a : b) \
  ONE(minu, a < b ? a : b) \
  ONE(rol, std::rotl(a, static_cast<int>(b & 63))) \
  ONE(rolw, rotate_left_word(a, b)) \
  ONE(ror, std::rotr(a, static_cast<int>(b & 63))) \
  ONE(rorw, rotate_right_word(a, b)) \
  ONE(clmul, static_cast<uint64_t>(carryless_product(a, b))) \
  ONE(clmulh, static_cast<uint64_t>(carryless_product(a, b) >> 64)) \
  ONE(clmulr, static_cast<uint64_t>(carryless_product(a, b) >> 63)) \
  ONE(bclr, a & ~(uint64_t{1} << (b & 63))) \
  ONE(bext, a >> (b & 63) & 1) \
  ONE(binv, a ^ uint64_t{1} << (b & 63)) \
  ONE(bset, a | uint64_t{1} << (b & 63)) \
  ONE(czero_eqz, b == 0 ? 0 : a) \
  ONE(czero_nez, b != 0 ? 0 : a)

#define VM_PLUGIN_RISCV_BIT_IMMEDIATES(ONE) \
  ONE(slli_uw, uint64_t{low_word(a)} << b) \
  ONE(rori, std::rotr(a, static_cast<int>(b))) \
  ONE(roriw, rotate_right_word(a, b)) \
  ONE(bclri, a & ~(uint64_t{1} << b)) \
  ONE(bexti, a >> b & 1) \
  ONE(binvi, a ^ uint64_t{1} << b) \
  ONE(bseti, a | uint64_t{1} << b)

#define VM_PLUGIN_RISCV_BIT_UNARIES(ONE) \
  ONE(clz, static_cast<uint64_t>(std::countl_zero(a))) \
  ONE(clzw, static_cast<uint64_t>(std::countl_zero(low_word(a)))) \
  ONE(ctz, static_cast<uint64_t>(std::countr_zero(a))) \
  ONE(ctzw, static_cast<uint64_t>(std::countr_zero(low_word(a)))) \
  ONE(cpop, static_cast<uint64_t>(std::popcount(a))) \
  ONE(cpopw, static_cast<uint64_t>(std::popcount(low_word(a)))) \
  ONE(sext_b, static_cast<uint64_t>(static_cast<int64_t>(static_cast<int8_t>(a)))) \
  ONE(sext_h, static_cast<uint64_t>(static_cast<int64_t>(static_cast<int16_t>(a)))) \
  ONE(zext_h, a & 0xffff) \
  ONE(orc_b, or_combine_bytes(a)) \
  ONE(rev8, __builtin_bswap64(a))
// clang-format on

}  // namespace vmp::riscv
