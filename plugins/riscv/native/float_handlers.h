// The handlers of the F and D extensions, filled from the lists of floating_point.h. What the host's unit cannot answer
// exactly goes on at do_float_software.
#pragma once
#include "dispatch.h"
#include "floating_point.h"

// clang-format off
#define ROUNDS_TO_NEAREST() ((state->fcsr & fcsr_rounding) == 0)
#define IS_BOXED(F, bits) (sizeof(F::Bits) == 8 || (bits) >= box(uint32_t{0}))
#define NOTE_INEXACT(result) do { \
    if ((state->fcsr & flag_inexact) == 0 && host_was_inexact(result)) [[unlikely]] state->fcsr |= flag_inexact; \
  } while (0)
// A plain result raises no flag but inexact, so that is all there is to look up, and only until it is set.
#define FINISH_PLAIN(F, result) \
    if (is_plain<F>(from_host<F>(result))) [[likely]] { \
      NOTE_INEXACT(result); \
      f[ip->rd] = box(from_host<F>(result)); \
      NEXT(); \
    }
#define HOST_OPERAND(F, name) const F::Host name = to_host<F>(static_cast<F::Bits>(name##_bits))

#define FLOAT_ARITHMETIC(name, F, expression) \
  do_##name: { const uint64_t a_bits = f[ip->rs1], b_bits = f[ip->rs2]; \
    if (ROUNDS_TO_NEAREST() && IS_BOXED(F, a_bits & b_bits)) [[likely]] { \
      HOST_OPERAND(F, a); HOST_OPERAND(F, b); \
      const F::Host result = expression; \
      FINISH_PLAIN(F, result) } } goto do_float_software;
#define FLOAT_FUSED(name, F, expression) \
  do_##name: { const uint64_t a_bits = f[ip->rs1], b_bits = f[ip->rs2], c_bits = f[ip->rs3]; \
    if (ROUNDS_TO_NEAREST() && IS_BOXED(F, a_bits & b_bits & c_bits)) [[likely]] { \
      HOST_OPERAND(F, a); HOST_OPERAND(F, b); HOST_OPERAND(F, c); \
      const F::Host result = expression; \
      FINISH_PLAIN(F, result) } } goto do_float_software;
#define FLOAT_CONVERT(name, From, To, expression) \
  do_##name: { const uint64_t a_bits = f[ip->rs1]; \
    if (ROUNDS_TO_NEAREST() && IS_BOXED(From, a_bits)) [[likely]] { \
      HOST_OPERAND(From, a); \
      const To::Host result = expression; \
      FINISH_PLAIN(To, result) } } goto do_float_software;
#define FLOAT_TO_INTEGER(name, F, Integer) \
  do_##name: { const F::Host a = to_host<F>(unbox<F>(f[ip->rs1])); \
    if (!truncates_plainly<Integer>(a)) [[unlikely]] goto do_float_software; \
    const int64_t value = static_cast<int64_t>(a); \
    if (static_cast<F::Host>(value) != a) state->fcsr |= flag_inexact; \
    WRITE_X(as_register(static_cast<Integer>(value))); } NEXT();
#define INTEGER_TO_FLOAT(name, F, Integer) \
  do_##name: if (!ROUNDS_TO_NEAREST()) [[unlikely]] goto do_float_software; { \
    const F::Host result = static_cast<F::Host>(static_cast<Integer>(x[ip->rs1])); \
    NOTE_INEXACT(result); \
    f[ip->rd] = box(from_host<F>(result)); } NEXT();

#define FLOAT_SELECT(name, F, expression) \
  do_##name: { const F::Bits a = unbox<F>(f[ip->rs1]), b = unbox<F>(f[ip->rs2]); \
    [[maybe_unused]] uint32_t &flags = state->fcsr; \
    f[ip->rd] = box(static_cast<F::Bits>(expression)); } NEXT();
#define FLOAT_COMPARE(name, F, expression) \
  do_##name: { const F::Bits a = unbox<F>(f[ip->rs1]), b = unbox<F>(f[ip->rs2]); \
    uint32_t &flags = state->fcsr; \
    WRITE_X(expression); } NEXT();

#define FLOAT_LOAD(name, F) \
  do_##name: \
    address = x[ip->rs1] + IMMEDIATE(ip); \
    CHECK_BOUNDS(ip, 0, sizeof(F::Bits)); \
    SETTLE(ip, 0); \
    f[ip->rd] = box(guest_load<F::Bits>(base + address)); \
    NEXT();
#define FLOAT_STORE(name, F) \
  do_##name: \
    address = x[ip->rs1] + IMMEDIATE(ip); \
    CHECK_BOUNDS(ip, 0, sizeof(F::Bits)); \
    SETTLE(ip, 0); \
    guest_store<F::Bits>(base + address, static_cast<F::Bits>(f[ip->rs2])); \
    NEXT();

#define FLOAT_FORMAT_HANDLERS(s, F) \
  VM_PLUGIN_RISCV_FLOAT_ARITHMETIC(FLOAT_ARITHMETIC, s, F) \
  VM_PLUGIN_RISCV_FLOAT_FUSED(FLOAT_FUSED, s, F) \
  VM_PLUGIN_RISCV_FLOAT_SELECT(FLOAT_SELECT, s, F) \
  VM_PLUGIN_RISCV_FLOAT_COMPARE(FLOAT_COMPARE, s, F) \
  VM_PLUGIN_RISCV_FLOAT_TO_INTEGER(FLOAT_TO_INTEGER, s, F) \
  VM_PLUGIN_RISCV_INTEGER_TO_FLOAT(INTEGER_TO_FLOAT, s, F) \
  FLOAT_CONVERT(fsqrt_##s, F, F, host_square_root(a)) \
  do_fclass_##s: WRITE_X(classify<F>(unbox<F>(f[ip->rs1]))); NEXT();

#define FLOAT_SINGLE_HANDLERS() \
  FLOAT_FORMAT_HANDLERS(s, Single) \
  FLOAT_LOAD(flw, Single) FLOAT_STORE(fsw, Single) \
  do_fmv_x_w: WRITE_X(as_register(static_cast<uint32_t>(f[ip->rs1]))); NEXT(); \
  do_fmv_w_x: f[ip->rd] = box(static_cast<uint32_t>(x[ip->rs1])); NEXT();

#define FLOAT_DOUBLE_HANDLERS() \
  FLOAT_FORMAT_HANDLERS(d, Double) \
  FLOAT_LOAD(fld, Double) FLOAT_STORE(fsd, Double) \
  FLOAT_CONVERT(fcvt_s_d, Double, Single, static_cast<float>(a)) \
  FLOAT_CONVERT(fcvt_d_s, Single, Double, static_cast<double>(a)) \
  do_fmv_x_d: WRITE_X(f[ip->rs1]); NEXT(); \
  do_fmv_d_x: f[ip->rd] = x[ip->rs1]; NEXT();
// clang-format on
