// Memory-mapped devices: an access that faulted, described as input or output, and completed once the device answered.
#pragma once
#include "engine.h"

namespace vmp::riscv {

// Turns the exit into VMP_EXIT_MMIO when the instruction at the state's pc is a load or store; leaves it, without the
// flag, when it is anything else (atomic operations on devices are not offered).
void describe_device_access(const Context &context, vmp_vcpu *vcpu);

// Completes the load or store at the state's pc as vcpu->exit, a VMP_EXIT_MMIO, says: pc moves behind it. false: the
// memory at pc no longer holds it, and the exit is described.
bool complete_device_access(const Context &context, vmp_vcpu *vcpu);

}  // namespace vmp::riscv
