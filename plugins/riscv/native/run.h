// vmp_arch_simulator.run.
#pragma once
#include "engine.h"

namespace vmp::riscv {

void run(Context &context, vmp_vcpu *vcpu, uint64_t budget);

}  // namespace vmp::riscv
