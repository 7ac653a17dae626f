/* The contract `arch.simulator`: runs the instructions of one guest architecture. */
#ifndef VM_PLUGIN_ARCH_SIMULATOR_H
#define VM_PLUGIN_ARCH_SIMULATOR_H

#include "vcpu.h"

#ifdef __cplusplus
extern "C" {
#endif

#define VMP_ARCH_SIMULATOR_POINT "arch.simulator"

typedef struct vmp_arch_simulator_capabilities {
  uint32_t struct_size;
  uint32_t architecture; /* VMP_ARCHITECTURE_* */
  uint32_t state_size;   /* bytes of the architecture's state layout that it uses */
  uint32_t address_bits; /* the largest arena that it can address */
  uint64_t hwcap;        /* as Linux gives a process in AT_HWCAP and AT_HWCAP2 */
  uint64_t hwcap2;
  vmp_string isa; /* "rv64imafdc_zicsr_..." */
  vmp_system_call_abi system_call;
} vmp_arch_simulator_capabilities;

typedef struct vmp_arch_simulator {
  uint32_t struct_size;
  uint32_t reserved;
  /* [control] Optional. Before the first run; may set vcpu->engine_data. */
  vmp_status (*vcpu_attach)(void *self, vmp_vcpu *vcpu, vmp_error *error);
  /* [control] Optional. After the last run. */
  void (*vcpu_detach)(void *self, vmp_vcpu *vcpu);
  /* [vcpu] Runs until an exit and describes it in vcpu->exit. budget: instructions to retire at most, roughly (all ones: no
   * bound). A guest access goes straight to space->base after the bounds check. When the host faults there, the core
   * leaves this function by siglongjmp and completes the exit as MEMORY_FAULT with vcpu's state as it stands: so the
   * engine keeps pc and the registers exact in the state before each access, and holds no lock and no object with a
   * destructor across one. */
  void (*run)(void *self, vmp_vcpu *vcpu, uint64_t budget);
  /* [any] Optional. Decoded or translated code of the range is stale. */
  void (*invalidate)(void *self, vmp_address_space *space, uint64_t address, uint64_t size);
} vmp_arch_simulator;

#ifdef __cplusplus
}
#endif
#endif
