// What the interpreter executes: an instruction decoded once, specialised, with the handler that runs it. A code page
// has one slot for each halfword, so an address is an index and any halfword can be jumped to.
#pragma once
#include "vm_plugin_riscv/instruction.h"

namespace vmp::riscv {

// The operations that compressed instructions stand for: their handlers exist for both lengths, because a distance to
// the next slot that the compiler knows keeps a load off the path from one instruction to the next.
// clang-format off
#define VM_PLUGIN_RISCV_SHORT_HANDLERS(X) \
  X(addi) X(addiw) X(andi) X(slli) X(srli) X(srai) X(add) X(sub) X(xor_) X(or_) X(and_) X(addw) X(subw) \
  X(lw) X(ld) X(sw) X(sd) X(fld) X(fsd) X(beq) X(bne) X(jalr)

// Specialised forms, which the decoder of code pages chooses.
#define VM_PLUGIN_RISCV_SPECIAL_HANDLERS(X) \
  X(illegal) X(no_operation_4) X(no_operation_2) X(load_immediate_4) X(load_immediate_2) X(move_4) X(move_2) \
  X(load_to_zero) X(float_software) \
  X(jump_forward) X(jump_backward) X(jump_far) X(call_near) X(jump_register) \
  X(beq_forward_4) X(beq_backward_4) X(beq_forward_2) X(beq_backward_2) \
  X(bne_forward_4) X(bne_backward_4) X(bne_forward_2) X(bne_backward_2) \
  X(blt_forward_4) X(blt_backward_4) X(bge_forward_4) X(bge_backward_4) \
  X(bltu_forward_4) X(bltu_backward_4) X(bgeu_forward_4) X(bgeu_backward_4)
// clang-format on

// `decode` is 0, so that zeroed memory is a page of slots not decoded yet.
enum class Handler : uint16_t {
  decode,
#define VM_PLUGIN_RISCV_NAME(name, mask, match, format) name##_4,
  VM_PLUGIN_RISCV_OPERATIONS(VM_PLUGIN_RISCV_NAME)
#undef VM_PLUGIN_RISCV_NAME
#define VM_PLUGIN_RISCV_NAME(name) name##_2,
      VM_PLUGIN_RISCV_SHORT_HANDLERS(VM_PLUGIN_RISCV_NAME)
#undef VM_PLUGIN_RISCV_NAME
#define VM_PLUGIN_RISCV_NAME(name) name,
          VM_PLUGIN_RISCV_SPECIAL_HANDLERS(VM_PLUGIN_RISCV_NAME)
#undef VM_PLUGIN_RISCV_NAME
};

struct Slot {
  Handler handler;
  uint16_t pc_low;  // the instruction's address modulo 2^16
  uint8_t rd;
  uint8_t rs1;
  uint8_t rs2;
  uint8_t rs3;
  int32_t immediate;    // as decoded; for jumps inside the page the distance in bytes of slots
  Operation operation;  // as decoded
  uint8_t rounding;
  uint8_t length;
};
static_assert(sizeof(Slot) == 16);

inline constexpr uint64_t page_size = 4096;
inline constexpr uint64_t slots_per_page = page_size / 2;

}  // namespace vmp::riscv
