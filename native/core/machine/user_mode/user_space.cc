#include "core/machine/user_mode/user_space.h"

#include <algorithm>

#include "core/error.h"

namespace vmp {

std::unique_ptr<UserSpace> UserSpace::create(const Backend &backend, vmp_address_space *space, vmp_error *error) {
  if (space->size > SystemArea::base) {
    fail(error, VMP_ERROR_INVALID_ARGUMENT, "VMP_MACHINE_FAILED", "the address space is larger than 256 GiB");
    return nullptr;
  }
  auto area = SystemArea::create();
  if (area == nullptr) {
    fail(error, VMP_ERROR_OUT_OF_MEMORY, "VMP_MACHINE_FAILED", "no memory for page tables");
    return nullptr;
  }
  void *vm = nullptr;
  if (backend.vtable->vm_create(backend.self, &vm, error) != VMP_OK) return nullptr;
  std::unique_ptr<UserSpace> created(new UserSpace(backend, space, vm, std::move(area)));
  const vmp_status status = backend.vtable->memory_map(backend.self, vm, SystemArea::base, created->area().memory(),
                                                       SystemArea::size, 0, error);
  return status == VMP_OK ? std::move(created) : nullptr;
}

UserSpace::~UserSpace() { backend_.vtable->vm_destroy(backend_.self, vm_); }

bool UserSpace::is_covered(uint64_t address) {
  std::lock_guard lock(mutex_);
  return address < space_->size && covered_[address / part_size];
}

vmp_status UserSpace::cover(uint64_t address, vmp_error *error) {
  if (address >= space_->size)
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "RANGE", "the address lies outside of the space");
  std::lock_guard lock(mutex_);
  const uint64_t part = address / part_size;
  if (covered_[part]) return VMP_OK;
  const uint64_t start = part * part_size;
  const uint64_t bytes = std::min(part_size, space_->size - start);
  const vmp_status status =
      backend_.vtable->memory_map(backend_.self, vm_, start, space_->base + start, bytes, 0, error);
  if (status != VMP_OK) return status;
  // After the slot: what the tables show must be there.
  area_->cover(start, bytes);
  covered_[part] = true;
  return VMP_OK;
}

uint32_t UserSpace::take_index() {
  std::lock_guard lock(mutex_);
  uint32_t index = 0;
  while (index < SystemArea::largest_vcpus && indices_[index]) ++index;
  if (index < SystemArea::largest_vcpus) indices_[index] = true;
  return index;
}

void UserSpace::give_index(uint32_t index) {
  std::lock_guard lock(mutex_);
  indices_[index] = false;
}

}  // namespace vmp
