// How the interpreter describes an exit. The caller has written state->pc and vcpu->instructions.
#pragma once
#include "slot.h"
#include "vm_plugin/vcpu.h"

namespace vmp::riscv {

// VMP_EXIT_SYSTEM_CALL, _BREAKPOINT, _BUDGET, _INTERRUPTED: those without a payload.
void describe_exit(vmp_vcpu *vcpu, uint32_t kind, uint64_t pc);

// kind: VMP_EXIT_MEMORY_FAULT or VMP_EXIT_MISALIGNED, of the load, store or atomic operation in the slot.
void describe_access(vmp_vcpu *vcpu, uint32_t kind, uint64_t pc, const Slot &slot, uint64_t address);

// Instructions cannot be fetched at `address`. size 2: instructions are made of halfwords.
void describe_fetch(vmp_vcpu *vcpu, uint32_t kind, uint64_t pc, uint64_t address);

// length: bytes of `encoding`, little-endian, that the exit reports.
void describe_illegal(vmp_vcpu *vcpu, uint64_t pc, uint32_t encoding, uint32_t length);

void describe_engine_error(vmp_vcpu *vcpu, uint64_t pc, const char *message);

}  // namespace vmp::riscv
