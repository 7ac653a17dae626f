// The plugin's entry: the provider of accel.virtualization "whpx".
#include <algorithm>
#include <cstddef>
#include <cstring>
#include <vector>

#include "virtual_cpu.h"

namespace {

using vmp::whpx::Backend;
using vmp::whpx::fail;
using vmp::whpx::VirtualCpu;
using vmp::whpx::VirtualMachine;

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

constexpr uint16_t gpr_offset(unsigned number) {
  return static_cast<uint16_t>(offsetof(vmp_x86_64_state, gpr) + number * sizeof(uint64_t));
}

constexpr char isa[] = "x86-64";

// System V ABI, AMD64 supplement, section A.2.1: rax; rdi, rsi, rdx, r10, r8, r9.
constexpr vmp_accel_virtualization_capabilities capabilities = {
    .struct_size = sizeof(vmp_accel_virtualization_capabilities),
    .architecture = VMP_ARCHITECTURE_X86_64,
    .state_size = sizeof(vmp_x86_64_state),
    .address_bits = 38,
    .hwcap = 0,
    .hwcap2 = 0,
    .isa = {isa, sizeof isa - 1},
    .system_call = {.struct_size = sizeof(vmp_system_call_abi),
                    .architecture = VMP_ARCHITECTURE_X86_64,
                    .number = gpr_offset(0),
                    .result = gpr_offset(0),
                    .arguments = {gpr_offset(7), gpr_offset(6), gpr_offset(2), gpr_offset(10), gpr_offset(8),
                                  gpr_offset(9)},
                    .stack_pointer = gpr_offset(4),
                    .program_counter = offsetof(vmp_x86_64_state, rip),
                    .thread_pointer = offsetof(vmp_x86_64_state, fs),
                    .instruction_size = 2},
};

vmp_status create(const vmp_create_info *info, void **self, vmp_error *error) {
  const void *service = info->host->service(info->host, VMP_HYPERVISOR_SERVICE);
  Backend *backend = vmp::whpx::open_backend(static_cast<const vmp_hypervisor_service *>(service), error);
  if (backend == nullptr) return error != nullptr ? error->status : VMP_ERROR_UNSUPPORTED;
  *self = backend;
  return VMP_OK;
}

void destroy(void *self) { delete &backend_of(self); }

constexpr vmp_provider provider = {.struct_size = sizeof(vmp_provider),
                                   .contract_major = 1,
                                   .contract_minor = 0,
                                   .vtable = &virtualization,
                                   .capabilities = &capabilities,
                                   .create = create,
                                   .attach = nullptr,
                                   .destroy = destroy,
                                   .validate_configuration = nullptr};

const vmp_provider *get(const char *point, const char *name, uint16_t) {
  const bool known = std::strcmp(point, VMP_ACCEL_VIRTUALIZATION_POINT) == 0 && std::strcmp(name, "whpx") == 0;
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
