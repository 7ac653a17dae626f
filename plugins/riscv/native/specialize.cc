#include "specialize.h"

namespace vmp::riscv {
namespace {

constexpr std::array<Handler, operation_count> make_short_handlers() {
  std::array<Handler, operation_count> handlers{};
  for (size_t i = 0; i < operation_count; ++i) {
    handlers[i] = static_cast<Handler>(i);  // cold ones: the handler takes the length from the slot
  }
#define VM_PLUGIN_RISCV_SHORT(name) handlers[static_cast<size_t>(Operation::name)] = Handler::name##_2;
  VM_PLUGIN_RISCV_SHORT_HANDLERS(VM_PLUGIN_RISCV_SHORT)
#undef VM_PLUGIN_RISCV_SHORT
  return handlers;
}
constexpr std::array<Handler, operation_count> short_handlers = make_short_handlers();

Handler handler_of(Operation operation, uint8_t length) {
  if (operation == Operation::illegal) {
    return Handler::illegal;
  }
  // Handlers of four bytes are numbered as their operations are.
  static_assert(static_cast<size_t>(Handler::czero_nez_4) == static_cast<size_t>(Operation::czero_nez));
  const size_t index = static_cast<size_t>(operation);
  return length == 2 ? short_handlers[index] : static_cast<Handler>(index);
}

Handler by_length(const Slot &slot, Handler four, Handler two) { return slot.length == 4 ? four : two; }

struct NearBranch {
  Handler forward_4, backward_4, forward_2, backward_2;
};

NearBranch near_branch(Operation operation) {
  switch (operation) {
    case Operation::beq:
      return {Handler::beq_forward_4, Handler::beq_backward_4, Handler::beq_forward_2, Handler::beq_backward_2};
    case Operation::bne:
      return {Handler::bne_forward_4, Handler::bne_backward_4, Handler::bne_forward_2, Handler::bne_backward_2};
    case Operation::blt:
      return {Handler::blt_forward_4, Handler::blt_backward_4, Handler::illegal, Handler::illegal};
    case Operation::bge:
      return {Handler::bge_forward_4, Handler::bge_backward_4, Handler::illegal, Handler::illegal};
    case Operation::bltu:
      return {Handler::bltu_forward_4, Handler::bltu_backward_4, Handler::illegal, Handler::illegal};
    default:
      return {Handler::bgeu_forward_4, Handler::bgeu_backward_4, Handler::illegal, Handler::illegal};
  }
}

// A jump inside the page needs no address: the distance in slots is enough.
void specialize_jump(Slot &slot, Format format, uint64_t pc) {
  const int64_t distance = slot.immediate;
  const bool near = ((pc + static_cast<uint64_t>(distance)) ^ pc) < page_size;
  if (near) {
    slot.immediate = static_cast<int32_t>(distance / 2 * static_cast<int64_t>(sizeof(Slot)));
  }
  if (format == Format::branch) {
    if (near) {
      const NearBranch handlers = near_branch(slot.operation);
      slot.handler = distance > 0 ? by_length(slot, handlers.forward_4, handlers.forward_2)
                                  : by_length(slot, handlers.backward_4, handlers.backward_2);
    }
  } else if (slot.rd != 0) {
    slot.handler = near ? Handler::call_near : Handler::jal_4;
  } else {
    slot.handler = !near ? Handler::jump_far : distance > 0 ? Handler::jump_forward : Handler::jump_backward;
  }
}

void specialize_result(Slot &slot) {
  const bool is_addi = slot.operation == Operation::addi;
  const bool is_add = slot.operation == Operation::add;
  if (slot.rd == 0) {
    slot.handler = by_length(slot, Handler::no_operation_4, Handler::no_operation_2);
  } else if (slot.operation == Operation::lui || (is_addi && slot.rs1 == 0)) {
    slot.handler = by_length(slot, Handler::load_immediate_4, Handler::load_immediate_2);
  } else if ((is_addi && slot.immediate == 0) || (is_add && (slot.rs1 == 0 || slot.rs2 == 0))) {
    slot.rs1 = is_add && slot.rs1 == 0 ? slot.rs2 : slot.rs1;
    slot.handler = by_length(slot, Handler::move_4, Handler::move_2);
  }
}

bool rounds_on_host(const Instruction &instruction) {
  return instruction.rounding == 0 || instruction.rounding == dynamic_rounding;
}

}  // namespace

Slot specialize(const Instruction &instruction, uint64_t pc, bool host_fused) {
  Slot slot{handler_of(instruction.operation, instruction.length),
            static_cast<uint16_t>(pc),
            instruction.rd,
            instruction.rs1,
            instruction.rs2,
            instruction.rs3,
            instruction.immediate,
            instruction.operation,
            instruction.rounding,
            instruction.length};
  const Format format = format_of(instruction.operation);
  switch (format) {
    case Format::none:
      slot.immediate = static_cast<int32_t>(instruction.encoding);
      break;
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
    case Format::branch:
    case Format::jump:
      specialize_jump(slot, format, pc);
      break;
    case Format::jump_register:
      slot.handler = slot.rd == 0 ? Handler::jump_register : slot.handler;
      break;
    case Format::float_fused:
      slot.handler = rounds_on_host(instruction) && host_fused ? slot.handler : Handler::float_software;
      break;
    case Format::float_arithmetic:
    case Format::float_convert:
    case Format::integer_to_float:
      slot.handler = rounds_on_host(instruction) ? slot.handler : Handler::float_software;
      break;
    case Format::float_to_integer:  // the host truncates as C does
      slot.handler = instruction.rounding == 1 ? slot.handler : Handler::float_software;
      break;
    default:
      break;
  }
  return slot;
}

}  // namespace vmp::riscv
