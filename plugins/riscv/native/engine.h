// An instance of the interpreter, and what it keeps for each virtual CPU.
#pragma once
#include "code_cache.h"
#include "vm_plugin/arch_simulator.h"

namespace vmp::riscv {

struct Engine {
  const vmp_memory_service *memory;
  bool host_fused;  // the host's CPU has fused multiply-add
};

// vmp_vcpu.engine_data. Only the virtual CPU's thread touches it between attach and detach.
struct Context {
  explicit Context(Engine *owner) : engine(owner) {}

  Engine *engine;
  CodeCache cache;
  // What the decoded code was read under; other values now make it stale.
  uint64_t space_id = 0;
  uint64_t code_generation = 0;
};

inline vmp_riscv64_state *state_of(vmp_vcpu *vcpu) {
  return reinterpret_cast<vmp_riscv64_state *>(reinterpret_cast<uint8_t *>(vcpu) + VMP_VCPU_STATE_OFFSET);
}

// Whether the guest's code may have changed since it was decoded. Cheap enough for every jump to another page.
inline bool is_stale(const Context &context, const vmp_address_space *space) {
  return space->code_generation.load(std::memory_order_acquire) != context.code_generation;
}

// Drops decoded code that is stale or of another address space.
void refresh_code(Context &context, const vmp_address_space *space);

// Runs from the state's pc until an exit, which it describes in vcpu->exit. limit: the value of vcpu->instructions at
// which to leave. Requires a context whose code is fresh, and a pc that is even.
void execute(Context &context, vmp_vcpu *vcpu, uint64_t limit);

}  // namespace vmp::riscv
