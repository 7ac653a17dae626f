// Hypervisor.framework: what of its calls differs between processors.
#pragma once
#include "hypervisor/hypervisor.h"

#ifdef __APPLE__
#if __has_include(<Hypervisor/Hypervisor.h>)
#include <Hypervisor/Hypervisor.h>
#include <mach/mach.h>
#include <mach/mach_vm.h>
#include <os/object.h>
#else
#include "hypervisor/hvf_declarations.h"
#endif

namespace vmp::hvf {

// Fills the entries of this processor's.
void offer(vmp_hypervisor_service &service);

// The framework's result as the service's: 0 or less than 0.
inline int32_t answer(hv_return_t result) { return static_cast<int32_t>(result); }

// A register of the framework's and where its value, of 64 bits, lies in the layout.
template <typename Name>
struct Place {
  uint32_t state_class;
  Name name;
  size_t offset;
};

template <typename State>
uint64_t word_at(const State &state, size_t offset) {
  uint64_t value;
  __builtin_memcpy(&value, reinterpret_cast<const uint8_t *>(&state) + offset, sizeof value);
  return value;
}

template <typename State>
void set_word_at(State &state, size_t offset, uint64_t value) {
  __builtin_memcpy(reinterpret_cast<uint8_t *>(&state) + offset, &value, sizeof value);
}

}  // namespace vmp::hvf
#endif
