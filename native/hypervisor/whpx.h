// Between Windows Hypervisor Platform's registers and the shared layout.
#pragma once
#include "hypervisor/hypervisor.h"

namespace vmp::whpx {

// [vcpu] An HRESULT.
int32_t get_state(void *partition, uint32_t index, uint32_t classes, vmp_x86_64_state *state);
int32_t set_state(void *partition, uint32_t index, uint32_t classes, const vmp_x86_64_state *state);

}  // namespace vmp::whpx
