// An instance of the interpreter, and what it keeps for each virtual CPU.
#pragma once
#include "code_cache.h"
#include "vm_plugin/arch_simulator.h"

namespace vmp::riscv {

struct Engine {
  const vmp_memory_service *memory;
  bool host_fused;                         // the host's CPU has fused multiply-add
  std::atomic<uint64_t> invalidations{0};  // raised by vmp_arch_simulator.invalidate, on any thread
};

// vmp_vcpu.engine_data. Only the virtual CPU's thread touches it between attach and detach.
struct Context {
  Engine *engine;
  CodeCache cache;
  uint64_t space_id = 0;
  uint64_t code_version = 0;  // of the decoded code: code_version_of(engine, space) when it was read
};

inline vmp_riscv64_state *state_of(vmp_vcpu *vcpu) {
  return reinterpret_cast<vmp_riscv64_state *>(reinterpret_cast<uint8_t *>(vcpu) + VMP_VCPU_STATE_OFFSET);
}

// Both counters only grow, so an equal sum means that neither moved.
inline uint64_t code_version_of(const Engine *engine, const vmp_address_space *space) {
  return space->code_generation.load(std::memory_order_acquire) + engine->invalidations.load(std::memory_order_acquire);
}

// Drops decoded code that is stale or of another address space.
void refresh_code(Context &context, const vmp_address_space *space);

// Runs from the state's pc until an exit, which it describes in vcpu->exit. limit: the value of vcpu->instructions at
// which to leave. Requires a context whose code is fresh, and a pc that is even.
void execute(Context &context, vmp_vcpu *vcpu, uint64_t limit);

}  // namespace vmp::riscv
