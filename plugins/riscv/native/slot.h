// What the interpreter executes: an instruction decoded once, specialised, with the handler that runs it.
#pragma once
#include "bit_manipulation.h"
#include "multiply.h"
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

// Pairs that run as one, which saves a dispatch: those that are frequent in compiled programs. Branches are linked
// ones.
// clang-format off
#define VM_PLUGIN_RISCV_PAIRS(X) \
  X(addi, addi) X(addi, add) X(addi, addiw) X(addi, addw) X(addi, sub) X(addi, slli) X(addi, andi) X(addi, xor_) \
  X(addi, mul) X(addi, load_immediate) X(addi, move) X(addi, lbu) X(addi, ld) X(addi, sb) X(addi, sd) X(addi, beq) \
  X(addi, bne) X(addi, blt) X(addi, bge) X(addi, bltu) X(addi, bgeu) X(addi, jump_register) X(addi, srli) \
  X(addi, mulhu) X(addi, call_near) X(addi, jump_backward) \
  X(add, add) X(add, addiw) X(add, sub) X(add, subw) X(add, srli) X(add, load_immediate) X(add, move) X(add, lbu) \
  X(add, lw) X(add, lwu) X(add, ld) X(add, sb) X(add, sw) X(add, beq) X(add, bne) X(add, blt) X(add, bge) \
  X(add, bltu) X(add, bgeu) X(add, or_) X(add, sltu) X(add, mul) X(add, slli) X(add, srlw) \
  X(addiw, addi) X(addiw, add) X(addiw, addiw) X(addiw, addw) X(addiw, slli) X(addiw, andi) X(addiw, move) \
  X(addiw, sb) X(addiw, sw) X(addiw, beq) X(addiw, bne) X(addiw, blt) X(addiw, bge) X(addiw, bltu) X(addiw, bgeu) \
  X(addiw, lbu) X(addiw, lw) X(addiw, ld) \
  X(addw, addi) X(addw, addiw) X(addw, addw) X(addw, slliw) X(addw, and_) X(addw, xor_) X(addw, bne) X(addw, blt) \
  X(sub, add) X(sub, load_immediate) X(sub, beq) X(sub, sltiu) X(sub, bne) X(sub, andi) X(sub, lbu) X(sub, slli) \
  X(subw, addi) \
  X(slli, addi) X(slli, add) X(slli, addiw) X(slli, slli) X(slli, srli) X(slli, andi) X(slli, xor_) X(slli, sd) \
  X(slli, or_) \
  X(srli, add) X(srli, slli) X(srli, srli) X(srli, sw) X(srli, beq) X(srli, xor_) X(srli, addi) X(srli, sh) \
  X(slliw, addw) X(slliw, slliw) X(slliw, srliw) X(slliw, or_) \
  X(srliw, slli) X(srliw, slliw) X(srliw, srliw) X(srliw, or_) X(srliw, xor_) X(srliw, lw) X(srliw, addi) \
  X(andi, addi) X(andi, add) X(andi, addiw) X(andi, andi) X(andi, beq) X(andi, bne) X(andi, blt) X(andi, bge) \
  X(andi, bltu) X(andi, bgeu) X(andi, slli) X(andi, ld) X(andi, lbu) \
  X(and_, addw) X(and_, slli) X(and_, srliw) X(and_, and_) X(and_, xor_) \
  X(or_, addw) X(or_, slliw) X(or_, or_) X(or_, xor_) X(or_, sd) X(or_, ld) X(or_, sw) \
  X(xor_, addw) X(xor_, srliw) X(xor_, and_) X(xor_, or_) X(xor_, xor_) X(xor_, load_immediate) X(xor_, andi) \
  X(xor_, addiw) X(xor_, srli) X(xor_, slli) X(xor_, lbu) X(xor_, addi) \
  X(mul, addi) X(mul, add) X(mul, srli) X(mul, bne) X(mul, xor_) X(mul, mulhu) \
  X(load_immediate, addi) X(load_immediate, add) X(load_immediate, slli) X(load_immediate, load_immediate) \
  X(load_immediate, move) X(load_immediate, lw) X(load_immediate, sd) X(load_immediate, beq) X(load_immediate, bne) \
  X(load_immediate, blt) X(load_immediate, bge) X(load_immediate, bltu) X(load_immediate, bgeu) \
  X(load_immediate, jump_register) X(load_immediate, call_near) X(load_immediate, jump_backward) \
  X(move, addi) X(move, add) X(move, load_immediate) X(move, move) X(move, ld) X(move, sd) X(move, beq) X(move, bne) \
  X(move, blt) X(move, bge) X(move, bltu) X(move, bgeu) X(move, jump_register) X(move, lbu) X(move, call_near) \
  X(lbu, addi) X(lbu, add) X(lbu, addiw) X(lbu, slliw) X(lbu, andi) X(lbu, move) X(lbu, lbu) X(lbu, sb) X(lbu, beq) \
  X(lbu, bne) X(lbu, srliw) X(lbu, mul) X(lbu, load_immediate) X(lbu, lw) X(lbu, call_near) X(lbu, sub) X(lbu, xor_) \
  X(lw, addi) X(lw, add) X(lw, addiw) X(lw, slliw) X(lw, srliw) X(lw, andi) X(lw, load_immediate) X(lw, move) \
  X(lw, lw) X(lw, sw) X(lw, beq) X(lw, bne) X(lw, blt) X(lw, jump_register) X(lw, xor_) X(lw, jump_backward) \
  X(lw, lbu) X(lw, and_) \
  X(lwu, addi) X(lwu, addiw) \
  X(ld, addi) X(ld, add) X(ld, andi) X(ld, xor_) X(ld, load_immediate) X(ld, move) X(ld, ld) X(ld, sd) X(ld, beq) \
  X(ld, bne) X(ld, jump_register) X(ld, slliw) X(ld, xori) X(ld, mul) X(ld, sub) \
  X(sb, add) X(sb, ld) X(sb, sb) X(sb, bne) X(sb, addi) X(sb, beq) \
  X(sw, addi) X(sw, subw) X(sw, sw) X(sw, sd) X(sw, bne) X(sw, blt) X(sw, bge) X(sw, jump_register) \
  X(sd, addi) X(sd, add) X(sd, load_immediate) X(sd, move) X(sd, ld) X(sd, sw) X(sd, sd) X(sd, jump_register) \
  X(sd, sltu) X(sd, bltu) X(sd, bne) X(sd, beq) X(sd, addiw) X(sd, jump_backward) X(sd, lbu) X(sd, auipc) \
  X(sd, call_near) \
  X(sll, add) X(sll, or_) \
  X(srl, andi) \
  X(sltu, add) X(sltu, sd) X(sltu, sltu) \
  X(sltiu, jump_register) \
  X(mulhu, add) X(mulhu, sltu) \
  X(lhu, addi) X(lhu, slli) X(lhu, bne) \
  X(sh, addi) X(sh, sd) \
  X(auipc, addi) X(auipc, ld)

// Operations whose first operand may be the result of the instruction before, which the interpreter still holds: they
// have a second handler that takes it from there. It spares them the way through memory, of eight cycles or so.
#define VM_PLUGIN_RISCV_CHAINABLE(X)                                                                       \
  VM_PLUGIN_RISCV_INTEGER_REGISTERS(X)                                                                     \
  VM_PLUGIN_RISCV_INTEGER_IMMEDIATES(X)                                                                    \
  VM_PLUGIN_RISCV_LOADS(X)                                                                                 \
  X(move, )                                                                                                \
  VM_PLUGIN_RISCV_MULTIPLY_REGISTERS(X) VM_PLUGIN_RISCV_BIT_REGISTERS(X) VM_PLUGIN_RISCV_BIT_IMMEDIATES(X) \
      VM_PLUGIN_RISCV_BIT_UNARIES(X)
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
#define VM_PLUGIN_RISCV_NAME(name, value) name##_chained,
          VM_PLUGIN_RISCV_CHAINABLE(VM_PLUGIN_RISCV_NAME)
#undef VM_PLUGIN_RISCV_NAME
// Four of each pair: the first takes a held result or not, and the second takes the first's or not.
#define VM_PLUGIN_RISCV_NAME(first, second) \
  first##_then_##second, first##_into_##second, first##_chained_then_##second, first##_chained_into_##second,
              VM_PLUGIN_RISCV_PAIRS(VM_PLUGIN_RISCV_NAME)
#undef VM_PLUGIN_RISCV_NAME
};
static_assert(static_cast<size_t>(Handler::czero_nez) == static_cast<size_t>(Operation::czero_nez));

struct Slot {
  Handler handler;           // when control comes from anywhere
  Handler chained;           // when it comes from the slot before
  uint16_t pc_low;           // the instruction's address modulo 2^16
  Operation operation : 13;  // as decoded
  uint8_t length : 3;
  uint8_t rd;
  uint8_t rs1;
  uint8_t rs2;
  uint8_t rs3 : 5;
  uint8_t rounding : 3;
  int32_t immediate;  // as decoded; in jumps inside the page the distance to the target's slot in bytes
};
static_assert(sizeof(Slot) == 16);

}  // namespace vmp::riscv
