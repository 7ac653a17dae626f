// The F and D extensions, which differ in their format alone: what their operations compute, for one format. The lists
// of operations that round give the host's expression; float_software.cc gives the same in integers.
#pragma once
#include <limits>

#include "float_host.h"
#include "integer.h"

namespace vmp::riscv {

// fcsr (volume I, section 11.2).
inline constexpr uint32_t fcsr_flags = 0x1f;
inline constexpr uint32_t fcsr_rounding = 0xe0;
inline constexpr uint32_t fcsr_mask = fcsr_flags | fcsr_rounding;

// clang-format off
#define VM_PLUGIN_RISCV_FLOAT_ARITHMETIC(X, s, F) \
  X(fadd_##s, F, a + b) X(fsub_##s, F, a - b) X(fmul_##s, F, a * b) X(fdiv_##s, F, a / b)

#define VM_PLUGIN_RISCV_FLOAT_FUSED(X, s, F) \
  X(fmadd_##s, F, host_multiply_add(a, b, c)) X(fmsub_##s, F, host_multiply_subtract(a, b, c)) \
  X(fnmsub_##s, F, host_negate_multiply_add(a, b, c)) X(fnmadd_##s, F, host_negate_multiply_subtract(a, b, c))

// Bits to bits; `flags` collects.
#define VM_PLUGIN_RISCV_FLOAT_SELECT(X, s, F) \
  X(fsgnj_##s, F, magnitude<F>(a) | (b & F::sign_bit)) \
  X(fsgnjn_##s, F, magnitude<F>(a) | (~b & F::sign_bit)) \
  X(fsgnjx_##s, F, a ^ (b & F::sign_bit)) \
  X(fmin_##s, F, select_number<F>(a, b, false, flags)) \
  X(fmax_##s, F, select_number<F>(a, b, true, flags))

#define VM_PLUGIN_RISCV_FLOAT_COMPARE(X, s, F) \
  X(feq_##s, F, equal_quiet<F>(a, b, flags)) X(flt_##s, F, less_signaling<F>(a, b, flags)) \
  X(fle_##s, F, less_or_equal_signaling<F>(a, b, flags))

#define VM_PLUGIN_RISCV_FLOAT_TO_INTEGER(X, s, F) \
  X(fcvt_w_##s, F, int32_t) X(fcvt_wu_##s, F, uint32_t) X(fcvt_l_##s, F, int64_t) X(fcvt_lu_##s, F, uint64_t)
#define VM_PLUGIN_RISCV_INTEGER_TO_FLOAT(X, s, F) \
  X(fcvt_##s##_w, F, int32_t) X(fcvt_##s##_wu, F, uint32_t) X(fcvt_##s##_l, F, int64_t) X(fcvt_##s##_lu, F, uint64_t)
// clang-format on

template <typename F>
constexpr bool equal_quiet(typename F::Bits a, typename F::Bits b, uint32_t &flags) {
  flags |= is_signaling<F>(a) || is_signaling<F>(b) ? flag_invalid : 0;
  return to_host<F>(a) == to_host<F>(b);
}
template <typename F>
constexpr bool less_signaling(typename F::Bits a, typename F::Bits b, uint32_t &flags) {
  flags |= is_nan<F>(a) || is_nan<F>(b) ? flag_invalid : 0;
  return to_host<F>(a) < to_host<F>(b);
}
template <typename F>
constexpr bool less_or_equal_signaling(typename F::Bits a, typename F::Bits b, uint32_t &flags) {
  flags |= is_nan<F>(a) || is_nan<F>(b) ? flag_invalid : 0;
  return to_host<F>(a) <= to_host<F>(b);
}

// Whether C's truncation of `value` to Integer by way of int64_t is defined and saturates nothing.
template <typename Integer, typename Host>
constexpr bool truncates_plainly(Host value) {
  constexpr Host least =
      std::numeric_limits<Integer>::is_signed ? static_cast<Host>(std::numeric_limits<Integer>::min()) : 0;
  constexpr Host bound = sizeof(Integer) == 8
                             ? static_cast<Host>(0x1p63)
                             : static_cast<Host>(std::numeric_limits<Integer>::is_signed ? 0x1p31 : 0x1p32);
  return value >= least && value < bound;
}

}  // namespace vmp::riscv
