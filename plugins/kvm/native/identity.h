// What CPUID may answer to guests, as the kernel has it.
#pragma once
#include <vm_plugin/hypervisor.h>

#include <vector>

namespace vmp::kvm {

struct Identity {
  std::vector<vmp_identity_leaf> leaves;
  uint64_t components;  // that XCR0 may have
  uint32_t xsave_size;  // bytes of the standard format with all of them
};

// [control] Asked once in a process: it costs as much as a virtual machine, and does not change. NULL with `result`,
// minus an errno.
const Identity *identity_of(const vmp_hypervisor_service &calls, int kvm, int32_t &result);

}  // namespace vmp::kvm
