#include "exits.h"

#include <cstdio>
#include <cstring>

namespace vmp::riscv {

void describe_exit(vmp_vcpu *vcpu, uint32_t kind, uint64_t pc) {
  vcpu->exit = {};
  vcpu->exit.kind = kind;
  vcpu->exit.pc = pc;
}

void describe_access(vmp_vcpu *vcpu, uint32_t kind, uint64_t pc, const Slot &slot, uint64_t address) {
  const bool reads =
      is_load(format_of(slot.operation)) || slot.operation == Operation::lr_w || slot.operation == Operation::lr_d;
  describe_exit(vcpu, kind, pc);
  vcpu->exit.u.memory.address = address;
  vcpu->exit.u.memory.size = access_size(slot.operation);
  vcpu->exit.u.memory.access = reads ? VMP_PROTECTION_READ : VMP_PROTECTION_WRITE;
}

void describe_fetch(vmp_vcpu *vcpu, uint32_t kind, uint64_t pc, uint64_t address) {
  describe_exit(vcpu, kind, pc);
  vcpu->exit.u.memory.address = address;
  vcpu->exit.u.memory.size = 2;
  vcpu->exit.u.memory.access = VMP_PROTECTION_EXECUTE;
}

void describe_illegal(vmp_vcpu *vcpu, uint64_t pc, uint32_t encoding, uint32_t length) {
  describe_exit(vcpu, VMP_EXIT_ILLEGAL_INSTRUCTION, pc);
  vcpu->exit.u.instruction.size = length;
  std::memcpy(vcpu->exit.u.instruction.bytes, &encoding, length);
}

void describe_engine_error(vmp_vcpu *vcpu, uint64_t pc, const char *message) {
  describe_exit(vcpu, VMP_EXIT_ENGINE_ERROR, pc);
  std::snprintf(vcpu->exit.u.error.message, sizeof vcpu->exit.u.error.message, "%s", message);
}

}  // namespace vmp::riscv
