// What all virtual machines of one instance share: the framework's calls and what it offers.
#pragma once
#include <vm_plugin.h>
#include <vm_plugin/accel_virtualization.h>
#include <vm_plugin/hypervisor.h>

#include <cstdint>
#include <vector>

namespace vmp::hvf {

struct Backend {
  const vmp_hypervisor_service *calls;
  std::vector<vmp_identity_leaf> leaves;  // x86-64
  uint64_t page_size;                     // of the host: the grain of slots
  vmp_virtualization host;
};

// [control] NULL with `error` filled: UNSUPPORTED, DENIED.
Backend *open_backend(const vmp_hypervisor_service *calls, vmp_error *error);

// Fills `error`. code: stable; result: an hv_return_t.
vmp_status fail(vmp_error *error, vmp_status status, const char *code, const char *message);
vmp_status fail_call(vmp_error *error, const char *call, int32_t result);

}  // namespace vmp::hvf
