// What the interpreter executes: an instruction decoded once, specialised, with the handler that runs it.
#pragma once
#include "vm_plugin_riscv/instruction.h"

namespace vmp::riscv {

// clang-format off
// Forms that the preparation of a code page chooses. go_to, resume_decoding and next_page are no instructions: they lead
// from the end of a line of slots to what follows it in the guest's order.
#define VM_PLUGIN_RISCV_SPECIAL_HANDLERS(X) \
  X(illegal) X(go_to) X(resume_decoding) X(next_page) \
  X(no_operation) X(load_immediate) X(move) X(load_to_zero) X(float_software) \
  X(jump_forward) X(jump_backward) X(jump_far) X(call_near) X(jump_register) \
  X(beq_forward) X(beq_backward) X(bne_forward) X(bne_backward) X(blt_forward) X(blt_backward) \
  X(bge_forward) X(bge_backward) X(bltu_forward) X(bltu_backward) X(bgeu_forward) X(bgeu_backward)
// clang-format on

// Pairs that run as one, which saves a dispatch: any of the firsts followed by any of the seconds. These are the
// operations that follow each other most in compiled programs. Branches are those linked.
// clang-format off
#define VM_PLUGIN_RISCV_FIRSTS(X) \
  X(addi) X(add) X(addiw) X(addw) X(sub) X(subw) X(slli) X(srli) X(slliw) X(srliw) X(andi) X(and_) X(or_) X(xor_) X(mul) \
  X(load_immediate) X(move) X(lbu) X(lw) X(lwu) X(ld) X(sb) X(sw) X(sd)
#define VM_PLUGIN_RISCV_SECONDS(X, first) \
  X(first, addi) X(first, add) X(first, addiw) X(first, addw) X(first, sub) X(first, subw) X(first, slli) X(first, srli) \
  X(first, slliw) X(first, srliw) X(first, andi) X(first, and_) X(first, or_) X(first, xor_) X(first, mul) \
  X(first, load_immediate) X(first, move) X(first, lbu) X(first, lw) X(first, lwu) X(first, ld) \
  X(first, sb) X(first, sw) X(first, sd) \
  X(first, beq) X(first, bne) X(first, blt) X(first, bge) X(first, bltu) X(first, bgeu) X(first, jump_register)
#define VM_PLUGIN_RISCV_PAIRS_WITH(first) VM_PLUGIN_RISCV_SECONDS(VM_PLUGIN_RISCV_PAIR, first)
// All pairs, by the macro VM_PLUGIN_RISCV_PAIR(first, second), which the user defines.
#define VM_PLUGIN_RISCV_PAIRS VM_PLUGIN_RISCV_FIRSTS(VM_PLUGIN_RISCV_PAIRS_WITH)
// clang-format on

// `decode` is 0, so that zeroed memory leads to the decoder. The handlers of operations are numbered as these are.
enum class Handler : uint16_t {
  decode,
#define VM_PLUGIN_RISCV_NAME(name, mask, match, format) name,
  VM_PLUGIN_RISCV_OPERATIONS(VM_PLUGIN_RISCV_NAME)
#undef VM_PLUGIN_RISCV_NAME
#define VM_PLUGIN_RISCV_NAME(name) name,
      VM_PLUGIN_RISCV_SPECIAL_HANDLERS(VM_PLUGIN_RISCV_NAME)
#undef VM_PLUGIN_RISCV_NAME
#define VM_PLUGIN_RISCV_PAIR(first, second) first##_then_##second,
          VM_PLUGIN_RISCV_PAIRS
#undef VM_PLUGIN_RISCV_PAIR
};
static_assert(static_cast<size_t>(Handler::czero_nez) == static_cast<size_t>(Operation::czero_nez));

struct Slot {
  Handler handler;
  uint16_t pc_low;  // the instruction's address modulo 2^16
  uint8_t rd;
  uint8_t rs1;
  uint8_t rs2;
  uint8_t rs3;
  int32_t immediate;    // as decoded; in jumps inside the page the distance to the target's slot in bytes
  Operation operation;  // as decoded
  uint8_t rounding;
  uint8_t length;
};
static_assert(sizeof(Slot) == 16);

}  // namespace vmp::riscv
