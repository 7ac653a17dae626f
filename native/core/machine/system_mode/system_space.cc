#include "core/machine/system_mode/system_space.h"

#include "core/error.h"
#include "core/machine/address_space.h"

namespace vmp {
namespace {

vmp_status lacking(const char *what, vmp_error *error) {
  return fail(error, VMP_ERROR_UNSUPPORTED, "HARDWARE_MISSING",
              std::string("this host's virtualization has no ") + what);
}

}  // namespace

std::unique_ptr<SystemSpace> SystemSpace::create(const Backend &backend, AddressSpace &space, vmp_error *error) {
  void *vm = nullptr;
  if (backend.vtable->vm_create(backend.self, &vm, error) != VMP_OK) return nullptr;
  std::unique_ptr<SystemSpace> created(new SystemSpace(backend, space, vm));
  return created->update(error) == VMP_OK ? std::move(created) : nullptr;
}

SystemSpace::~SystemSpace() { backend_.vtable->vm_destroy(backend_.self, vm_); }

vmp_status SystemSpace::update(vmp_error *error) {
  std::lock_guard lock(mutex_);
  const std::map<uint64_t, uint64_t> wanted = space_.mapped_runs();
  for (auto slot = slots_.begin(); slot != slots_.end();) {
    const auto kept = wanted.find(slot->first);
    if (kept != wanted.end() && kept->second == slot->second) {
      ++slot;
      continue;
    }
    if (const vmp_status status = backend_.vtable->memory_unmap(backend_.self, vm_, slot->first, error);
        status != VMP_OK)
      return status;
    slot = slots_.erase(slot);
  }
  uint8_t *base = space_.layout()->base;
  for (const auto &[address, size] : wanted) {
    if (slots_.count(address) != 0) continue;
    const vmp_status status = backend_.vtable->memory_map(backend_.self, vm_, address, base + address, size, 0, error);
    if (status != VMP_OK) return status;
    slots_.emplace(address, size);
  }
  return VMP_OK;
}

vmp_status SystemSpace::create_device(uint32_t device, vmp_error *error) {
  if (!VMP_HAS(backend_.vtable, vmp_accel_virtualization, device_create)) return lacking("devices", error);
  return backend_.vtable->device_create(backend_.self, vm_, device, error);
}

vmp_status SystemSpace::set_line(uint32_t line, uint32_t level, vmp_error *error) {
  if (!VMP_HAS(backend_.vtable, vmp_accel_virtualization, line_set)) return lacking("interrupt lines", error);
  return backend_.vtable->line_set(backend_.self, vm_, line, level, error);
}

}  // namespace vmp
