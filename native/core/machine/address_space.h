// One guest process's memory: an arena of reserved host addresses into which pages of the machine's memory file are
// mapped. The host's mappings are the guest's protection.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "core/machine/area_count.h"
#include "core/machine/area_table.h"
#include "core/machine/guest_memory.h"

namespace vmp {

class AddressSpace {
 public:
  // size: bytes, a page multiple, at most 2^47. Refused when the host has no such run of addresses.
  static vmp_status create(vmp_machine *machine, std::shared_ptr<GuestMemory> memory, uint64_t id, uint64_t size,
                           std::unique_ptr<AddressSpace> &space, vmp_error *error);
  ~AddressSpace();
  AddressSpace(const AddressSpace &) = delete;
  AddressSpace &operator=(const AddressSpace &) = delete;

  static AddressSpace &from(vmp_address_space *layout) { return *reinterpret_cast<AddressSpace *>(layout); }
  vmp_address_space *layout() { return &layout_; }

  // As the entries of vmp.memory/1 with these names. [any]
  vmp_status map(uint64_t address, uint64_t size, uint32_t protection, uint64_t tag, vmp_error *error);
  vmp_status unmap(uint64_t address, uint64_t size, vmp_error *error);
  vmp_status protect(uint64_t address, uint64_t size, uint32_t protection, vmp_error *error);
  vmp_status find(uint64_t address, vmp_area *area);
  uint64_t read(uint64_t address, void *to, uint64_t size);
  uint64_t write(uint64_t address, const void *from, uint64_t size);
  vmp_status read_string(uint64_t address, char *to, uint64_t capacity, uint64_t *length);
  vmp_status populate(uint64_t address, const void *from, uint64_t size, vmp_error *error);
  void invalidate_code();

  // The arena and its guard pages, for a FaultGuard.
  const void *guard_begin() const { return reservation_; }
  size_t guard_size() const { return reservation_size_; }

 private:
  AddressSpace(vmp_machine *machine, std::shared_ptr<GuestMemory> memory, uint64_t id, void *reservation,
               size_t reservation_size, uint64_t size);
  bool valid_range(uint64_t address, uint64_t size, vmp_error *error) const;
  void release(const AreaTable::Areas &areas);
  void release(const std::vector<Extent> &extents);
  // `fresh` is the memory that was allocated, also when the caller must give it back.
  vmp_status reservations_to_memory(uint64_t address, uint64_t size, std::vector<Extent> &fresh, vmp_error *error);
  // Makes the host's mappings of the range what the table says.
  bool apply(uint64_t address, uint64_t size);
  vmp_status out_of_memory(uint64_t size, vmp_error *error) const;

  vmp_address_space layout_;  // first: `from` relies on it
  std::shared_ptr<GuestMemory> memory_;
  void *reservation_;
  size_t reservation_size_;
  std::mutex mutex_;
  AreaTable areas_;
  AreaCount area_count_;
};

}  // namespace vmp
