// The state after a reset (Intel SDM volume 3, table 9-1).
#pragma once
#include <vm_plugin/vcpu.h>

namespace vmp::hvf {

void reset(vmp_x86_64_state &state);

}  // namespace vmp::hvf
