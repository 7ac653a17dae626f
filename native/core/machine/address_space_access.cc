// The host's own reads and writes of an address space: as far as the guest itself might go, but for program loading.
#include <algorithm>
#include <cstring>
#include <string>

#include "core/error.h"
#include "core/machine/address_space.h"
#include "core/machine/fault_guard.h"
#include "core/machine/machine.h"

namespace vmp {

void AddressSpace::end_if_out_of_memory(Resolution resolution, const vmp_error &error) {
  if (resolution == Resolution::out_of_memory)
    Machine::from(layout_.machine).end_run(*run_, "", "memory", error.message);
}

template <typename Copy>
uint64_t AddressSpace::copy_resolving(uint64_t address, uint64_t size, uint32_t access, Copy copy) {
  if (address >= layout_.size) return 0;
  size = std::min(size, layout_.size - address);
  uint64_t done = 0;
  for (;;) {
    done += copy(done, size - done);
    if (done >= size) return done;
    vmp_error error = make_error();
    if (const Resolution resolution = resolve(address + done, access, &error); resolution != Resolution::ready) {
      end_if_out_of_memory(resolution, error);
      return done;
    }
    // A mapping that the table allows and the host does not (a file that became shorter) would be resolved for ever.
    const uint64_t more = copy(done, std::min<uint64_t>(size - done, 1));
    if (more == 0) return done;
    done += more;
  }
}

uint64_t AddressSpace::read(uint64_t address, void *to, uint64_t size) {
  return copy_resolving(address, size, VMP_PROTECTION_READ, [&](uint64_t done, uint64_t left) {
    return guarded_copy(guard_begin(), guard_size(), static_cast<uint8_t *>(to) + done, layout_.base + address + done,
                        left);
  });
}

uint64_t AddressSpace::write(uint64_t address, const void *from, uint64_t size) {
  return copy_resolving(address, size, VMP_PROTECTION_WRITE, [&](uint64_t done, uint64_t left) {
    return guarded_copy(guard_begin(), guard_size(), layout_.base + address + done,
                        static_cast<const uint8_t *>(from) + done, left);
  });
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
    auto found = areas_.holding(address);
    if (found != areas_.end() && found->second.is_lazy()) {
      if (give(found, address, error) != Resolution::ready) return VMP_ERROR_OUT_OF_MEMORY;
      continue;
    }
    if (found != areas_.end() && found->second.is_private()) {
      if (take_private(address / VMP_PAGE_SIZE * VMP_PAGE_SIZE, VMP_PAGE_SIZE, error) != VMP_OK)
        return VMP_ERROR_OUT_OF_MEMORY;
      continue;
    }
    if (found == areas_.end() || found->second.offset == Area::no_memory || found->second.file != nullptr)
      return fail(error, VMP_ERROR_FAULT, "NOT_MAPPED", "address " + std::to_string(address) + " has no memory");
    if (found->second.copy_on_write) {
      if (copy(found, address, error) != Resolution::ready) return VMP_ERROR_OUT_OF_MEMORY;
      continue;
    }
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

}  // namespace vmp
