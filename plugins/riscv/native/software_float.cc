#include "software_float.h"

#include <limits>
#include <utility>

#include "software_rounding.h"

namespace vmp::riscv::software {
namespace {

template <typename F>
typename F::Bits invalid(uint32_t &flags) {
  flags |= flag_invalid;
  return F::canonical_nan;
}

template <typename F, typename... Operands>
typename F::Bits propagate_nan(uint32_t &flags, Operands... operands) {
  if ((is_signaling<F>(operands) || ...)) {
    flags |= flag_invalid;
  }
  return F::canonical_nan;
}

struct Term {
  bool negative;
  int exponent;
  Wide value;  // not 0, below 2^107
};

template <typename F>
typename F::Bits sum(Term a, Term b, Rounding rounding, uint32_t &flags) {
  if (a.exponent < b.exponent) {
    std::swap(a, b);
  }
  // a moves up as far as one bit for the carry allows; what is left of the distance, b moves down. Then a's top bit is
  // so far above b's that nothing cancels, and the sticky bit lies below every rounding position.
  const int distance = a.exponent - b.exponent;
  const int room = count_leading_zeros(a.value) - 2;
  const int up = distance < room ? distance : room;
  a.value <<= up;
  b.value = shift_right_sticky(b.value, distance - up);
  const int exponent = a.exponent - up;
  if (a.negative == b.negative) {
    return pack<F>(a.negative, exponent, a.value + b.value, rounding, flags);
  }
  if (a.value == b.value) {
    return signed_bits<F>(rounding == Rounding::down, 0);
  }
  return a.value > b.value ? pack<F>(a.negative, exponent, a.value - b.value, rounding, flags)
                           : pack<F>(b.negative, exponent, b.value - a.value, rounding, flags);
}

// The integer square root by digits, with the remainder as a sticky bit below: sqrt(value) * 2.
Wide square_root_sticky(Wide value) {
  Wide root = 0;
  Wide rest = value;
  for (Wide bit = Wide{1} << 126; bit != 0; bit >>= 2) {
    if (rest >= root + bit) {
      rest -= root + bit;
      root = (root >> 1) + bit;
    } else {
      root >>= 1;
    }
  }
  return root << 1 | (rest != 0);
}

}  // namespace

template <typename F>
typename F::Bits add(typename F::Bits a_bits, typename F::Bits b_bits, Rounding rounding, uint32_t &flags) {
  const Number a = unpack<F>(a_bits);
  const Number b = unpack<F>(b_bits);
  if (a.kind == Kind::nan || b.kind == Kind::nan) {
    return propagate_nan<F>(flags, a_bits, b_bits);
  }
  if (a.kind == Kind::infinity || b.kind == Kind::infinity) {
    if (a.kind == b.kind && a.negative != b.negative) {
      return invalid<F>(flags);
    }
    return a.kind == Kind::infinity ? a_bits : b_bits;
  }
  if (a.kind == Kind::zero && b.kind == Kind::zero) {
    return signed_bits<F>(a.negative == b.negative ? a.negative : rounding == Rounding::down, 0);
  }
  if (a.kind == Kind::zero || b.kind == Kind::zero) {
    return a.kind == Kind::zero ? b_bits : a_bits;
  }
  return sum<F>({a.negative, a.exponent, a.significand}, {b.negative, b.exponent, b.significand}, rounding, flags);
}

template <typename F>
typename F::Bits multiply(typename F::Bits a_bits, typename F::Bits b_bits, Rounding rounding, uint32_t &flags) {
  const Number a = unpack<F>(a_bits);
  const Number b = unpack<F>(b_bits);
  const bool negative = a.negative != b.negative;
  if (a.kind == Kind::nan || b.kind == Kind::nan) {
    return propagate_nan<F>(flags, a_bits, b_bits);
  }
  if (a.kind == Kind::infinity || b.kind == Kind::infinity) {
    return a.kind == Kind::zero || b.kind == Kind::zero ? invalid<F>(flags) : signed_bits<F>(negative, F::infinity);
  }
  if (a.kind == Kind::zero || b.kind == Kind::zero) {
    return signed_bits<F>(negative, 0);
  }
  return pack<F>(negative, a.exponent + b.exponent, Wide{a.significand} * b.significand, rounding, flags);
}

template <typename F>
typename F::Bits divide(typename F::Bits a_bits, typename F::Bits b_bits, Rounding rounding, uint32_t &flags) {
  const Number a = unpack<F>(a_bits);
  const Number b = unpack<F>(b_bits);
  const bool negative = a.negative != b.negative;
  if (a.kind == Kind::nan || b.kind == Kind::nan) {
    return propagate_nan<F>(flags, a_bits, b_bits);
  }
  if (a.kind == b.kind && (a.kind == Kind::zero || a.kind == Kind::infinity)) {
    return invalid<F>(flags);
  }
  if (a.kind == Kind::infinity || b.kind == Kind::zero) {
    flags |= a.kind == Kind::infinity ? 0 : flag_divide_by_zero;
    return signed_bits<F>(negative, F::infinity);
  }
  if (a.kind == Kind::zero || b.kind == Kind::infinity) {
    return signed_bits<F>(negative, 0);
  }
  const Wide dividend = Wide{a.significand} << 64;
  const Wide quotient = dividend / b.significand;
  const bool rest = quotient * b.significand != dividend;
  return pack<F>(negative, a.exponent - b.exponent - 65, quotient << 1 | rest, rounding, flags);
}

template <typename F>
typename F::Bits square_root(typename F::Bits a_bits, Rounding rounding, uint32_t &flags) {
  const Number a = unpack<F>(a_bits);
  if (a.kind == Kind::nan) {
    return propagate_nan<F>(flags, a_bits);
  }
  if (a.kind == Kind::zero) {
    return a_bits;
  }
  if (a.negative) {
    return invalid<F>(flags);
  }
  if (a.kind == Kind::infinity) {
    return a_bits;
  }
  const int up = 72 + (a.exponent & 1);
  return pack<F>(false, (a.exponent - up) / 2 - 1, square_root_sticky(Wide{a.significand} << up), rounding, flags);
}

template <typename F>
typename F::Bits multiply_add(typename F::Bits a_bits, typename F::Bits b_bits, typename F::Bits c_bits,
                              Rounding rounding, uint32_t &flags) {
  const Number a = unpack<F>(a_bits);
  const Number b = unpack<F>(b_bits);
  const Number c = unpack<F>(c_bits);
  const bool negative = a.negative != b.negative;
  const bool zero = a.kind == Kind::zero || b.kind == Kind::zero;
  const bool infinite = a.kind == Kind::infinity || b.kind == Kind::infinity;
  if (a.kind == Kind::nan || b.kind == Kind::nan) {
    return propagate_nan<F>(flags, a_bits, b_bits, c_bits);
  }
  if (zero && infinite) {
    return invalid<F>(flags);  // also when c is a quiet NaN: volume I, section 11.6
  }
  if (c.kind == Kind::nan) {
    return propagate_nan<F>(flags, c_bits);
  }
  if (infinite) {
    return c.kind == Kind::infinity && c.negative != negative ? invalid<F>(flags)
                                                              : signed_bits<F>(negative, F::infinity);
  }
  if (c.kind == Kind::infinity) {
    return c_bits;
  }
  if (zero) {
    return c.kind == Kind::zero && c.negative != negative ? signed_bits<F>(rounding == Rounding::down, 0) : c_bits;
  }
  const Term product{negative, a.exponent + b.exponent, Wide{a.significand} * b.significand};
  if (c.kind == Kind::zero) {
    return pack<F>(negative, product.exponent, product.value, rounding, flags);
  }
  return sum<F>(product, {c.negative, c.exponent, c.significand}, rounding, flags);
}

template <typename To, typename From>
typename To::Bits convert(typename From::Bits a_bits, Rounding rounding, uint32_t &flags) {
  const Number a = unpack<From>(a_bits);
  switch (a.kind) {
    case Kind::nan:
      flags |= is_signaling<From>(a_bits) ? flag_invalid : 0;
      return To::canonical_nan;
    case Kind::infinity:
      return signed_bits<To>(a.negative, To::infinity);
    case Kind::zero:
      return signed_bits<To>(a.negative, 0);
    case Kind::finite:
      break;
  }
  return pack<To>(a.negative, a.exponent, a.significand, rounding, flags);
}

template <typename F>
typename F::Bits from_integer(bool negative, uint64_t size, Rounding rounding, uint32_t &flags) {
  return size == 0 ? 0 : pack<F>(negative, 0, size, rounding, flags);
}

template <typename Integer, typename F>
Integer to_integer(typename F::Bits bits, Rounding rounding, uint32_t &flags) {
  using Limits = std::numeric_limits<Integer>;
  const Number a = unpack<F>(bits);
  if (a.kind == Kind::zero) {
    return 0;
  }
  const Integer saturated = a.negative && a.kind != Kind::nan ? Limits::min() : Limits::max();
  const Wide limit =
      a.negative ? Wide{0} - static_cast<Wide>(static_cast<__int128>(Limits::min())) : Wide{Limits::max()};
  if (a.kind != Kind::finite || a.exponent > 64) {
    flags |= flag_invalid;
    return saturated;
  }
  const Rounded rounded = shift_and_round(a.significand, -a.exponent, a.negative, rounding);
  if (rounded.value > limit) {
    flags |= flag_invalid;
    return saturated;
  }
  flags |= rounded.inexact ? flag_inexact : 0;
  const uint64_t size = static_cast<uint64_t>(rounded.value);
  return static_cast<Integer>(a.negative ? 0 - size : size);
}

#define INSTANTIATE(F)                                                               \
  template F::Bits add<F>(F::Bits, F::Bits, Rounding, uint32_t &);                   \
  template F::Bits multiply<F>(F::Bits, F::Bits, Rounding, uint32_t &);              \
  template F::Bits divide<F>(F::Bits, F::Bits, Rounding, uint32_t &);                \
  template F::Bits square_root<F>(F::Bits, Rounding, uint32_t &);                    \
  template F::Bits multiply_add<F>(F::Bits, F::Bits, F::Bits, Rounding, uint32_t &); \
  template F::Bits from_integer<F>(bool, uint64_t, Rounding, uint32_t &);            \
  template int32_t to_integer<int32_t, F>(F::Bits, Rounding, uint32_t &);            \
  template uint32_t to_integer<uint32_t, F>(F::Bits, Rounding, uint32_t &);          \
  template int64_t to_integer<int64_t, F>(F::Bits, Rounding, uint32_t &);            \
  template uint64_t to_integer<uint64_t, F>(F::Bits, Rounding, uint32_t &);
INSTANTIATE(Half)
INSTANTIATE(Single)
INSTANTIATE(Double)
#undef INSTANTIATE
template Half::Bits convert<Half, Single>(Single::Bits, Rounding, uint32_t &);
template Half::Bits convert<Half, Double>(Double::Bits, Rounding, uint32_t &);
template Single::Bits convert<Single, Half>(Half::Bits, Rounding, uint32_t &);
template Single::Bits convert<Single, Double>(Double::Bits, Rounding, uint32_t &);
template Double::Bits convert<Double, Half>(Half::Bits, Rounding, uint32_t &);
template Double::Bits convert<Double, Single>(Single::Bits, Rounding, uint32_t &);

}  // namespace vmp::riscv::software
