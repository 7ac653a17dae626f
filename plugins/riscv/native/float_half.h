// Zfh: half precision, all of it in integers.
#pragma once
#include "dispatch.h"
#include "float_format.h"
#include "slot.h"
#include "vm_plugin/vcpu.h"

namespace vmp::riscv {

// Executes any of VM_PLUGIN_RISCV_FLOAT_HALF on the registers and fcsr. false: its rounding mode is invalid, so the
// instruction is illegal, and nothing changed.
bool execute_half(vmp_riscv64_state *state, const Slot &slot);

}  // namespace vmp::riscv

// The handlers, of which flh and fsh alone are the interpreter's.
// clang-format off
#define FLOAT_HALF(name, mask, match, format) do_##name:
#define FLOAT_HALF_HANDLERS() \
  FLOAT_LOAD(flh, Half) FLOAT_STORE(fsh, Half) \
  VM_PLUGIN_RISCV_FLOAT_HALF(FLOAT_HALF) \
    if (!execute_half(state, *ip)) { goto illegal; } \
    NEXT();
// clang-format on
