#include "device_access.h"

#include "code_page.h"
#include "exits.h"
#include "float_format.h"
#include "vm_plugin_riscv/decoder.h"

namespace vmp::riscv {
namespace {

// Sign- or zero-extended, or NaN-boxed, as the load says.
uint64_t extend_loaded(Operation operation, uint64_t data) {
  switch (operation) {
    case Operation::lb:
      return static_cast<uint64_t>(static_cast<int64_t>(static_cast<int8_t>(data)));
    case Operation::lh:
      return static_cast<uint64_t>(static_cast<int64_t>(static_cast<int16_t>(data)));
    case Operation::lw:
      return static_cast<uint64_t>(static_cast<int64_t>(static_cast<int32_t>(data)));
    case Operation::lbu:
      return static_cast<uint8_t>(data);
    case Operation::lhu:
      return static_cast<uint16_t>(data);
    case Operation::lwu:
      return static_cast<uint32_t>(data);
    case Operation::flh:
      return box(static_cast<uint16_t>(data));
    case Operation::flw:
      return box(static_cast<uint32_t>(data));
    default:
      return data;
  }
}

}  // namespace

void describe_device_access(const Context &context, vmp_vcpu *vcpu) {
  const vmp_riscv64_state *state = state_of(vcpu);
  vcpu->exit.flags &= ~uint32_t{VMP_EXIT_FLAG_DESCRIBE};
  const Fetched fetched = fetch(context.engine, vcpu->space, state->pc);
  if (!fetched.readable) {
    return;
  }
  const Instruction instruction = decode(fetched.word);
  const Format format = format_of(instruction.operation);
  if (!is_load(format) && !is_store(format)) {
    return;
  }
  vmp_exit_io io{};
  io.address = state->x[instruction.rs1] + static_cast<uint64_t>(int64_t{instruction.immediate});
  io.size = access_size(instruction.operation);
  io.write = is_store(format) ? 1 : 0;
  io.count = 1;
  if (is_store(format)) {
    const uint64_t data = format == Format::store ? state->x[instruction.rs2] : state->f[instruction.rs2];
    io.data = io.size == 8 ? data : data & ((uint64_t{1} << io.size * 8) - 1);
  }
  describe_exit(vcpu, VMP_EXIT_MMIO, state->pc);
  vcpu->exit.u.io = io;
}

bool complete_device_access(const Context &context, vmp_vcpu *vcpu) {
  vmp_riscv64_state *state = state_of(vcpu);
  const Fetched fetched = fetch(context.engine, vcpu->space, state->pc);
  if (!fetched.readable) {
    describe_fetch(vcpu, VMP_EXIT_MEMORY_FAULT, state->pc, fetched.address);
    return false;
  }
  const Instruction instruction = decode(fetched.word);
  const Format format = format_of(instruction.operation);
  if (!(vcpu->exit.u.io.write != 0 ? is_store(format) : is_load(format))) {
    describe_engine_error(vcpu, state->pc, "no load or store at pc to complete after MMIO");
    return false;
  }
  if (is_load(format)) {
    uint64_t *registers = format == Format::load ? state->x : state->f;
    registers[instruction.rd] = extend_loaded(instruction.operation, vcpu->exit.u.io.data);
    state->x[0] = 0;
  }
  state->pc += instruction.length;
  ++vcpu->instructions;
  return true;
}

}  // namespace vmp::riscv
