// What all virtual machines of one instance share: /dev/kvm and what it offers.
#pragma once
#include <vm_plugin.h>
#include <vm_plugin/accel_virtualization.h>
#include <vm_plugin/hypervisor.h>

#include <cstdint>

#include "identity.h"

namespace vmp::kvm {

struct Backend {
  const vmp_hypervisor_service *calls;
  int kvm;
  uint64_t run_area_size;  // of each virtual CPU's kvm_run
  vmp_virtualization host;
  vmp_error refusal;  // why there is nothing on this host: UNSUPPORTED, DENIED; its status is VMP_OK where there is
  const Identity *identity;
};

// [control] Always one: `refusal` says whether it can be used.
Backend *open_backend(const vmp_hypervisor_service *calls);
void close_backend(Backend *backend);

// The backend's refusal, into `error`.
vmp_status refuse(const Backend &backend, vmp_error *error);

// Fills `error`. code: stable; result: minus an errno.
vmp_status fail(vmp_error *error, vmp_status status, const char *code, const char *message);
vmp_status fail_call(vmp_error *error, const char *call, int32_t result);

}  // namespace vmp::kvm
