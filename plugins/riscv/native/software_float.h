// IEEE 754 arithmetic in integers: exact in all five rounding modes, with RISC-V's flags (tininess after rounding) and
// its canonical NaNs. The reference for, and the fallback of, the host's floating-point unit. `flags` collects fflags.
#pragma once
#include "float_format.h"

namespace vmp::riscv::software {

template <typename F>
typename F::Bits add(typename F::Bits a, typename F::Bits b, Rounding rounding, uint32_t &flags);
template <typename F>
typename F::Bits multiply(typename F::Bits a, typename F::Bits b, Rounding rounding, uint32_t &flags);
template <typename F>
typename F::Bits divide(typename F::Bits a, typename F::Bits b, Rounding rounding, uint32_t &flags);
template <typename F>
typename F::Bits square_root(typename F::Bits a, Rounding rounding, uint32_t &flags);
// a * b + c, rounded once.
template <typename F>
typename F::Bits multiply_add(typename F::Bits a, typename F::Bits b, typename F::Bits c, Rounding rounding,
                              uint32_t &flags);
// Between any two of the three formats.
template <typename To, typename From>
typename To::Bits convert(typename From::Bits a, Rounding rounding, uint32_t &flags);
template <typename F>
typename F::Bits from_integer(bool negative, uint64_t size, Rounding rounding, uint32_t &flags);
// Saturating, by the table of volume I, section 11.7. Integer is int32_t, uint32_t, int64_t or uint64_t.
template <typename Integer, typename F>
Integer to_integer(typename F::Bits a, Rounding rounding, uint32_t &flags);

}  // namespace vmp::riscv::software
