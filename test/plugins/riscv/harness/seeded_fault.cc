// A fault in one instruction of the interpreter, chosen when it runs: VM_PLUGIN_SEEDED_FAULT=NAME:KIND, NAME as
// name_of() gives it. Linked into a plugin for tests alone.
//
// low, high  the lowest or the highest bit of the result, or of what is stored, is wrong
// flags      the inexact flag is wrong
// operation  the next operation of the same shape is executed in its place
// operands   an operand is another register's, or has a bit turned
// rounding   another rounding mode
// illegal    it is not known
#include "seeded_fault.h"

#include <cstdlib>
#include <cstring>

#include "fusion.h"
#include "specialize.h"

namespace vmp::riscv {

namespace {

struct Fault {
  Operation operation = Operation::illegal;
  const char *kind = "";
};

Fault chosen() {
  const char *text = std::getenv("VM_PLUGIN_SEEDED_FAULT");
  const char *colon = text == nullptr ? nullptr : std::strchr(text, ':');
  for (size_t i = 1; colon != nullptr && i < operation_count; ++i) {
    const char *name = name_of(static_cast<Operation>(i));
    if (std::strlen(name) == static_cast<size_t>(colon - text) && std::strncmp(name, text, colon - text) == 0) {
      return {static_cast<Operation>(i), colon + 1};
    }
  }
  return {};
}

Operation next_of_same_format(Operation operation) {
  const size_t first = static_cast<size_t>(operation);
  for (size_t step = 1; step < operation_count; ++step) {
    const size_t next = (first + step) % operation_count;
    if (format_of(static_cast<Operation>(next)) == format_of(operation)) {
      return static_cast<Operation>(next);
    }
  }
  return operation;
}

void change_operand(Instruction &instruction) {
  switch (format_of(instruction.operation)) {
    case Format::atomic:
      if (instruction.operation == Operation::lr_w || instruction.operation == Operation::lr_d) {
        instruction.rs1 = static_cast<uint8_t>(instruction.rs1 ^ 1);  // it has no second
      }
      [[fallthrough]];
    case Format::registers:
    case Format::float_arithmetic:
    case Format::float_select:
    case Format::float_compare:
    case Format::branch:
      instruction.rs2 = static_cast<uint8_t>(instruction.rs2 ^ 1);
      break;
    case Format::float_fused:
      instruction.rs3 = instruction.rs2;
      break;
    case Format::immediate:
    case Format::shift:
    case Format::load:
    case Format::store:
    case Format::float_load:
    case Format::float_store:
      instruction.immediate ^= 1;
      break;
    case Format::upper:
      instruction.immediate ^= 1 << 12;
      break;
    case Format::jump:
    case Format::jump_register:
      instruction.immediate ^= 8;
      break;
    case Format::control_status:
      instruction.immediate ^= 3;  // fflags for frm, and the other way
      break;
    default:
      instruction.rs1 = static_cast<uint8_t>(instruction.rs1 ^ 1);
      break;
  }
}

const Fault &fault() {
  static const Fault chosen_once = chosen();
  return chosen_once;
}

bool is_kind(const char *kind) { return std::strcmp(fault().kind, kind) == 0; }

}  // namespace

// Pairs end without NEXT(), and chained slots do not look at the register.
void faulty_fuse(Slot &first, Slot &second) {
  if (first.operation != fault().operation && second.operation != fault().operation) {
    fuse(first, second);
  }
}

uint8_t faulty_chain(Slot &slot, uint8_t held) {
  return slot.operation == fault().operation ? uint8_t{0} : chain(slot, held);
}

void seeded_fault(vmp_riscv64_state *state, const Slot &slot, uint8_t *cell) {
  if (slot.operation != fault().operation) {
    return;
  }
  if (is_kind("flags")) {
    state->fcsr ^= 1;
  }
  if (!is_kind("low") && !is_kind("high")) {
    return;
  }
  const uint64_t bit = uint64_t{1} << (is_kind("low") ? 0 : 63);
  switch (format_of(slot.operation)) {
    case Format::store:
    case Format::float_store:
      cell[is_kind("low") ? 0 : access_size(slot.operation) - 1] ^= is_kind("low") ? 1 : 0x80;
      break;
    case Format::float_load:
    case Format::float_arithmetic:
    case Format::float_fused:
    case Format::float_convert:
    case Format::float_select:
    case Format::float_from_bits:
    case Format::integer_to_float:
      state->f[slot.rd] ^= bit;
      break;
    default:
      state->x[slot.rd] ^= slot.rd != 0 ? bit : 0;
      break;
  }
}

Slot faulty_specialize(const Instruction &decoded, uint64_t pc, bool host_fused) {
  Instruction instruction = decoded;
  if (fault().operation != Operation::illegal && instruction.operation == fault().operation) {
    if (is_kind("operation")) {
      instruction.operation = next_of_same_format(instruction.operation);
    } else if (is_kind("operands")) {
      change_operand(instruction);
    } else if (is_kind("rounding")) {
      instruction.rounding = instruction.rounding == 0 ? 1 : 0;
    } else if (is_kind("illegal")) {
      instruction.operation = Operation::illegal;
    }
  }
  return specialize(instruction, pc, host_fused);
}

}  // namespace vmp::riscv
