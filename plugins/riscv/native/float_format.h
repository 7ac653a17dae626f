// The IEEE 754 formats of the F, D and Zfh extensions: their layout, and the operations that are only bits.
#pragma once
#include <cstdint>

namespace vmp::riscv {

enum class Rounding : uint32_t { nearest_even = 0, toward_zero = 1, down = 2, up = 3, nearest_away = 4 };

// fflags (volume I, section 11.2).
inline constexpr uint32_t flag_inexact = 1;
inline constexpr uint32_t flag_underflow = 2;
inline constexpr uint32_t flag_overflow = 4;
inline constexpr uint32_t flag_divide_by_zero = 8;
inline constexpr uint32_t flag_invalid = 16;

template <typename BitsType, typename HostType, int Precision, int Bias>
struct FloatFormat {
  using Bits = BitsType;
  using Host = HostType;
  static constexpr int precision = Precision;  // of the significand, the hidden bit included
  static constexpr int bias = Bias;
  static constexpr int fraction_bits = Precision - 1;
  static constexpr int least_exponent = 1 - Bias;  // of a normal number
  static constexpr Bits sign_bit = Bits{1} << (sizeof(Bits) * 8 - 1);
  static constexpr Bits infinity = static_cast<Bits>(sign_bit - (Bits{1} << fraction_bits));
  static constexpr Bits quiet_bit = Bits{1} << (fraction_bits - 1);
  static constexpr Bits canonical_nan = infinity | quiet_bit;
  static constexpr Bits least_normal = Bits{1} << fraction_bits;
};
using Single = FloatFormat<uint32_t, float, 24, 127>;
using Double = FloatFormat<uint64_t, double, 53, 1023>;
using Half = FloatFormat<uint16_t, void, 11, 15>;  // no host unit: computed in integers

template <typename F>
constexpr typename F::Bits magnitude(typename F::Bits a) {
  return static_cast<typename F::Bits>(a & ~F::sign_bit);
}
template <typename F>
constexpr bool is_negative(typename F::Bits a) {
  return (a & F::sign_bit) != 0;
}
template <typename F>
constexpr bool is_nan(typename F::Bits a) {
  return magnitude<F>(a) > F::infinity;
}
template <typename F>
constexpr bool is_signaling(typename F::Bits a) {
  return is_nan<F>(a) && (a & F::quiet_bit) == 0;
}

// NaN boxing (volume I, section 12.2): a narrower value in a 64-bit register has ones above it.
constexpr uint64_t box(uint16_t half) { return 0xffffffffffff0000u | half; }
constexpr uint64_t box(uint32_t single) { return 0xffffffff00000000u | single; }
constexpr uint64_t box(uint64_t value) { return value; }

template <typename F>
constexpr typename F::Bits unbox(uint64_t value) {
  const auto bits = static_cast<typename F::Bits>(value);
  return box(bits) == value ? bits : F::canonical_nan;
}

// A finite result above the least normal one: no NaN, no infinity, no zero, nothing tiny.
template <typename F>
constexpr bool is_plain(typename F::Bits a) {
  return static_cast<typename F::Bits>(magnitude<F>(a) - F::least_normal - 1) < F::infinity - F::least_normal - 1;
}

// IEEE 754-2019 minimumNumber and maximumNumber, with -0 below +0.
template <typename F>
constexpr typename F::Bits select_number(typename F::Bits a, typename F::Bits b, bool maximum, uint32_t &flags) {
  if (is_signaling<F>(a) || is_signaling<F>(b)) {
    flags |= flag_invalid;
  }
  if (is_nan<F>(a) || is_nan<F>(b)) {
    return is_nan<F>(a) ? (is_nan<F>(b) ? F::canonical_nan : b) : a;
  }
  const bool a_below_b =
      is_negative<F>(a) != is_negative<F>(b) ? is_negative<F>(a) : (is_negative<F>(a) ? a > b : a < b);
  return a_below_b != maximum ? a : b;
}

// One of the ten bits of FCLASS (volume I, section 11.9).
template <typename F>
constexpr uint64_t classify(typename F::Bits a) {
  const bool negative = is_negative<F>(a);
  const typename F::Bits size = magnitude<F>(a);
  if (size > F::infinity) {
    return (a & F::quiet_bit) != 0 ? 1u << 9 : 1u << 8;
  }
  if (size == F::infinity) {
    return negative ? 1u << 0 : 1u << 7;
  }
  if (size >= F::least_normal) {
    return negative ? 1u << 1 : 1u << 6;
  }
  if (size != 0) {
    return negative ? 1u << 2 : 1u << 5;
  }
  return negative ? 1u << 3 : 1u << 4;
}

}  // namespace vmp::riscv
