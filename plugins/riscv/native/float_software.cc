#include "float_software.h"

#include "floating_point.h"
#include "software_float.h"

namespace vmp::riscv {
namespace {

struct Operands {
  vmp_riscv64_state *state;
  const Slot &slot;
  Rounding rounding;
  uint32_t flags = 0;

  template <typename F>
  typename F::Bits a() const {
    return unbox<F>(state->f[slot.rs1]);
  }
  template <typename F>
  typename F::Bits b() const {
    return unbox<F>(state->f[slot.rs2]);
  }
  template <typename F>
  typename F::Bits c() const {
    return unbox<F>(state->f[slot.rs3]);
  }
};

// RISC-V's four fused forms negate operands, not results; a NaN's sign never shows.
template <typename F>
typename F::Bits fused(Operands &operands, bool negate_product, bool negate_addend) {
  const auto a = static_cast<typename F::Bits>(operands.a<F>() ^ (negate_product ? F::sign_bit : 0));
  const auto c = static_cast<typename F::Bits>(operands.c<F>() ^ (negate_addend ? F::sign_bit : 0));
  return software::multiply_add<F>(a, operands.b<F>(), c, operands.rounding, operands.flags);
}

template <typename F>
typename F::Bits subtract(Operands &operands) {
  const auto minus_b = static_cast<typename F::Bits>(operands.b<F>() ^ F::sign_bit);
  return software::add<F>(operands.a<F>(), minus_b, operands.rounding, operands.flags);
}

template <typename F, typename Integer>
typename F::Bits from_integer(Operands &operands) {
  const Integer value = static_cast<Integer>(operands.state->x[operands.slot.rs1]);
  const bool negative = value < 0;
  const uint64_t size = negative ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  return software::from_integer<F>(negative, size, operands.rounding, operands.flags);
}

template <typename F, typename Integer>
void to_integer(Operands &operands) {
  const Integer value = software::to_integer<Integer, F>(operands.a<F>(), operands.rounding, operands.flags);
  operands.state->x[operands.slot.rd] = as_register(value);
  operands.state->x[0] = 0;
}

}  // namespace

bool execute_float_software(vmp_riscv64_state *state, const Slot &slot) {
  const uint32_t rounding = slot.rounding == dynamic_rounding ? (state->fcsr & fcsr_rounding) >> 5 : slot.rounding;
  if (rounding > static_cast<uint32_t>(Rounding::nearest_away)) {
    return false;
  }
  Operands o{state, slot, static_cast<Rounding>(rounding)};
  uint64_t &f = state->f[slot.rd];
  switch (slot.operation) {
#define VM_PLUGIN_RISCV_CASES(s, F)                                          \
  case Operation::fadd_##s:                                                  \
    f = box(software::add<F>(o.a<F>(), o.b<F>(), o.rounding, o.flags));      \
    break;                                                                   \
  case Operation::fsub_##s:                                                  \
    f = box(subtract<F>(o));                                                 \
    break;                                                                   \
  case Operation::fmul_##s:                                                  \
    f = box(software::multiply<F>(o.a<F>(), o.b<F>(), o.rounding, o.flags)); \
    break;                                                                   \
  case Operation::fdiv_##s:                                                  \
    f = box(software::divide<F>(o.a<F>(), o.b<F>(), o.rounding, o.flags));   \
    break;                                                                   \
  case Operation::fsqrt_##s:                                                 \
    f = box(software::square_root<F>(o.a<F>(), o.rounding, o.flags));        \
    break;                                                                   \
  case Operation::fmadd_##s:                                                 \
    f = box(fused<F>(o, false, false));                                      \
    break;                                                                   \
  case Operation::fmsub_##s:                                                 \
    f = box(fused<F>(o, false, true));                                       \
    break;                                                                   \
  case Operation::fnmsub_##s:                                                \
    f = box(fused<F>(o, true, false));                                       \
    break;                                                                   \
  case Operation::fnmadd_##s:                                                \
    f = box(fused<F>(o, true, true));                                        \
    break;                                                                   \
    VM_PLUGIN_RISCV_FLOAT_TO_INTEGER(VM_PLUGIN_RISCV_TO_INTEGER_CASE, s, F)  \
    VM_PLUGIN_RISCV_INTEGER_TO_FLOAT(VM_PLUGIN_RISCV_FROM_INTEGER_CASE, s, F)
#define VM_PLUGIN_RISCV_TO_INTEGER_CASE(name, F, Integer) \
  case Operation::name:                                   \
    to_integer<F, Integer>(o);                            \
    break;
#define VM_PLUGIN_RISCV_FROM_INTEGER_CASE(name, F, Integer) \
  case Operation::name:                                     \
    f = box(from_integer<F, Integer>(o));                   \
    break;
    VM_PLUGIN_RISCV_CASES(h, Half)
    VM_PLUGIN_RISCV_CASES(s, Single)
    VM_PLUGIN_RISCV_CASES(d, Double)
#undef VM_PLUGIN_RISCV_CASES
#undef VM_PLUGIN_RISCV_TO_INTEGER_CASE
#undef VM_PLUGIN_RISCV_FROM_INTEGER_CASE
#define VM_PLUGIN_RISCV_CONVERT_CASE(name, From, To)                        \
  case Operation::name:                                                     \
    f = box(software::convert<To, From>(o.a<From>(), o.rounding, o.flags)); \
    break;
    VM_PLUGIN_RISCV_CONVERT_CASE(fcvt_s_d, Double, Single)
    VM_PLUGIN_RISCV_CONVERT_CASE(fcvt_d_s, Single, Double)
    VM_PLUGIN_RISCV_CONVERT_CASE(fcvt_h_s, Single, Half)
    VM_PLUGIN_RISCV_CONVERT_CASE(fcvt_h_d, Double, Half)
    VM_PLUGIN_RISCV_CONVERT_CASE(fcvt_s_h, Half, Single)
    VM_PLUGIN_RISCV_CONVERT_CASE(fcvt_d_h, Half, Double)
#undef VM_PLUGIN_RISCV_CONVERT_CASE
    default:
      return false;
  }
  state->fcsr |= o.flags;
  return true;
}

}  // namespace vmp::riscv
