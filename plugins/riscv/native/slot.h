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

// `decode` is 0, so that zeroed memory leads to the decoder. The handlers of operations are numbered as these are.
enum class Handler : uint16_t {
  decode,
#define VM_PLUGIN_RISCV_NAME(name, mask, match, format) name,
  VM_PLUGIN_RISCV_OPERATIONS(VM_PLUGIN_RISCV_NAME)
#undef VM_PLUGIN_RISCV_NAME
#define VM_PLUGIN_RISCV_NAME(name) name,
      VM_PLUGIN_RISCV_SPECIAL_HANDLERS(VM_PLUGIN_RISCV_NAME)
#undef VM_PLUGIN_RISCV_NAME
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
