#include "core/machine/user_mode/user_space.h"

#include <algorithm>

#include "core/error.h"
#include "core/machine/address_space.h"

namespace vmp {

std::unique_ptr<UserSpace> UserSpace::create(const Backend &backend, UserTraits &traits, AddressSpace &space,
                                             vmp_error *error) {
  if (space.layout()->size > SystemArea::base) {
    fail(error, VMP_ERROR_INVALID_ARGUMENT, "VMP_MACHINE_FAILED", "the address space is larger than 256 GiB");
    return nullptr;
  }
  auto area = SystemArea::create();
  if (area == nullptr) {
    fail(error, VMP_ERROR_OUT_OF_MEMORY, "VMP_MACHINE_FAILED", "no memory for page tables");
    return nullptr;
  }
  if (traits.call_ring.load() == UserTraits::zero) area->forbid_stub();
  void *vm = nullptr;
  if (backend.vtable->vm_create(backend.self, &vm, error) != VMP_OK) return nullptr;
  std::unique_ptr<UserSpace> created(new UserSpace(backend, traits, *space.layout(), vm, std::move(area)));
  const vmp_status status = backend.vtable->memory_map(backend.self, vm, SystemArea::base, created->area().memory(),
                                                       SystemArea::size, 0, error);
  if (status != VMP_OK) return nullptr;
  // Before there is a virtual CPU, for which a hypervisor has to wait when it takes a slot.
  for (const uint64_t part : space.used_parts(part_size)) {
    if (created->cover(part * part_size, error) != VMP_OK) return nullptr;
  }
  return created;
}

UserSpace::~UserSpace() { backend_.vtable->vm_destroy(backend_.self, vm_); }

bool UserSpace::is_covered(uint64_t address) {
  std::lock_guard lock(mutex_);
  return address < size_ && covered_[address / part_size];
}

vmp_status UserSpace::cover(uint64_t address, vmp_error *error) {
  if (address >= size_)
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "RANGE", "the address lies outside of the space");
  std::lock_guard lock(mutex_);
  const uint64_t part = address / part_size;
  if (covered_[part]) return VMP_OK;
  const uint64_t start = part * part_size;
  const uint64_t bytes = std::min(part_size, size_ - start);
  const vmp_status status = backend_.vtable->memory_map(backend_.self, vm_, start, base_ + start, bytes, 0, error);
  if (status != VMP_OK) return status;
  // After the slot: what the tables show must be there.
  area_->cover(start, bytes);
  covered_[part] = true;
  return VMP_OK;
}

uint32_t UserSpace::take_index() {
  std::lock_guard lock(mutex_);
  if (indices_.none()) area_->restore();  // another program's turn: nothing of the last one's stays
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
