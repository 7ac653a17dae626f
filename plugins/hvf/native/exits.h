// Exits of the contract's that both processors have.
#pragma once
#include <vm_plugin/vcpu.h>

namespace vmp::hvf {

void describe_kind(uint32_t kind, uint64_t pc, vmp_exit &exit);
void describe_fault(uint64_t address, uint32_t access, uint64_t pc, vmp_exit &exit);
void describe_error(const char *what, uint64_t first, uint64_t second, uint64_t pc, vmp_exit &exit);
// result: an hv_return_t.
void describe_failure(const char *call, int32_t result, uint64_t pc, vmp_exit &exit);

}  // namespace vmp::hvf
