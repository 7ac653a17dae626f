// The plugin's entry: the provider of accel.virtualization for this processor.
#include <algorithm>
#include <cstring>
#include <vector>

#include "processor.h"

namespace {

using vmp::hvf::Backend;
using vmp::hvf::fail;
using vmp::hvf::VirtualCpu;
using vmp::hvf::VirtualMachine;

Backend &backend_of(void *self) { return *static_cast<Backend *>(self); }
VirtualMachine &machine_of(void *vm) { return *static_cast<VirtualMachine *>(vm); }

vmp_status describe(void *self, vmp_virtualization *host, vmp_error *) {
  *host = backend_of(self).host;
  return VMP_OK;
}

vmp_status vm_create(void *self, void **vm, vmp_error *error) {
  VirtualMachine *created = VirtualMachine::create(backend_of(self), error);
  if (created == nullptr) return error != nullptr ? error->status : VMP_ERROR_UNSUPPORTED;
  *vm = created;
  return VMP_OK;
}

void vm_destroy(void *, void *vm) { delete &machine_of(vm); }

vmp_status memory_map(void *, void *vm, uint64_t address, void *memory, uint64_t size, uint32_t flags,
                      vmp_error *error) {
  return machine_of(vm).map(address, memory, size, flags, error);
}

vmp_status memory_unmap(void *, void *vm, uint64_t address, vmp_error *error) {
  return machine_of(vm).unmap(address, error);
}

vmp_status memory_dirty(void *, void *vm, uint64_t address, uint64_t *bits, uint64_t words, vmp_error *error) {
  return machine_of(vm).dirty(address, bits, words, error);
}

vmp_status identity(void *self, vmp_identity_leaf *leaves, uint32_t *count, vmp_error *error) {
  const std::vector<vmp_identity_leaf> &all = backend_of(self).leaves;
  const uint32_t capacity = *count;
  *count = static_cast<uint32_t>(all.size());
  if (capacity < all.size()) return fail(error, VMP_ERROR_TOO_SMALL, "TOO_SMALL", "there are more leaves");
  std::copy(all.begin(), all.end(), leaves);
  return VMP_OK;
}

vmp_status vcpu_create(void *, void *vm, vmp_vcpu *vcpu, const vmp_identity *identity, vmp_error *error) {
  if (VirtualCpu::create(machine_of(vm), vcpu, *identity, error) != nullptr) return VMP_OK;
  return error != nullptr ? error->status : VMP_ERROR_UNSUPPORTED;
}

void vcpu_destroy(void *, vmp_vcpu *vcpu) { delete &VirtualCpu::of(vcpu); }

vmp_status vcpu_read(void *, vmp_vcpu *vcpu, uint32_t classes, vmp_error *error) {
  return VirtualCpu::of(vcpu).read(classes, error);
}

vmp_status vcpu_write(void *, vmp_vcpu *vcpu, uint32_t classes, vmp_error *error) {
  return VirtualCpu::of(vcpu).write(classes, error);
}

vmp_status vcpu_interrupt(void *, vmp_vcpu *vcpu, uint32_t vector, vmp_error *error) {
  return VirtualCpu::of(vcpu).interrupt(vector, error);
}

void run(void *, vmp_vcpu *vcpu, uint32_t flags) { VirtualCpu::of(vcpu).run(flags); }
void kick(void *, vmp_vcpu *vcpu) { VirtualCpu::of(vcpu).kick(); }

constexpr vmp_accel_virtualization virtualization = {.struct_size = sizeof(vmp_accel_virtualization),
                                                     .reserved = 0,
                                                     .describe = describe,
                                                     .vm_create = vm_create,
                                                     .vm_destroy = vm_destroy,
                                                     .memory_map = memory_map,
                                                     .memory_unmap = memory_unmap,
                                                     .memory_dirty = memory_dirty,
                                                     .device_create = nullptr,
                                                     .line_set = nullptr,
                                                     .line_event = nullptr,
                                                     .io_event = nullptr,
                                                     .identity = identity,
                                                     .vcpu_create = vcpu_create,
                                                     .vcpu_destroy = vcpu_destroy,
                                                     .vcpu_read = vcpu_read,
                                                     .vcpu_write = vcpu_write,
                                                     .vcpu_interrupt = vcpu_interrupt,
                                                     .run = run,
                                                     .kick = kick};

vmp_status create(const vmp_create_info *info, void **self, vmp_error *error) {
  const void *service = info->host->service(info->host, VMP_HYPERVISOR_SERVICE);
  Backend *backend = vmp::hvf::open_backend(static_cast<const vmp_hypervisor_service *>(service), error);
  if (backend == nullptr) return error != nullptr ? error->status : VMP_ERROR_UNSUPPORTED;
  *self = backend;
  return VMP_OK;
}

void destroy(void *self) { delete &backend_of(self); }

constexpr vmp_provider provider = {.struct_size = sizeof(vmp_provider),
                                   .contract_major = 1,
                                   .contract_minor = 0,
                                   .vtable = &virtualization,
                                   .capabilities = &vmp::hvf::capabilities,
                                   .create = create,
                                   .attach = nullptr,
                                   .destroy = destroy,
                                   .validate_configuration = nullptr};

const vmp_provider *get(const char *point, const char *name, uint16_t) {
  const bool known =
      std::strcmp(point, VMP_ACCEL_VIRTUALIZATION_POINT) == 0 && std::strcmp(name, vmp::hvf::provider_name) == 0;
  return known ? &provider : nullptr;
}

}  // namespace

extern "C" VMP_EXPORT const vmp_entry vm_plugin_entry = {.struct_size = sizeof(vmp_entry),
                                                         .abi_major = VMP_ABI_MAJOR,
                                                         .abi_minor = VMP_ABI_MINOR,
                                                         .abi_minor_lowest = 0,
                                                         .reserved = {},
                                                         .init = nullptr,
                                                         .deinit = nullptr,
                                                         .get = get};
