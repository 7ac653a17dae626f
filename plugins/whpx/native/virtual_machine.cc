#include "virtual_machine.h"

#include <cstdio>
#include <iterator>

namespace vmp::whpx {

VirtualMachine *VirtualMachine::create(Backend &backend, vmp_error *error) {
  int32_t result = 0;
  void *partition = create_partition(*backend.calls, backend.host.largest_vcpus, backend.has_exception_exits, &result);
  if (partition == nullptr) {
    fail_call(error, "WHvSetupPartition", result);
    return nullptr;
  }
  return new VirtualMachine(backend, partition);
}

VirtualMachine::~VirtualMachine() { backend_.calls->whpx_delete_partition(partition_); }

uint32_t VirtualMachine::take_index() {
  std::unique_lock lock(mutex_);
  uint32_t index = 0;
  while (index < backend_.host.largest_vcpus && indices_.count(index) != 0) ++index;
  if (index < backend_.host.largest_vcpus) indices_.insert(index);
  return index;
}

void VirtualMachine::give_index(uint32_t index) {
  std::unique_lock lock(mutex_);
  indices_.erase(index);
}

vmp_status VirtualMachine::map(uint64_t address, void *memory, uint64_t size, uint32_t flags, vmp_error *error) {
  const bool is_inside =
      size != 0 && address + size > address && address + size <= uint64_t{1} << backend_.host.physical_bits;
  const bool is_aligned = ((address | size | reinterpret_cast<uintptr_t>(memory)) & (VMP_PAGE_SIZE - 1)) == 0;
  if (!is_inside || !is_aligned || (flags & ~uint32_t{VMP_SLOT_READ_ONLY | VMP_SLOT_LOG_DIRTY}) != 0) {
    char message[120];
    std::snprintf(message, sizeof message, "a slot of 0x%llx bytes at 0x%llx, flags %u",
                  static_cast<unsigned long long>(size), static_cast<unsigned long long>(address), flags);
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "SLOT_INVALID", message);
  }
  if ((flags & VMP_SLOT_LOG_DIRTY) != 0 && (backend_.host.features & VMP_VIRTUALIZATION_DIRTY_LOG) == 0)
    return fail(error, VMP_ERROR_UNSUPPORTED, "WHPX_TOO_OLD", "this Windows does not track dirty pages");
  std::unique_lock lock(mutex_);
  const auto next = slots_.lower_bound(address);
  const bool overlaps = (next != slots_.end() && next->first < address + size) ||
                        (next != slots_.begin() && std::prev(next)->first + std::prev(next)->second.size > address);
  if (overlaps) return fail(error, VMP_ERROR_INVALID_ARGUMENT, "SLOT_OVERLAPS", "another slot is there");
  const int32_t result = backend_.calls->whpx_map_gpa_range(partition_, memory, address, size, flags);
  if (result < 0) return fail_call(error, "WHvMapGpaRange", result);
  slots_.emplace(address, Slot{static_cast<uint8_t *>(memory), size, flags, {}});
  return VMP_OK;
}

vmp_status VirtualMachine::unmap(uint64_t address, vmp_error *error) {
  std::unique_lock lock(mutex_);
  const auto slot = slots_.find(address);
  if (slot == slots_.end()) return fail(error, VMP_ERROR_NOT_FOUND, "SLOT_UNKNOWN", "no slot begins there");
  const int32_t result = backend_.calls->whpx_unmap_gpa_range(partition_, address, slot->second.size);
  if (result < 0) return fail_call(error, "WHvUnmapGpaRange", result);
  slots_.erase(slot);
  return VMP_OK;
}

vmp_status VirtualMachine::dirty(uint64_t address, uint64_t *bits, uint64_t words, vmp_error *error) {
  std::unique_lock lock(mutex_);
  const auto slot = slots_.find(address);
  if (slot == slots_.end()) return fail(error, VMP_ERROR_NOT_FOUND, "SLOT_UNKNOWN", "no slot begins there");
  if ((slot->second.flags & VMP_SLOT_LOG_DIRTY) == 0)
    return fail(error, VMP_ERROR_UNSUPPORTED, "SLOT_NOT_LOGGED", "the slot was mapped without VMP_SLOT_LOG_DIRTY");
  const uint64_t needed = (slot->second.size / VMP_PAGE_SIZE + 63) / 64;
  if (words < needed) return fail(error, VMP_ERROR_INVALID_ARGUMENT, "TOO_SMALL", "a bit for each page is needed");
  const int32_t result = backend_.calls->whpx_query_dirty(partition_, address, slot->second.size, bits,
                                                          static_cast<uint32_t>(needed * sizeof(uint64_t)));
  if (result < 0) return fail_call(error, "WHvQueryGpaRangeDirtyBitmap", result);
  for (const uint64_t page : slot->second.written) bits[page / 64] |= uint64_t{1} << page % 64;
  slot->second.written.clear();
  return VMP_OK;
}

// With the lock held.
VirtualMachine::Slot *VirtualMachine::find(uint64_t address, uint64_t size, uint64_t &offset) {
  auto slot = slots_.upper_bound(address);
  if (slot == slots_.begin()) return nullptr;
  --slot;
  offset = address - slot->first;
  return offset < slot->second.size && size <= slot->second.size - offset ? &slot->second : nullptr;
}

int32_t VirtualMachine::read(uint64_t address, void *to, uint64_t size) {
  std::shared_lock lock(mutex_);
  uint64_t offset = 0;
  const Slot *slot = find(address, size, offset);
  return slot == nullptr ? 1 : backend_.calls->copy_memory(to, slot->memory + offset, size);
}

int32_t VirtualMachine::write(uint64_t address, const void *from, uint64_t size) {
  std::unique_lock lock(mutex_);
  uint64_t offset = 0;
  Slot *slot = find(address, size, offset);
  if (slot == nullptr || (slot->flags & VMP_SLOT_READ_ONLY) != 0) return 1;
  const int32_t result = backend_.calls->copy_memory(slot->memory + offset, from, size);
  if (result == 0 && (slot->flags & VMP_SLOT_LOG_DIRTY) != 0) slot->written.insert(offset / VMP_PAGE_SIZE);
  return result;
}

bool VirtualMachine::allows(uint64_t address, uint32_t access) {
  std::shared_lock lock(mutex_);
  uint64_t offset = 0;
  const Slot *slot = find(address, 1, offset);
  return slot != nullptr && (access != VMP_PROTECTION_WRITE || (slot->flags & VMP_SLOT_READ_ONLY) == 0);
}

int32_t VirtualMachine::begin_stepping() {
  std::lock_guard lock(stepping_mutex_);
  if (steppers_++ != 0) return 0;
  constexpr uint64_t debug_exception = 1u << 1;
  const int32_t result = backend_.calls->whpx_set_property(partition_, VMP_WHPX_PROPERTY_EXCEPTION_EXIT_BITMAP,
                                                           &debug_exception, sizeof debug_exception);
  if (result < 0) steppers_ = 0;
  return result;
}

void VirtualMachine::end_stepping() {
  std::lock_guard lock(stepping_mutex_);
  if (--steppers_ != 0) return;
  constexpr uint64_t none = 0;
  backend_.calls->whpx_set_property(partition_, VMP_WHPX_PROPERTY_EXCEPTION_EXIT_BITMAP, &none, sizeof none);
}

}  // namespace vmp::whpx
