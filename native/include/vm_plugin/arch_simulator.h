/* The contract `arch.simulator`: runs the instructions of one guest architecture. */
/* Generated from the contract in src/contracts/arch-simulator.ts by `npm run generate`. Do not edit. */
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
  /* [vcpu] Runs until an exit and describes it in vcpu->exit. budget: instructions to retire at most, roughly (all
   * ones: no bound). A guest access goes straight to space->base after the bounds check. When the host faults there,
   * the core leaves this function by siglongjmp and completes the exit as MEMORY_FAULT with vcpu's state as it stands:
   * so the engine keeps pc and the registers exact in the state before each access, and holds no lock and no object
   * with a destructor across one. When vcpu->exit comes in as a MEMORY_FAULT with VMP_EXIT_FLAG_DESCRIBE, run executes
   * nothing: it clears the flag and turns the exit into MMIO for the load or store at pc, or leaves it a MEMORY_FAULT
   * when the instruction is no access that a device can serve. The run after an MMIO or PORT_IO exit first completes
   * that instruction (a read with exit.u.io.data, pc moves behind it), then goes on. */
  void (*run)(void *self, vmp_vcpu *vcpu, uint64_t budget);
  /* [any] Optional. Decoded or translated code of the range is stale. */
  void (*invalidate)(void *self, vmp_address_space *space, uint64_t address, uint64_t size);
} vmp_arch_simulator;

/* What every compiler must agree on. */
VMP_STATIC_ASSERT(offsetof(vmp_arch_simulator_capabilities, struct_size) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_arch_simulator_capabilities, architecture) == 4, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_arch_simulator_capabilities, state_size) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_arch_simulator_capabilities, address_bits) == 12, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_arch_simulator_capabilities, hwcap) == 16, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_arch_simulator_capabilities, hwcap2) == 24, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_arch_simulator_capabilities, isa) == 32, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_arch_simulator_capabilities, system_call) == 48, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_arch_simulator_capabilities) == 80, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_arch_simulator, vcpu_attach) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_arch_simulator, vcpu_detach) == 16, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_arch_simulator, run) == 24, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_arch_simulator, invalidate) == 32, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_arch_simulator) == 40, "fixed size");

#ifdef __cplusplus
}
#endif
#endif
