// The platform's exits as the contract's.
#pragma once
#include <vm_plugin/hypervisor.h>

#include <cstring>

namespace vmp::whpx {

// What an exit is about: a vmp_whpx_memory_access and so on, by its reason.
template <typename Details>
Details details_of(const vmp_whpx_exit &from) {
  Details details;
  static_assert(sizeof details <= sizeof from.details);
  std::memcpy(&details, from.details, sizeof details);
  return details;
}

inline uint32_t instruction_length(const vmp_whpx_exit &from) { return from.length_and_cr8 & 15; }
// VMP_PROTECTION_*.
uint32_t access_of(const vmp_whpx_memory_access &from);

void describe_kind(uint32_t kind, uint64_t pc, vmp_exit &exit);
void describe_fault(uint64_t address, uint32_t access, uint64_t pc, vmp_exit &exit);
void describe_error(const char *what, uint64_t first, uint64_t second, uint64_t pc, vmp_exit &exit);
// result: an HRESULT.
void describe_failure(const char *call, int32_t result, uint64_t pc, vmp_exit &exit);
// Those of which only the reason matters; an ENGINE_ERROR for those that the partition was not set up for.
void describe_reason(const vmp_whpx_exit &from, vmp_exit &exit);

}  // namespace vmp::whpx
