#include <sys/mman.h>

#include <algorithm>

#include "calls/calls.h"
#include "memory/growth.h"

namespace vmp_linux::calls {
namespace {

// The area that holds all of the range, which the machine may keep in several pieces; -EFAULT when there is none.
int area_of(const MemoryMap &map, uint64_t address, uint64_t size, vmp_area &area) {
  const auto first = map.area_at(address);
  if (!first) return -EFAULT;
  area = *first;
  for (uint64_t at = area.address + area.size; at < address + size;) {
    const auto next = map.area_at(at);
    if (!next || next->tag != area.tag || next->protection != area.protection) return -EFAULT;
    at = next->address + next->size;
  }
  return 0;
}

// The pages go along; what is beyond them at the new place is fresh, what was beyond them at the old one is gone.
int64_t move(MemoryMap &map, const vmp_area &area, uint64_t from, uint64_t from_size, uint64_t to, uint64_t to_size) {
  const uint64_t common = std::min(from_size, to_size);
  if (to_size > common) {
    const int error = map.map(to + common, to_size - common, area.protection, static_cast<AreaTag>(area.tag));
    if (error != 0) return error;
  }
  if (const int error = map.move(from, common, to); error != 0) {
    if (to_size > common) map.unmap(to + common, to_size - common);
    return error;
  }
  if (from_size > common) map.unmap(from + common, from_size - common);
  return static_cast<int64_t>(to);
}

}  // namespace

int64_t mremap(Thread &thread, uint64_t address, uint64_t old_size, uint64_t new_size, uint64_t flags,
               uint64_t new_address) {
  MemoryMap &map = *thread.process.map;
  const bool may_move = (flags & MREMAP_MAYMOVE) != 0;
  const bool fixed = (flags & MREMAP_FIXED) != 0;
  if ((flags & ~uint64_t{MREMAP_MAYMOVE | MREMAP_FIXED}) != 0 || (fixed && !may_move)) return -EINVAL;
  if (address % kPage != 0 || new_size == 0 || old_size == 0) return -EINVAL;
  if (old_size > map.end() || new_size > map.end()) return -EINVAL;
  old_size = page_ceiling(old_size);
  new_size = page_ceiling(new_size);
  if (!map.inside(address, old_size)) return -EFAULT;
  std::lock_guard lock(map.placing());
  vmp_area area;
  if (const int error = area_of(map, address, old_size, area); error != 0) return error;
  // The pages of a file behind those that are mapped are not known here.
  const bool is_of_file = area.tag == kFileArea || area.tag == kSharedFileArea || area.tag == kBeyondFileArea;
  if (new_size > old_size && is_of_file) return -EFAULT;
  if (new_size > old_size) {
    // As if it grew where nothing is: at address 0 nothing ever is.
    const auto tag = static_cast<AreaTag>(area.tag);
    const bool is_reserved = tag != kSharedAnonymousArea && (area.protection & VMP_PROTECTION_WRITE) != 0;
    const int error = check_growth(thread, 0, new_size - old_size, area.protection, tag, is_reserved);
    if (error != 0) return error;
  }
  if (fixed) {
    if (new_address % kPage != 0 || !map.inside(new_address, new_size) || new_address < kLowestAddress) return -EINVAL;
    if (new_address < address + old_size && address < new_address + new_size) return -EINVAL;
    return move(map, area, address, old_size, new_address, new_size);
  }
  if (new_size <= old_size) {
    if (new_size < old_size) map.unmap(address + new_size, old_size - new_size);
    return static_cast<int64_t>(address);
  }
  const uint64_t more = new_size - old_size;
  if (map.inside(address, new_size) && map.is_free(address + old_size, more) &&
      map.map(address + old_size, more, area.protection, static_cast<AreaTag>(area.tag)) == 0) {
    return static_cast<int64_t>(address);
  }
  if (!may_move) return -ENOMEM;
  const auto gap = map.gap(new_size);
  return gap ? move(map, area, address, old_size, *gap, new_size) : -ENOMEM;
}

}  // namespace vmp_linux::calls
