// What all operations of software_float.cc share: numbers taken apart, and the one place where results are rounded.
#pragma once
#include <bit>

#include "float_format.h"

namespace vmp::riscv::software {

using Wide = unsigned __int128;

enum class Kind { zero, finite, infinity, nan };

// A finite number is significand * 2^exponent, with the significand's top bit at precision - 1.
struct Number {
  Kind kind;
  bool negative;
  int exponent;
  uint64_t significand;
};

template <typename F>
Number unpack(typename F::Bits bits) {
  const auto size = magnitude<F>(bits);
  Number number{Kind::finite, is_negative<F>(bits), 0, 0};
  if (size >= F::infinity) {
    number.kind = size == F::infinity ? Kind::infinity : Kind::nan;
  } else if (size == 0) {
    number.kind = Kind::zero;
  } else {
    const int field = static_cast<int>(size >> F::fraction_bits);
    const uint64_t fraction = size & (F::least_normal - 1);
    const int shift = field != 0 ? 0 : std::countl_zero(fraction) - (64 - F::precision);
    number.significand = (field != 0 ? fraction | F::least_normal : fraction) << shift;
    number.exponent = (field != 0 ? field : 1) - F::bias - F::fraction_bits - shift;
  }
  return number;
}

template <typename F>
typename F::Bits signed_bits(bool negative, typename F::Bits size) {
  return static_cast<typename F::Bits>(negative ? size | F::sign_bit : size);
}

inline int count_leading_zeros(Wide value) {
  const uint64_t high = static_cast<uint64_t>(value >> 64);
  return high != 0 ? std::countl_zero(high) : 64 + std::countl_zero(static_cast<uint64_t>(value));
}

// Shifts right; a bit that falls out stays as the lowest bit, which is enough for every rounding decision later.
inline Wide shift_right_sticky(Wide value, int shift) {
  if (shift == 0) {
    return value;
  }
  if (shift > 127) {
    return value != 0;
  }
  return value >> shift | ((value & ((Wide{1} << shift) - 1)) != 0);
}

struct Rounded {
  Wide value;
  bool inexact;
};

// value / 2^shift as an integer. A negative shift is exact.
inline Rounded shift_and_round(Wide value, int shift, bool negative, Rounding rounding) {
  if (shift <= 0) {
    return {value << -shift, false};
  }
  value = shift > 126 ? shift_right_sticky(value, shift - 2) : value;
  shift = shift > 126 ? 2 : shift;
  Wide kept = value >> shift;
  const Wide rest = value & ((Wide{1} << shift) - 1);
  const Wide half = Wide{1} << (shift - 1);
  bool up = false;
  switch (rounding) {
    case Rounding::nearest_even:
      up = rest > half || (rest == half && (kept & 1) != 0);
      break;
    case Rounding::nearest_away:
      up = rest >= half;
      break;
    case Rounding::down:
      up = negative && rest != 0;
      break;
    case Rounding::up:
      up = !negative && rest != 0;
      break;
    case Rounding::toward_zero:
      break;
  }
  return {kept + (up ? 1 : 0), rest != 0};
}

template <typename F>
typename F::Bits overflow(bool negative, Rounding rounding, uint32_t &flags) {
  flags |= flag_overflow | flag_inexact;
  const bool to_infinity = rounding == Rounding::nearest_even || rounding == Rounding::nearest_away ||
                           rounding == (negative ? Rounding::down : Rounding::up);
  return signed_bits<F>(negative, to_infinity ? F::infinity : F::infinity - 1);
}

// value * 2^exponent (value is not 0 and below 2^127), whose lowest bit may be sticky.
template <typename F>
typename F::Bits pack(bool negative, int exponent, Wide value, Rounding rounding, uint32_t &flags) {
  const int leading = exponent + 127 - count_leading_zeros(value);
  const bool below_normal = leading < F::least_exponent;
  const int target = below_normal ? F::least_exponent : leading;
  const Rounded rounded = shift_and_round(value, target - F::fraction_bits - exponent, negative, rounding);
  const uint64_t encoded =
      (static_cast<uint64_t>(target - F::least_exponent) << F::fraction_bits) + static_cast<uint64_t>(rounded.value);
  if (encoded >= F::infinity) {
    return overflow<F>(negative, rounding, flags);
  }
  if (rounded.inexact) {
    flags |= flag_inexact;
    // Tiny unless rounding to full precision, as if the exponent had no bound, reaches the least normal number.
    const Rounded unbounded = shift_and_round(value, leading - F::fraction_bits - exponent, negative, rounding);
    if (below_normal && !(leading == F::least_exponent - 1 && unbounded.value >> F::precision != 0)) {
      flags |= flag_underflow;
    }
  }
  return signed_bits<F>(negative, static_cast<typename F::Bits>(encoded));
}

}  // namespace vmp::riscv::software
