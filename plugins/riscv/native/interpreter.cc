// The interpreter proper: one function in which every handler ends with a jump to the next (direct threading).
//
// The core may leave it at any guest access by siglongjmp. So registers live in the state alone, pc and the count of
// retired instructions are written before each access (SETTLE), and no object with a destructor is alive.
#include "atomic_handlers.h"
#include "code_page.h"
#include "control_status.h"
#include "exits.h"
#include "float_handlers.h"
#include "float_software.h"
#include "integer_handlers.h"

namespace vmp::riscv {
namespace {

// The slots of the page of `target`, or nullptr with the exit described.
[[gnu::noinline]] Slot *enter_page(Context &context, vmp_vcpu *vcpu, uint64_t target) {
  refresh_code(context, vcpu->space);
  const uint64_t page = target - target % page_size;
  Slot *slots = context.cache.find(page);
  if (slots != nullptr) {
    return slots;
  }
  if (!is_executable(context.engine, vcpu->space, target)) {
    describe_fetch(vcpu, VMP_EXIT_MEMORY_FAULT, target, target);
    return nullptr;
  }
  slots = context.cache.add(page);
  if (slots == nullptr) {
    describe_engine_error(vcpu, target, "the host has no memory left for decoded code");
  }
  return slots;
}

[[gnu::noinline]] void leave_illegal(const Context &context, vmp_vcpu *vcpu, uint64_t pc, const Slot &slot) {
  if (slot.operation == Operation::illegal) {
    describe_illegal(vcpu, pc, static_cast<uint32_t>(slot.immediate), slot.length);
    return;
  }
  // The encoding is legal, the register that it names or the rounding mode in frm is not.
  const Fetched fetched = fetch(context.engine, vcpu->space, pc);
  if (fetched.readable) {
    describe_illegal(vcpu, pc, fetched.word, slot.length);
  } else {
    describe_fetch(vcpu, VMP_EXIT_MEMORY_FAULT, pc, fetched.address);
  }
}

}  // namespace

#define HANDLER_OF_LENGTH_4(name, mask, match, format) &&do_##name##_4,
#define HANDLER_OF_LENGTH_2(name) &&do_##name##_2,
#define HANDLER(name) &&do_##name,

// Guests may race on their own memory: ThreadSanitizer is for what the engine keeps outside this function.
__attribute__((no_sanitize("thread"))) void execute(Context &context, vmp_vcpu *const vcpu, const uint64_t limit) {
  static const void *const handlers[] = {&&do_decode, VM_PLUGIN_RISCV_OPERATIONS(HANDLER_OF_LENGTH_4)
                                                          VM_PLUGIN_RISCV_SHORT_HANDLERS(HANDLER_OF_LENGTH_2)
                                                              VM_PLUGIN_RISCV_SPECIAL_HANDLERS(HANDLER)};
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
  POLL();
  DISPATCH();

jump:
  JUMP_TO_TARGET();

do_decode:  // also reached behind the last slot of a page, on the way to the next page
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
  state->pc = page + static_cast<uint64_t>(ip - slots) * 2;
  vcpu->instructions = retired;
  describe_exit(vcpu, vcpu->requests.load(std::memory_order_relaxed) != 0 ? VMP_EXIT_INTERRUPTED : VMP_EXIT_BUDGET,
                state->pc);
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

do_ecall_4:  // not retired: volume II, section 3.3.1; likewise ebreak
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

do_lui_4:
do_load_immediate_4:
  x[ip->rd] = IMMEDIATE();
  NEXT(4);
do_load_immediate_2:
  x[ip->rd] = IMMEDIATE();
  NEXT(2);

do_auipc_4:
  x[ip->rd] = PC() + IMMEDIATE();
  NEXT(4);

do_move_4:
  x[ip->rd] = x[ip->rs1];
  NEXT(4);
do_move_2:
  x[ip->rd] = x[ip->rs1];
  NEXT(2);

do_jump_forward:
  ++retired;
  MOVE_NEAR();
  DISPATCH();
do_jump_backward:
  ++retired;
  MOVE_NEAR();
  POLL();
  DISPATCH();
do_call_near:
  x[ip->rd] = PC() + 4;
  ++retired;
  MOVE_NEAR();
  POLL();
  DISPATCH();
do_jump_far:
  target = PC() + IMMEDIATE();
  ++retired;
  JUMP_TO_TARGET();
do_jal_4:
  target = PC() + IMMEDIATE();
  x[ip->rd] = PC() + 4;
  ++retired;
  JUMP_TO_TARGET();

do_jump_register:
  target = (x[ip->rs1] + IMMEDIATE()) & ~uint64_t{1};
  ++retired;
  JUMP_TO_TARGET();
do_jalr_4:
  target = (x[ip->rs1] + IMMEDIATE()) & ~uint64_t{1};
  x[ip->rd] = PC() + 4;
  ++retired;
  JUMP_TO_TARGET();
do_jalr_2:
  target = x[ip->rs1] & ~uint64_t{1};
  x[ip->rd] = PC() + 2;
  ++retired;
  JUMP_TO_TARGET();

do_load_to_zero:  // rare: the access alone matters, byte by byte
  address = x[ip->rs1] + IMMEDIATE();
  CHECK_BOUNDS(access_size(ip->operation));
  SETTLE();
  for (uint32_t byte = 0; byte < access_size(ip->operation); ++byte) {
    guest_load<uint8_t>(base + address + byte);
  }
  ++retired;
  ip += ip->length / 2;
  DISPATCH();

do_fence_4:
  fence(static_cast<uint32_t>(ip->immediate));
  NEXT(4);
do_fence_i_4:
  target = PC() + 4;
  ++retired;
  context.cache.clear();
  goto enter;

do_csrrw_4:
do_csrrs_4:
do_csrrc_4:
do_csrrwi_4:
do_csrrsi_4:
do_csrrci_4:
  if (!execute_control_status(state, *ip, retired)) {
    goto illegal;
  }
  NEXT(4);

do_float_software:
  if (!execute_float_software(state, *ip)) {
    goto illegal;
  }
  NEXT(4);

  // clang-format off
  INTEGER_HANDLERS()
  MULTIPLY_HANDLERS()
  BIT_MANIPULATION_HANDLERS()
  ATOMIC_HANDLERS()
  FLOAT_SINGLE_HANDLERS()
  FLOAT_DOUBLE_HANDLERS()
  // clang-format on
}

}  // namespace vmp::riscv
