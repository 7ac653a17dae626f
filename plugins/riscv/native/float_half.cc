#include "float_half.h"

#include "float_software.h"

namespace vmp::riscv {
namespace {

// Signs and zeros compared as numbers; neither is a NaN.
bool is_equal(uint16_t a, uint16_t b) { return a == b || magnitude<Half>(a | b) == 0; }
bool is_less(uint16_t a, uint16_t b) {
  if (is_negative<Half>(a) != is_negative<Half>(b)) {
    return is_negative<Half>(a) && !is_equal(a, b);
  }
  return is_negative<Half>(a) ? a > b : a < b;
}

// FEQ is quiet: only a signaling NaN is invalid.
uint64_t compare(Operation operation, uint16_t a, uint16_t b, uint32_t &flags) {
  const bool is_quiet = operation == Operation::feq_h;
  if (is_nan<Half>(a) || is_nan<Half>(b)) {
    flags |= !is_quiet || is_signaling<Half>(a) || is_signaling<Half>(b) ? flag_invalid : 0;
    return 0;
  }
  const bool equal = is_equal(a, b);
  return is_quiet ? equal : is_less(a, b) || (operation == Operation::fle_h && equal);
}

uint16_t select(Operation operation, uint16_t a, uint16_t b, uint32_t &flags) {
  constexpr uint16_t sign = Half::sign_bit;
  switch (operation) {
    case Operation::fsgnj_h:
      return static_cast<uint16_t>(magnitude<Half>(a) | (b & sign));
    case Operation::fsgnjn_h:
      return static_cast<uint16_t>(magnitude<Half>(a) | (~b & sign));
    case Operation::fsgnjx_h:
      return static_cast<uint16_t>(a ^ (b & sign));
    default:
      return select_number<Half>(a, b, operation == Operation::fmax_h, flags);
  }
}

}  // namespace

bool execute_half(vmp_riscv64_state *state, const Slot &slot) {
  const uint64_t raw = state->f[slot.rs1];
  const uint16_t a = unbox<Half>(raw);
  const uint16_t b = unbox<Half>(state->f[slot.rs2]);
  switch (format_of(slot.operation)) {
    case Format::float_select:
      state->f[slot.rd] = box(select(slot.operation, a, b, state->fcsr));
      return true;
    case Format::float_compare:
      state->x[slot.rd] = compare(slot.operation, a, b, state->fcsr);
      break;
    case Format::float_to_bits:  // FMV.X.H moves what is there, boxed or not
      state->x[slot.rd] = slot.operation == Operation::fclass_h
                              ? classify<Half>(a)
                              : static_cast<uint64_t>(static_cast<int64_t>(static_cast<int16_t>(raw)));
      break;
    case Format::float_from_bits:
      state->f[slot.rd] = box(static_cast<uint16_t>(state->x[slot.rs1]));
      return true;
    default:
      return execute_float_software(state, slot);
  }
  state->x[0] = 0;
  return true;
}

}  // namespace vmp::riscv
