#include "specialize.h"

namespace vmp::riscv {
namespace {

void specialize_result(Slot &slot) {
  const bool is_addi = slot.operation == Operation::addi;
  const bool is_add = slot.operation == Operation::add;
  if (slot.rd == 0) {
    slot.handler = Handler::no_operation;
  } else if (slot.operation == Operation::lui || (is_addi && slot.rs1 == 0)) {
    slot.handler = Handler::load_immediate;
  } else if ((is_addi && slot.immediate == 0) || (is_add && (slot.rs1 == 0 || slot.rs2 == 0))) {
    slot.rs1 = is_add && slot.rs1 == 0 ? slot.rs2 : slot.rs1;
    slot.handler = Handler::move;
  }
}

bool rounds_to_nearest_or_by_register(const Instruction &instruction) {
  return instruction.rounding == 0 || instruction.rounding == dynamic_rounding;
}

}  // namespace

Slot specialize(const Instruction &instruction, uint64_t pc, bool host_fused) {
  const bool is_illegal = instruction.operation == Operation::illegal;
  const Handler handler = is_illegal ? Handler::illegal : static_cast<Handler>(instruction.operation);
  Slot slot{.handler = handler,
            .chained = handler,
            .pc_low = static_cast<uint16_t>(pc),
            .operation = instruction.operation,
            .length = instruction.length,
            .rd = instruction.rd,
            .rs1 = instruction.rs1,
            .rs2 = instruction.rs2,
            .rs3 = instruction.rs3,
            .rounding = instruction.rounding,
            .immediate = is_illegal ? static_cast<int32_t>(instruction.encoding) : instruction.immediate};
  switch (format_of(instruction.operation)) {
    case Format::registers:
    case Format::unary:
    case Format::immediate:
    case Format::shift:
    case Format::upper:
      specialize_result(slot);
      break;
    case Format::load:
      slot.handler = slot.rd == 0 ? Handler::load_to_zero : slot.handler;
      break;
    case Format::jump:
      slot.handler = slot.rd == 0 ? Handler::jump_far : slot.handler;
      break;
    case Format::jump_register:
      slot.handler = slot.rd == 0 ? Handler::jump_register : slot.handler;
      break;
    case Format::float_fused:
      slot.handler =
          rounds_to_nearest_or_by_register(instruction) && host_fused ? slot.handler : Handler::float_software;
      break;
    case Format::float_arithmetic:
    case Format::float_convert:
    case Format::integer_to_float:
      slot.handler = rounds_to_nearest_or_by_register(instruction) ? slot.handler : Handler::float_software;
      break;
    case Format::float_to_integer:  // the handler truncates, as C does
      slot.handler = instruction.rounding == 1 ? slot.handler : Handler::float_software;
      break;
    default:
      break;
  }
  return slot;
}

bool is_linkable(const Slot &slot) {
  return slot.handler == Handler::jump_far || slot.handler == Handler::jal ||
         (slot.handler >= Handler::beq && slot.handler <= Handler::bgeu);
}

void link(Slot &slot, int32_t distance) {
  const bool forward = distance > 0;
  switch (slot.handler) {
    case Handler::jump_far:
      slot.handler = forward ? Handler::jump_forward : Handler::jump_backward;
      break;
    case Handler::jal:
      slot.handler = Handler::call_near;
      break;
    case Handler::beq:
      slot.handler = forward ? Handler::beq_forward : Handler::beq_backward;
      break;
    case Handler::bne:
      slot.handler = forward ? Handler::bne_forward : Handler::bne_backward;
      break;
    case Handler::blt:
      slot.handler = forward ? Handler::blt_forward : Handler::blt_backward;
      break;
    case Handler::bge:
      slot.handler = forward ? Handler::bge_forward : Handler::bge_backward;
      break;
    case Handler::bltu:
      slot.handler = forward ? Handler::bltu_forward : Handler::bltu_backward;
      break;
    case Handler::bgeu:
      slot.handler = forward ? Handler::bgeu_forward : Handler::bgeu_backward;
      break;
    default:
      return;
  }
  slot.chained = slot.handler;
  slot.immediate = distance * static_cast<int32_t>(sizeof(Slot));
}

}  // namespace vmp::riscv
