// KVM's exits as the contract's.
#pragma once
#include <linux/kvm.h>
#include <vm_plugin/vcpu.h>

namespace vmp::kvm {

// result: of KVM_RUN. pc: of the guest now.
void describe(const kvm_run &area, int32_t result, bool steps, uint64_t pc, vmp_exit &exit);
// An element of a port instruction.
void describe_port(const kvm_run &area, uint32_t element, vmp_exit &exit);
void describe_failure(uint64_t pc, const char *call, int32_t result, vmp_exit &exit);

// Where an element's data lies in the shared memory.
const uint8_t *port_data(const kvm_run &area, uint32_t element);
uint8_t *port_data(kvm_run &area, uint32_t element);

}  // namespace vmp::kvm
