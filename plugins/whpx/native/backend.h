// What all virtual machines of one instance share: the platform's calls and what it offers.
#pragma once
#include <vm_plugin.h>
#include <vm_plugin/accel_virtualization.h>
#include <vm_plugin/hypervisor.h>

#include <cstdint>
#include <vector>

namespace vmp::whpx {

struct Backend {
  const vmp_hypervisor_service *calls;
  std::vector<vmp_identity_leaf> leaves;
  bool has_exception_exits;
  vmp_virtualization host;
};

// [control] NULL with `error` filled: UNSUPPORTED, OUT_OF_MEMORY.
Backend *open_backend(const vmp_hypervisor_service *calls, vmp_error *error);

// A partition of which virtual CPUs can be made: NULL with *result an HRESULT.
void *create_partition(const vmp_hypervisor_service &calls, uint32_t vcpus, bool has_exception_exits, int32_t *result);

// Fills `error`. code: stable; result: an HRESULT.
vmp_status fail(vmp_error *error, vmp_status status, const char *code, const char *message);
vmp_status fail_call(vmp_error *error, const char *call, int32_t result);

}  // namespace vmp::whpx
