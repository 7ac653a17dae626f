#include "core/machine/address_space.h"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include "core/error.h"
#include "core/machine/fault_guard.h"

namespace vmp {
namespace {

// Wide enough that an access of any size which starts at the arena's last byte still faults inside it.
constexpr uint64_t guard_bytes = uint64_t{64} << 10;

int host_protection(uint32_t protection) {
  int host = PROT_NONE;
  // An engine fetches through the same mapping, so code is readable; nothing of the guest's is ever host code.
  if ((protection & (VMP_PROTECTION_READ | VMP_PROTECTION_EXECUTE)) != 0) host |= PROT_READ;
  if ((protection & VMP_PROTECTION_WRITE) != 0) host |= PROT_READ | PROT_WRITE;
  return host;
}

bool has_code(const AreaTable::Areas &areas) {
  return std::any_of(areas.begin(), areas.end(),
                     [](const auto &entry) { return (entry.second.protection & VMP_PROTECTION_EXECUTE) != 0; });
}

// Counts what there is at the end of an operation, however it ends.
struct Settling {
  AreaCount &count;
  const AreaTable &areas;
  ~Settling() { count.settle(areas.size()); }
};

vmp_status host_refused(vmp_error *error) {
  return fail(error, VMP_ERROR_OUT_OF_MEMORY, "VMP_MACHINE_FAILED",
              std::string("the host refuses the mapping: ") + std::strerror(errno));
}

}  // namespace

vmp_status AddressSpace::create(vmp_machine *machine, std::shared_ptr<GuestMemory> memory, uint64_t id, uint64_t size,
                                std::unique_ptr<AddressSpace> &space, vmp_error *error) {
  if (size == 0 || size % VMP_PAGE_SIZE != 0 || size > uint64_t{1} << 47) {
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "VMP_MACHINE_FAILED",
                "an address space of " + std::to_string(size) + " bytes: not a page multiple up to 2^47");
  }
  install_fault_handler();
  size_t reservation_size = size + 2 * guard_bytes;
  void *reservation = mmap(nullptr, reservation_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (reservation == MAP_FAILED) {
    return fail(error, VMP_ERROR_OUT_OF_MEMORY, "VMP_MACHINE_FAILED",
                "cannot reserve " + std::to_string(size) + " bytes of addresses: " + std::strerror(errno));
  }
  space.reset(new AddressSpace(machine, std::move(memory), id, reservation, reservation_size, size));
  return VMP_OK;
}

AddressSpace::AddressSpace(vmp_machine *machine, std::shared_ptr<GuestMemory> memory, uint64_t id, void *reservation,
                           size_t reservation_size, uint64_t size)
    : layout_{}, memory_(std::move(memory)), reservation_(reservation), reservation_size_(reservation_size) {
  layout_.struct_size = sizeof(layout_);
  layout_.kind = VMP_SPACE_ARENA;
  layout_.base = static_cast<uint8_t *>(reservation) + guard_bytes;
  layout_.size = size;
  layout_.machine = machine;
  layout_.id = id;
}

AddressSpace::~AddressSpace() {
  munmap(reservation_, reservation_size_);
  release(areas_.take(0, layout_.size));
}

bool AddressSpace::valid_range(uint64_t address, uint64_t size, vmp_error *error) const {
  if (size != 0 && size % VMP_PAGE_SIZE == 0 && address % VMP_PAGE_SIZE == 0 && size <= layout_.size &&
      address <= layout_.size - size) {
    return true;
  }
  fail(error, VMP_ERROR_INVALID_ARGUMENT, "RANGE",
       "address " + std::to_string(address) + ", size " + std::to_string(size) + ": not pages of the space");
  return false;
}

vmp_status AddressSpace::out_of_memory(uint64_t size, vmp_error *error) const {
  return fail(
      error, VMP_ERROR_OUT_OF_MEMORY, "VMP_GUEST_MEMORY",
      std::to_string(size) + " bytes more do not fit into the machine's " + std::to_string(memory_->layout().size));
}

void AddressSpace::release(const AreaTable::Areas &areas) {
  for (const auto &[address, area] : areas) {
    if (area.has_memory()) memory_->release({area.offset, area.size});
  }
}

void AddressSpace::release(const std::vector<Extent> &extents) {
  for (const Extent &extent : extents) memory_->release(extent);
}

bool AddressSpace::apply(uint64_t address, uint64_t size) {
  uint64_t end = address + size;
  uint64_t at = address;
  bool done = true;
  auto reserve = [&](uint64_t from, uint64_t to) {
    void *fixed =
        mmap(layout_.base + from, to - from, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
    done = done && fixed != MAP_FAILED;
  };
  for (auto next = areas_.ending_after(address); next != areas_.end() && next->first < end; ++next) {
    const auto &[start, area] = *next;
    uint64_t from = std::max(start, address);
    uint64_t to = std::min(start + area.size, end);
    if (at < from) reserve(at, from);
    if (!area.has_memory()) {
      reserve(from, to);
    } else {
      void *fixed =
          mmap(layout_.base + from, to - from, host_protection(area.protection), MAP_SHARED | MAP_NORESERVE | MAP_FIXED,
               memory_->descriptor(), static_cast<off_t>(area.offset + (from - start)));
      done = done && fixed != MAP_FAILED;
    }
    at = to;
  }
  if (at < end) reserve(at, end);
  return done;
}

vmp_status AddressSpace::map(uint64_t address, uint64_t size, uint32_t protection, uint64_t tag, vmp_error *error) {
  if (!valid_range(address, size, error)) return VMP_ERROR_INVALID_ARGUMENT;
  std::lock_guard lock(mutex_);
  std::vector<Extent> fresh;
  if (protection != 0) {
    fresh = memory_->allocate(size);
    if (fresh.empty()) return out_of_memory(size, error);
  }
  const Settling settling{area_count_, areas_};
  // One more than its own: the range may lie inside one area, of which both ends stay.
  if (!area_count_.claim(std::max<uint64_t>(fresh.size(), 1) + 1, error)) {
    release(fresh);
    return VMP_ERROR_OUT_OF_MEMORY;
  }
  const AreaTable::Areas saved = areas_.save(address, size);
  const AreaTable::Areas old = areas_.take(address, size);
  if (protection == 0) areas_.insert(address, {size, Area::no_memory, tag, 0});
  uint64_t at = address;
  for (const Extent &extent : fresh) {
    areas_.insert(at, {extent.size, extent.offset, tag, protection});
    at += extent.size;
  }
  if (!apply(address, size)) {
    vmp_status status = host_refused(error);
    areas_.restore(saved, address, size);
    apply(address, size);
    release(fresh);
    return status;
  }
  // Only now: a virtual CPU may have touched the old pages, and must not touch what is someone else's.
  release(old);
  if (has_code(old)) invalidate_code();
  return VMP_OK;
}

vmp_status AddressSpace::unmap(uint64_t address, uint64_t size, vmp_error *error) {
  if (!valid_range(address, size, error)) return VMP_ERROR_INVALID_ARGUMENT;
  std::lock_guard lock(mutex_);
  const Settling settling{area_count_, areas_};
  const auto around = areas_.holding(address);
  const bool inside_one =
      around != areas_.end() && around->first < address && around->first + around->second.size > address + size;
  if (inside_one && !area_count_.claim(1, error)) return VMP_ERROR_OUT_OF_MEMORY;
  void *fixed =
      mmap(layout_.base + address, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
  if (fixed == MAP_FAILED) {
    vmp_status status = host_refused(error);
    apply(address, size);
    return status;
  }
  const AreaTable::Areas old = areas_.take(address, size);
  release(old);
  if (has_code(old)) invalidate_code();
  return VMP_OK;
}

// Gives memory to the reservations of a range that is about to become accessible.
vmp_status AddressSpace::reservations_to_memory(uint64_t address, uint64_t size, std::vector<Extent> &fresh,
                                                vmp_error *error) {
  uint64_t wanted = 0;
  const auto last = areas_.from(address + size);
  for (auto area = areas_.from(address); area != last; ++area) {
    if (!area->second.has_memory()) wanted += area->second.size;
  }
  if (wanted == 0) return VMP_OK;
  fresh = memory_->allocate(wanted);
  if (fresh.empty()) return out_of_memory(wanted, error);
  if (!area_count_.claim(fresh.size() - 1, error)) return VMP_ERROR_OUT_OF_MEMORY;
  auto extents = fresh;
  auto extent = extents.begin();
  for (auto area = areas_.from(address); area != areas_.end() && area->first < address + size; ++area) {
    if (area->second.has_memory()) continue;
    if (extent->size < area->second.size) areas_.split(area->first + extent->size);
    area->second.offset = extent->offset;
    extent->offset += area->second.size;
    extent->size -= area->second.size;
    if (extent->size == 0) ++extent;
  }
  return VMP_OK;
}

vmp_status AddressSpace::protect(uint64_t address, uint64_t size, uint32_t protection, vmp_error *error) {
  if (!valid_range(address, size, error)) return VMP_ERROR_INVALID_ARGUMENT;
  std::lock_guard lock(mutex_);
  const Settling settling{area_count_, areas_};
  for (uint64_t covered = address; covered < address + size;) {
    const auto area = areas_.holding(covered);
    if (area == areas_.end())
      return fail(error, VMP_ERROR_NOT_FOUND, "NOT_MAPPED", "address " + std::to_string(covered) + " is not mapped");
    covered = area->first + area->second.size;
  }
  if (!area_count_.claim(2, error)) return VMP_ERROR_OUT_OF_MEMORY;
  const AreaTable::Areas saved = areas_.save(address, size);
  std::vector<Extent> fresh;
  areas_.split(address);
  areas_.split(address + size);
  if (protection != 0) {
    const vmp_status status = reservations_to_memory(address, size, fresh, error);
    if (status != VMP_OK) {
      areas_.restore(saved, address, size);
      release(fresh);
      return status;
    }
  }
  const AreaTable::Areas changed = areas_.take(address, size);
  for (const auto &[start, area] : changed) areas_.insert(start, {area.size, area.offset, area.tag, protection});
  if (!apply(address, size)) {
    const vmp_status status = host_refused(error);
    areas_.restore(saved, address, size);
    apply(address, size);
    release(fresh);
    return status;
  }
  if ((protection & VMP_PROTECTION_EXECUTE) != 0 || has_code(changed)) invalidate_code();
  return VMP_OK;
}

vmp_status AddressSpace::find(uint64_t address, vmp_area *area) {
  std::lock_guard lock(mutex_);
  const auto found = areas_.ending_after(address);
  if (found == areas_.end()) return VMP_ERROR_NOT_FOUND;
  *area = {found->first, found->second.size, found->second.protection, 0, found->second.tag};
  return VMP_OK;
}

uint64_t AddressSpace::read(uint64_t address, void *to, uint64_t size) {
  if (address >= layout_.size) return 0;
  size = std::min(size, layout_.size - address);
  return guarded_copy(guard_begin(), guard_size(), to, layout_.base + address, size);
}

uint64_t AddressSpace::write(uint64_t address, const void *from, uint64_t size) {
  if (address >= layout_.size) return 0;
  size = std::min(size, layout_.size - address);
  return guarded_copy(guard_begin(), guard_size(), layout_.base + address, from, size);
}

vmp_status AddressSpace::read_string(uint64_t address, char *to, uint64_t capacity, uint64_t *length) {
  uint64_t done = 0;
  while (done < capacity) {
    // To the end of the page, so that a string which ends just before an unmapped page is read.
    uint64_t in_page = VMP_PAGE_SIZE - (address + done) % VMP_PAGE_SIZE;
    uint64_t wanted = std::min(in_page, capacity - done);
    uint64_t copied = read(address + done, to + done, wanted);
    if (const void *end = std::memchr(to + done, 0, copied)) {
      *length = static_cast<uint64_t>(static_cast<const char *>(end) - to);
      return VMP_OK;
    }
    if (copied < wanted) return VMP_ERROR_FAULT;
    done += copied;
  }
  return VMP_ERROR_TOO_SMALL;
}

vmp_status AddressSpace::populate(uint64_t address, const void *from, uint64_t size, vmp_error *error) {
  std::lock_guard lock(mutex_);
  const auto *bytes = static_cast<const uint8_t *>(from);
  while (size > 0) {
    const auto found = areas_.holding(address);
    if (found == areas_.end() || !found->second.has_memory())
      return fail(error, VMP_ERROR_FAULT, "NOT_MAPPED", "address " + std::to_string(address) + " has no memory");
    const auto &[start, area] = *found;
    uint64_t count = std::min(size, start + area.size - address);
    std::memcpy(memory_->alias(area.offset + (address - start)), bytes, count);
    if ((area.protection & VMP_PROTECTION_EXECUTE) != 0) invalidate_code();
    address += count;
    bytes += count;
    size -= count;
  }
  return VMP_OK;
}

void AddressSpace::invalidate_code() { layout_.code_generation.fetch_add(1, std::memory_order_release); }

}  // namespace vmp
