// The interpreter proper: one function in which every handler ends with a jump to the next (direct threading).
//
// Faults: the core may leave execute() at any guest access by siglongjmp. So registers are never cached outside the state,
// pc and the count of retired instructions are written before each access, and no object with a destructor is alive.
#include "atomic.h"
#include "bit_manipulation.h"
#include "code_page.h"
#include "control_status.h"
#include "exits.h"
#include "float_software.h"
#include "floating_point.h"
#include "guest_access.h"
#include "multiply.h"

#pragma GCC diagnostic ignored "-Wpedantic"

namespace vmp::riscv {
namespace {

constexpr uint64_t no_reservation = ~uint64_t{0};

// The decoded page of `target`, or nullptr with the exit described.
[[gnu::noinline]] Slot *enter_page(Context &context, vmp_vcpu *vcpu, uint64_t target) {
  vmp_address_space *space = vcpu->space;
  refresh_code(context, space);
  const uint64_t page = target - target % page_size;
  Slot *slots = context.cache.find(page);
  if (slots == nullptr) {
    if (!is_executable(context.engine, space, target)) {
      describe_fetch(vcpu, VMP_EXIT_MEMORY_FAULT, target, target);
      return nullptr;
    }
    slots = context.cache.add(page);
    if (slots == nullptr) {
      describe_engine_error(vcpu, target, "the host has no memory for decoded code");
    }
  }
  return slots;
}

[[gnu::noinline]] void leave_illegal(const Context &context, vmp_vcpu *vcpu, uint64_t pc, const Slot &slot) {
  if (slot.handler == Handler::illegal) {
    describe_illegal(vcpu, pc, static_cast<uint32_t>(slot.immediate), slot.length);
    return;
  }
  const Fetched fetched = fetch(context.engine, vcpu->space, pc);  // legal, but not with these registers
  if (fetched.readable) {
    describe_illegal(vcpu, pc, fetched.word, slot.length);
  } else {
    describe_fetch(vcpu, VMP_EXIT_MEMORY_FAULT, pc, fetched.address);
  }
}

}  // namespace

// clang-format off
#define DISPATCH() goto *handlers[static_cast<size_t>(ip->handler)]
#define NEXT(length) do { ++retired; ip += (length) / 2; DISPATCH(); } while (0)
#define PC() (page | (ip->pc_low & (page_size - 1)))
#define WRITE_X(value) do { x[ip->rd] = (value); x[0] = 0; } while (0)
#define MUST_LEAVE() (retired >= limit || vcpu->requests.load(std::memory_order_relaxed) != 0)
// What a guest access needs before it. page is in state->pc already.
#define SETTLE() \
  do { \
    __builtin_memcpy(&state->pc, &ip->pc_low, sizeof ip->pc_low); \
    vcpu->instructions = retired; \
    std::atomic_signal_fence(std::memory_order_seq_cst); \
  } while (0)
#define CHECK_BOUNDS(bytes) do { if (address > space_size - (bytes)) [[unlikely]] goto outside; } while (0)

#define REGISTERS(name, value, length) \
  do_##name##_##length: { const uint64_t a = x[ip->rs1], b = x[ip->rs2]; x[ip->rd] = (value); } NEXT(length);
#define IMMEDIATES(name, value, length) \
  do_##name##_##length: { \
    const uint64_t a = x[ip->rs1], b = static_cast<uint64_t>(int64_t{ip->immediate}); x[ip->rd] = (value); } NEXT(length);
#define UNARIES(name, value) \
  do_##name##_4: { const uint64_t a = x[ip->rs1]; x[ip->rd] = (value); } NEXT(4);
#define LOADS(name, type, length) \
  do_##name##_##length: \
    address = x[ip->rs1] + static_cast<uint64_t>(int64_t{ip->immediate}); \
    CHECK_BOUNDS(sizeof(type)); \
    SETTLE(); \
    x[ip->rd] = static_cast<uint64_t>(guest_load<type>(base + address)); \
    NEXT(length);
#define STORES(name, type, length) \
  do_##name##_##length: \
    address = x[ip->rs1] + static_cast<uint64_t>(int64_t{ip->immediate}); \
    CHECK_BOUNDS(sizeof(type)); \
    SETTLE(); \
    guest_store<type>(base + address, static_cast<type>(x[ip->rs2])); \
    NEXT(length);
#define BRANCHES(name, condition, length) \
  do_##name##_##length: { const uint64_t a = x[ip->rs1], b = x[ip->rs2]; \
    if (condition) { target = PC() + static_cast<uint64_t>(int64_t{ip->immediate}); ++retired; goto jump; } } NEXT(length); \
  do_##name##_forward_##length: { const uint64_t a = x[ip->rs1], b = x[ip->rs2]; \
    if (condition) { ++retired; MOVE_NEAR(); DISPATCH(); } } NEXT(length); \
  do_##name##_backward_##length: { const uint64_t a = x[ip->rs1], b = x[ip->rs2]; \
    if (condition) { ++retired; MOVE_NEAR(); if (MUST_LEAVE()) [[unlikely]] goto pause; DISPATCH(); } } NEXT(length);
#define MOVE_NEAR() (ip = reinterpret_cast<Slot *>(reinterpret_cast<uint8_t *>(ip) + ip->immediate))
// Inline, as returns are worth a prediction of their own.
#define JUMP_TO_TARGET() \
  do { \
    if ((target ^ page) >= page_size) { \
      Slot *recent = context.cache.recent(target - target % page_size); \
      if (recent == nullptr || code_version_of(context.engine, space) != context.code_version) [[unlikely]] goto enter; \
      slots = recent; \
      page = target - target % page_size; \
      state->pc = page; \
    } \
    ip = slots + target % page_size / 2; \
    if (MUST_LEAVE()) [[unlikely]] goto pause; \
    DISPATCH(); \
  } while (0)
#define ATOMICS(name, type, expression) \
  do_##name##_4: { \
    address = x[ip->rs1]; \
    ATOMIC_CHECKS(type); \
    type *const address = guest_atomic<type>(base + atomic_address); const type b = static_cast<type>(x[ip->rs2]); \
    WRITE_X(extend(static_cast<type>(expression))); } NEXT(4);
#define ATOMIC_CHECKS(type) \
    if (address % sizeof(type) != 0) [[unlikely]] goto misaligned; \
    CHECK_BOUNDS(sizeof(type)); \
    SETTLE(); \
    const uint64_t atomic_address = address
#define LOAD_RESERVED(name, type) \
  do_##name##_4: { \
    address = x[ip->rs1]; \
    ATOMIC_CHECKS(type); \
    const uint64_t value = extend(__atomic_load_n(guest_atomic<type>(base + atomic_address), __ATOMIC_SEQ_CST)); \
    state->reservation_address = atomic_address; \
    state->reservation_value = value; \
    WRITE_X(value); } NEXT(4);
#define STORE_CONDITIONAL(name, type) \
  do_##name##_4: { \
    address = x[ip->rs1]; \
    ATOMIC_CHECKS(type); \
    type expected = static_cast<type>(state->reservation_value); \
    const bool stored = state->reservation_address == atomic_address && \
        __atomic_compare_exchange_n(guest_atomic<type>(base + atomic_address), &expected, static_cast<type>(x[ip->rs2]), \
                                    false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST); \
    state->reservation_address = no_reservation; \
    WRITE_X(stored ? 0 : 1); } NEXT(4);

// A result that is plain came without any flag but inexact, so that is all there is to look up, and only until it is set.
#define FINISH_ROUNDED(F, result) \
  if (is_plain<F>(from_host<F>(result))) [[likely]] { \
    if ((state->fcsr & flag_inexact) == 0 && host_was_inexact(result)) [[unlikely]] state->fcsr |= flag_inexact; \
    f[ip->rd] = box(from_host<F>(result)); \
    NEXT(4); \
  }
#define ROUNDS_TO_NEAREST() ((state->fcsr & fcsr_rounding) == 0)
#define IS_BOXED(F, bits) (sizeof(F::Bits) == 8 || (bits) >= box(uint32_t{0}))
#define FLOAT_ARITHMETIC(name, F, expression) \
  do_##name##_4: { const uint64_t a_bits = f[ip->rs1], b_bits = f[ip->rs2]; \
    if (ROUNDS_TO_NEAREST() && IS_BOXED(F, a_bits & b_bits)) [[likely]] { \
      const F::Host a = to_host<F>(static_cast<F::Bits>(a_bits)), b = to_host<F>(static_cast<F::Bits>(b_bits)); \
      const F::Host result = expression; \
      FINISH_ROUNDED(F, result) } } goto do_float_software;
#define FLOAT_FUSED(name, F, expression) \
  do_##name##_4: { const uint64_t a_bits = f[ip->rs1], b_bits = f[ip->rs2], c_bits = f[ip->rs3]; \
    if (ROUNDS_TO_NEAREST() && IS_BOXED(F, a_bits & b_bits & c_bits)) [[likely]] { \
      const F::Host a = to_host<F>(static_cast<F::Bits>(a_bits)), b = to_host<F>(static_cast<F::Bits>(b_bits)); \
      const F::Host c = to_host<F>(static_cast<F::Bits>(c_bits)); \
      const F::Host result = expression; \
      FINISH_ROUNDED(F, result) } } goto do_float_software;
#define FLOAT_CONVERT(name, From, To, expression) \
  do_##name##_4: { const uint64_t a_bits = f[ip->rs1]; \
    if (ROUNDS_TO_NEAREST() && IS_BOXED(From, a_bits)) [[likely]] { \
      const From::Host a = to_host<From>(static_cast<From::Bits>(a_bits)); \
      const To::Host result = expression; \
      FINISH_ROUNDED(To, result) } } goto do_float_software;
#define FLOAT_SELECT(name, F, expression) \
  do_##name##_4: { const F::Bits a = unbox<F>(f[ip->rs1]), b = unbox<F>(f[ip->rs2]); \
    [[maybe_unused]] uint32_t &flags = state->fcsr; \
    f[ip->rd] = box(static_cast<F::Bits>(expression)); } NEXT(4);
#define FLOAT_COMPARE(name, F, expression) \
  do_##name##_4: { const F::Bits a = unbox<F>(f[ip->rs1]), b = unbox<F>(f[ip->rs2]); \
    uint32_t &flags = state->fcsr; \
    WRITE_X(expression); } NEXT(4);
#define FLOAT_TO_INTEGER(name, F, Integer) \
  do_##name##_4: { const F::Host a = to_host<F>(unbox<F>(f[ip->rs1])); \
    if (!truncates_plainly<Integer>(a)) [[unlikely]] goto do_float_software; \
    const int64_t value = static_cast<int64_t>(a); \
    if (static_cast<F::Host>(value) != a) state->fcsr |= flag_inexact; \
    WRITE_X(as_register(static_cast<Integer>(value))); } NEXT(4);
#define INTEGER_TO_FLOAT(name, F, Integer) \
  do_##name##_4: if (ROUNDS_TO_NEAREST()) [[likely]] { \
      const F::Host result = static_cast<F::Host>(static_cast<Integer>(x[ip->rs1])); \
      if ((state->fcsr & flag_inexact) == 0 && host_was_inexact(result)) state->fcsr |= flag_inexact; \
      f[ip->rd] = box(from_host<F>(result)); \
      NEXT(4); \
    } goto do_float_software;
#define CONTROL_STATUS(name) \
  do_##name##_4: if (!execute_control_status(state, *ip, retired)) goto illegal; NEXT(4);

#define FOUR(shape) 
#define LABEL_4(name, mask, match, format) &&do_##name##_4,
#define LABEL_2(name) &&do_##name##_2,
#define LABEL(name) &&do_##name,
// clang-format on

// Guests may race on their memory as they like: what ThreadSanitizer must see is the engine's own state.
[[gnu::no_sanitize("thread")]] void execute(Context &context, vmp_vcpu *const vcpu, const uint64_t limit) {
  static const void *const handlers[] = {&&do_decode, VM_PLUGIN_RISCV_OPERATIONS(LABEL_4)
                                                          VM_PLUGIN_RISCV_SHORT_HANDLERS(LABEL_2)
                                                              VM_PLUGIN_RISCV_SPECIAL_HANDLERS(LABEL)};
  vmp_riscv64_state *const state = state_of(vcpu);
  vmp_address_space *const space = vcpu->space;
  uint64_t *const x = state->x;
  uint64_t *const f = state->f;
  uint8_t *const base = space->base;
  const uint64_t space_size = space->size;
  uint64_t retired = vcpu->instructions;
  uint64_t target = state->pc;
  uint64_t address = 0;
  uint64_t page = 0;
  Slot *slots = nullptr;
  Slot *ip = nullptr;

enter:
  state->pc = target;
  vcpu->instructions = retired;
  slots = enter_page(context, vcpu, target);
  if (slots == nullptr) {
    return;
  }
  page = target - target % page_size;
  ip = slots + target % page_size / 2;
  if (MUST_LEAVE()) {
    goto pause;
  }
  DISPATCH();

jump:
  JUMP_TO_TARGET();

do_decode:
  // Also reached at the end of a page, whose last instruction leads to the slots behind it.
  target = page + static_cast<uint64_t>(ip - slots) * 2;
  if (target - page >= page_size) {
    goto jump;
  }
  state->pc = target;
  vcpu->instructions = retired;
  if (!decode_line(context.engine, space, slots, target)) {
    describe_fetch(vcpu, VMP_EXIT_MEMORY_FAULT, target, page + page_size);
    return;
  }
  DISPATCH();

pause:
  target = page + static_cast<uint64_t>(ip - slots) * 2;
  state->pc = target;
  vcpu->instructions = retired;
  describe_exit(vcpu, vcpu->requests.load(std::memory_order_relaxed) != 0 ? VMP_EXIT_INTERRUPTED : VMP_EXIT_BUDGET,
                target);
  return;

outside:
  SETTLE();
  describe_access(vcpu, VMP_EXIT_MEMORY_FAULT, state->pc, *ip, address);
  return;

misaligned:
  SETTLE();
  describe_access(vcpu, VMP_EXIT_MISALIGNED, state->pc, *ip, address);
  return;

do_illegal:
illegal:
  SETTLE();
  leave_illegal(context, vcpu, state->pc, *ip);
  return;

do_ecall_4:
  SETTLE();
  describe_exit(vcpu, VMP_EXIT_SYSTEM_CALL, state->pc);
  state->pc += 4;
  state->reservation_address = no_reservation;
  return;

do_ebreak_4:
  SETTLE();
  describe_exit(vcpu, VMP_EXIT_BREAKPOINT, state->pc);
  return;

do_no_operation_4:
  NEXT(4);
do_no_operation_2:
  NEXT(2);
do_load_immediate_4:
do_lui_4:
  x[ip->rd] = static_cast<uint64_t>(int64_t{ip->immediate});
  NEXT(4);
do_load_immediate_2:
  x[ip->rd] = static_cast<uint64_t>(int64_t{ip->immediate});
  NEXT(2);
do_move_4:
  x[ip->rd] = x[ip->rs1];
  NEXT(4);
do_move_2:
  x[ip->rd] = x[ip->rs1];
  NEXT(2);
do_auipc_4:
  x[ip->rd] = PC() + static_cast<uint64_t>(int64_t{ip->immediate});
  NEXT(4);

do_jump_forward:
  ++retired;
  MOVE_NEAR();
  DISPATCH();
do_jump_backward:
  ++retired;
  MOVE_NEAR();
  if (MUST_LEAVE()) [[unlikely]] {
    goto pause;
  }
  DISPATCH();
do_jump_far:
  target = PC() + static_cast<uint64_t>(int64_t{ip->immediate});
  ++retired;
  JUMP_TO_TARGET();
do_call_near:
  x[ip->rd] = PC() + 4;
  ++retired;
  MOVE_NEAR();
  if (MUST_LEAVE()) [[unlikely]] {
    goto pause;
  }
  DISPATCH();
do_jal_4:
  target = PC();
  x[ip->rd] = target + 4;
  target += static_cast<uint64_t>(int64_t{ip->immediate});
  ++retired;
  JUMP_TO_TARGET();
do_jump_register:
  target = (x[ip->rs1] + static_cast<uint64_t>(int64_t{ip->immediate})) & ~uint64_t{1};
  ++retired;
  JUMP_TO_TARGET();
do_jalr_4:
  target = (x[ip->rs1] + static_cast<uint64_t>(int64_t{ip->immediate})) & ~uint64_t{1};
  x[ip->rd] = PC() + 4;
  ++retired;
  JUMP_TO_TARGET();
do_jalr_2:
  target = x[ip->rs1] & ~uint64_t{1};
  x[ip->rd] = PC() + 2;
  ++retired;
  JUMP_TO_TARGET();

#define BOTH(name, value) REGISTERS(name, value, 4) REGISTERS(name, value, 2)
#define ONE(name, value) REGISTERS(name, value, 4)
  VM_PLUGIN_RISCV_INTEGER_REGISTERS(ONE, BOTH)
  VM_PLUGIN_RISCV_MULTIPLY_REGISTERS(ONE)
  VM_PLUGIN_RISCV_BIT_REGISTERS(ONE)
#undef BOTH
#undef ONE
#define BOTH(name, value) IMMEDIATES(name, value, 4) IMMEDIATES(name, value, 2)
#define ONE(name, value) IMMEDIATES(name, value, 4)
  VM_PLUGIN_RISCV_INTEGER_IMMEDIATES(ONE, BOTH)
  VM_PLUGIN_RISCV_BIT_IMMEDIATES(ONE)
#undef BOTH
#undef ONE
  VM_PLUGIN_RISCV_BIT_UNARIES(UNARIES)
#define BOTH(name, type) LOADS(name, type, 4) LOADS(name, type, 2)
#define ONE(name, type) LOADS(name, type, 4)
  VM_PLUGIN_RISCV_LOADS(ONE, BOTH)
#undef BOTH
#undef ONE
#define BOTH(name, type) STORES(name, type, 4) STORES(name, type, 2)
#define ONE(name, type) STORES(name, type, 4)
  VM_PLUGIN_RISCV_STORES(ONE, BOTH)
#undef BOTH
#undef ONE
#define BOTH(name, condition) BRANCHES(name, condition, 4) BRANCHES(name, condition, 2)
#define ONE(name, condition) BRANCHES(name, condition, 4)
  VM_PLUGIN_RISCV_BRANCHES(ONE, BOTH)
#undef BOTH
#undef ONE

do_load_to_zero:
  address = x[ip->rs1] + static_cast<uint64_t>(int64_t{ip->immediate});
  CHECK_BOUNDS(access_size(ip->operation));
  SETTLE();
  for (uint32_t byte = 0; byte < access_size(ip->operation); ++byte) {
    guest_load<uint8_t>(base + address + byte);
  }
  ++retired;
  ip += ip->length / 2;
  DISPATCH();

  // Only a write that a later read may not overtake needs more than the order that all guest accesses have.
do_fence_4:
  if ((ip->immediate & 0x50) != 0 && (ip->immediate & 0x0a) != 0) {
    full_fence();
  } else {
    std::atomic_signal_fence(std::memory_order_seq_cst);
  }
  NEXT(4);
do_fence_i_4:
  target = PC() + 4;
  ++retired;
  context.cache.clear();
  goto enter;

  VM_PLUGIN_RISCV_ATOMIC_UPDATES(ATOMICS, w, int32_t, uint32_t)
  VM_PLUGIN_RISCV_ATOMIC_UPDATES(ATOMICS, d, int64_t, uint64_t)
  LOAD_RESERVED(lr_w, uint32_t)
  LOAD_RESERVED(lr_d, uint64_t)
  STORE_CONDITIONAL(sc_w, uint32_t)
  STORE_CONDITIONAL(sc_d, uint64_t)

  CONTROL_STATUS(csrrw)
  CONTROL_STATUS(csrrs)
  CONTROL_STATUS(csrrc)
  CONTROL_STATUS(csrrwi)
  CONTROL_STATUS(csrrsi)
  CONTROL_STATUS(csrrci)
}

}  // namespace vmp::riscv
