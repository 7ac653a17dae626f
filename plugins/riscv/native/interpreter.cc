// The interpreter proper: one function in which every handler ends with a jump to the next (direct threading).
//
// The core may leave it at any guest access by siglongjmp. So registers live in the state alone, pc and the count of
// retired instructions are written before each access (SETTLE), and no object with a destructor is alive.
#include "atomic_handlers.h"
#include "code_page.h"
#include "control_status.h"
#include "exits.h"
#include "float_half.h"
#include "float_handlers.h"
#include "float_software.h"
#include "integer_handlers.h"
#include "pair_handlers.h"

namespace vmp::riscv {
namespace {

// The code page of `target`, or nullptr with the exit described.
[[gnu::noinline]] CodePage *enter_page(Context &context, vmp_vcpu *vcpu, uint64_t target) {
  refresh_code(context, vcpu->space);
  const uint64_t page = target - target % page_size;
  CodePage *code = context.cache.find(page);
  if (code != nullptr) {
    return code;
  }
  if (!is_executable(context.engine, vcpu->space, target)) {
    describe_fetch(vcpu, VMP_EXIT_MEMORY_FAULT, target, target);
    return nullptr;
  }
  code = context.cache.add(page);
  if (code == nullptr) {
    describe_engine_error(vcpu, target, "the host has no memory left for decoded code");
  }
  return code;
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

#define OPERATION_HANDLER(name, mask, match, format) &&do_##name,
#define SPECIAL_HANDLER(name) &&do_##name,
#define CHAINED_HANDLER(name, value) &&do_##name##_chained,
#define PAIR_HANDLER(first, second)                                                                 \
  &&do_##first##_then_##second, &&do_##first##_into_##second, &&do_##first##_chained_then_##second, \
      &&do_##first##_chained_into_##second,

// Guests may race on their own memory: ThreadSanitizer is for what the engine keeps outside this function.
__attribute__((no_sanitize("thread"))) void execute(Context &context, vmp_vcpu *const vcpu, const uint64_t limit) {
  static const void *const handlers[] = {
      &&do_decode, VM_PLUGIN_RISCV_OPERATIONS(OPERATION_HANDLER) VM_PLUGIN_RISCV_SPECIAL_HANDLERS(SPECIAL_HANDLER)
                       VM_PLUGIN_RISCV_CHAINABLE(CHAINED_HANDLER) VM_PLUGIN_RISCV_PAIRS(PAIR_HANDLER)};
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
  uint64_t held = 0;
  CodePage *code = nullptr;
  Slot *ip = nullptr;

enter:
  state->pc = target;
  vcpu->instructions = retired;
  if (MUST_LEAVE()) {
    goto leave;
  }
  code = enter_page(context, vcpu, target);
  if (code == nullptr) {
    return;
  }
  page = target - target % page_size;
  ip = &code->slots[code->slot_of[target % page_size / 2]];
  DISPATCH();

jump_and_link:
  if ((target ^ page) < page_size) {
    link_jump(*code, page, *ip, target);
  }
jump:
  JUMP_TO_TARGET();

do_decode:
  state->pc = target;
  vcpu->instructions = retired;
  ip = decode_line(context.engine, space, *code, target);
  if (ip == nullptr) {
    describe_fetch(vcpu, VMP_EXIT_MEMORY_FAULT, target, page + page_size);
    return;
  }
  DISPATCH();
do_go_to:
  MOVE_NEAR(ip);
  POLL();  // it may lead to an earlier slot, from where a branch leads here
  DISPATCH();
do_resume_decoding:
  target = PC();
  ip = &code->slots[code->slot_of[target % page_size / 2]];
  POLL();
  DISPATCH();
do_next_page:
  target = PC() + page_size;
  goto jump;

pause:
  state->pc = ip->handler == Handler::decode ? target : PC();
  vcpu->instructions = retired;
leave:
  describe_exit(vcpu, vcpu->requests.load(std::memory_order_relaxed) != 0 ? VMP_EXIT_INTERRUPTED : VMP_EXIT_BUDGET,
                state->pc);
  return;

outside:
  SETTLE(ip, 0);
  describe_access(vcpu, VMP_EXIT_MEMORY_FAULT, state->pc, *ip, address);
  return;

misaligned:
  SETTLE(ip, 0);
  describe_access(vcpu, VMP_EXIT_MISALIGNED, state->pc, *ip, address);
  return;

do_illegal:
illegal:
  SETTLE(ip, 0);
  leave_illegal(context, vcpu, state->pc, *ip);
  return;

do_ecall:  // not retired: volume II, section 3.3.1; likewise ebreak
  SETTLE(ip, 0);
  describe_exit(vcpu, VMP_EXIT_SYSTEM_CALL, state->pc);
  state->pc += 4;
  state->reservation_address = no_reservation;
  return;

do_ebreak:
  SETTLE(ip, 0);
  describe_exit(vcpu, VMP_EXIT_BREAKPOINT, state->pc);
  return;

do_no_operation:
  NEXT();
do_lui:
do_load_immediate:
  HOLD(ip, IMMEDIATE(ip));
  NEXT();
do_auipc:
  HOLD(ip, PC() + IMMEDIATE(ip));
  NEXT();
do_move:
  HOLD(ip, x[ip->rs1]);
  NEXT();
do_move_chained:
  HOLD(ip, held);
  NEXT();

do_jump_forward:
  ++retired;
  MOVE_NEAR(ip);
  DISPATCH();
do_jump_backward:
  ++retired;
  MOVE_NEAR(ip);
  POLL();
  DISPATCH();
do_call_near:
  x[ip->rd] = PC() + ip->length;
  ++retired;
  MOVE_NEAR(ip);
  POLL();
  DISPATCH();
do_jump_far:
  target = PC() + IMMEDIATE(ip);
  ++retired;
  goto jump_and_link;
do_jal:
  target = PC() + IMMEDIATE(ip);
  x[ip->rd] = PC() + ip->length;
  ++retired;
  goto jump_and_link;

do_jump_register:
  target = (x[ip->rs1] + IMMEDIATE(ip)) & ~uint64_t{1};
  ++retired;
  JUMP_TO_TARGET();
do_jalr:
  target = (x[ip->rs1] + IMMEDIATE(ip)) & ~uint64_t{1};
  x[ip->rd] = PC() + ip->length;
  ++retired;
  JUMP_TO_TARGET();

do_load_to_zero:  // rare: the access alone matters, byte by byte
  address = x[ip->rs1] + IMMEDIATE(ip);
  CHECK_BOUNDS(ip, 0, access_size(ip->operation));
  SETTLE(ip, 0);
  for (uint32_t byte = 0; byte < access_size(ip->operation); ++byte) {
    guest_load<uint8_t>(base + address + byte);
  }
  NEXT();

do_fence:
  fence(static_cast<uint32_t>(ip->immediate));
  NEXT();
do_fence_i:
  target = PC() + ip->length;
  ++retired;
  context.cache.clear();
  goto enter;

do_csrrw:
do_csrrs:
do_csrrc:
do_csrrwi:
do_csrrsi:
do_csrrci:
  if (!execute_control_status(state, *ip, retired)) {
    goto illegal;
  }
  NEXT();

do_float_software:
  if (!execute_float_software(state, *ip)) {
    goto illegal;
  }
  NEXT();

  // clang-format off
  INTEGER_HANDLERS()
  PAIR_HANDLERS()
  MULTIPLY_HANDLERS()
  BIT_MANIPULATION_HANDLERS()
  ATOMIC_HANDLERS()
  FLOAT_SINGLE_HANDLERS()
  FLOAT_DOUBLE_HANDLERS()
  FLOAT_HALF_HANDLERS()
  // clang-format on
}

}  // namespace vmp::riscv
