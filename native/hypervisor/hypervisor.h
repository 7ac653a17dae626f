/* The service `vmp.hypervisor/1`, which the core hands to plugins. */
#ifndef VMP_HYPERVISOR_HYPERVISOR_H
#define VMP_HYPERVISOR_HYPERVISOR_H

#include "vm_plugin/hypervisor.h"

#ifdef __cplusplus
extern "C" {
#endif

/* [any] Constant. */
const vmp_hypervisor_service *vmp_hypervisor(void);

/* Between KVM's structures and the shared layout. [any] 0 or minus an errno. */
int32_t vmp_kvm_get_state(int32_t vcpu, uint32_t classes, vmp_x86_64_state *state);
int32_t vmp_kvm_set_state(int32_t vcpu, uint32_t classes, const vmp_x86_64_state *state);

/* The service's entries of these names. */
int32_t vmp_x86_emulate(vmp_x86_emulator *emulator, const vmp_x86_64_state *system, vmp_x86_64_state *general,
                        vmp_exit *exit);
int32_t vmp_x86_identity(vmp_identity_leaf *leaves, uint32_t *count);
int32_t vmp_x86_cpuid(const vmp_identity_leaf *leaves, uint32_t count, uint64_t cr4, vmp_x86_64_state *general);

#ifdef __cplusplus
}
#endif
#endif
