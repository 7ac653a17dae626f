/* The hypervisors of the host's kernel, as they are: the service `vmp.hypervisor/1`. */
/* Generated from the contract in src/contracts/hypervisor.ts by `npm run generate`. Do not edit. */
#ifndef VM_PLUGIN_HYPERVISOR_H
#define VM_PLUGIN_HYPERVISOR_H

#include "accel_virtualization.h"

#ifdef __cplusplus
extern "C" {
#endif

#define VMP_HYPERVISOR_SERVICE "vmp.hypervisor/1"

/* All [any]. All optional. Entries of another system than the host's are NULL. Those of KVM are its calls of the same
 * names (Linux, Documentation/virt/kvm/api.rst): descriptors are the caller's, 0 or more is success, else minus an
 * errno. */
typedef struct vmp_hypervisor_service {
  uint32_t struct_size;
  uint32_t reserved;
  /* /dev/kvm, of API version 12. */
  int32_t (*kvm_open)(void);
  /* Of the system or of one virtual machine. */
  int32_t (*kvm_check_extension)(int32_t system, uint32_t extension);
  int32_t (*kvm_get_vcpu_mmap_size)(int32_t system);
  /* *count comes in as the capacity; -E2BIG when it is too small. */
  int32_t (*kvm_get_supported_cpuid)(int32_t system, vmp_identity_leaf *leaves, uint32_t *count);
  int32_t (*kvm_create_vm)(int32_t system);
  /* flags: VMP_SLOT_*. A size of 0 removes the slot. */
  int32_t (*kvm_set_user_memory_region)(int32_t vm, uint32_t slot, uint32_t flags, uint64_t address, uint64_t size,
                                        void *memory);
  int32_t (*kvm_get_dirty_log)(int32_t vm, uint32_t slot, uint64_t *bits);
  int32_t (*kvm_create_irqchip)(int32_t vm);
  int32_t (*kvm_create_pit)(int32_t vm);
  int32_t (*kvm_irq_line)(int32_t vm, uint32_t line, uint32_t level);
  int32_t (*kvm_irqfd)(int32_t vm, uint32_t line, int32_t descriptor, uint32_t on);
  int32_t (*kvm_ioeventfd)(int32_t vm, uint64_t address, uint32_t size, uint32_t is_port, int32_t descriptor,
                           uint32_t on);
  int32_t (*kvm_create_vcpu)(int32_t vm, uint32_t index);
  int32_t (*kvm_set_cpuid)(int32_t vcpu, const vmp_identity_leaf *leaves, uint32_t count);
  /* VMP_STATE_*, into the layout. */
  int32_t (*kvm_get_state)(int32_t vcpu, uint32_t classes, vmp_x86_64_state *state);
  int32_t (*kvm_set_state)(int32_t vcpu, uint32_t classes, const vmp_x86_64_state *state);
  /* No exception or interrupt is about to be delivered any more. */
  int32_t (*kvm_clear_events)(int32_t vcpu);
  int32_t (*kvm_interrupt)(int32_t vcpu, uint32_t vector);
  /* step: 0 or 1. */
  int32_t (*kvm_set_guest_debug)(int32_t vcpu, uint32_t step);
  /* With the area of kvm_run as kvm_get_vcpu_mmap_size has it, mapped by the caller. */
  int32_t (*kvm_run)(int32_t vcpu);
} vmp_hypervisor_service;

/* What every compiler must agree on. */
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_open) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_check_extension) == 16, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_get_vcpu_mmap_size) == 24, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_get_supported_cpuid) == 32, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_create_vm) == 40, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_set_user_memory_region) == 48, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_get_dirty_log) == 56, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_create_irqchip) == 64, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_create_pit) == 72, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_irq_line) == 80, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_irqfd) == 88, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_ioeventfd) == 96, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_create_vcpu) == 104, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_set_cpuid) == 112, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_get_state) == 120, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_set_state) == 128, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_clear_events) == 136, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_interrupt) == 144, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_set_guest_debug) == 152, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_run) == 160, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_hypervisor_service) == 168, "fixed size");

#ifdef __cplusplus
}
#endif
#endif
