// Hypervisor.framework's calls.
#include "hypervisor/hvf.h"

#ifdef __APPLE__
#include <cerrno>

namespace {

int32_t vm_destroy() { return vmp::hvf::answer(hv_vm_destroy()); }

// The kernel's copy answers where a plain one would fault.
int32_t copy_memory(void *to, const void *from, uint64_t size) {
  uint64_t copied = 0;
  const kern_return_t result = mach_vm_read_overwrite(mach_task_self(), reinterpret_cast<uintptr_t>(from), size,
                                                      reinterpret_cast<uintptr_t>(to), &copied);
  return result == 0 && copied == size ? 0 : -EFAULT;
}

vmp_hypervisor_service make_service() {
  vmp_hypervisor_service made{};
  made.struct_size = sizeof made;
  made.x86_emulate = vmp_x86_emulate;
  made.x86_identity = vmp_x86_identity;
  made.x86_cpuid = vmp_x86_cpuid;
  made.copy_memory = copy_memory;
  made.hvf_vm_destroy = vm_destroy;
  vmp::hvf::offer(made);
  return made;
}

}  // namespace

const vmp_hypervisor_service *vmp_hypervisor() {
  static const vmp_hypervisor_service service = make_service();
  return &service;
}
#endif
