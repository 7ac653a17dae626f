#include "core/machine/page_allocator.h"

#include <algorithm>
#include <iterator>

namespace vmp {

std::vector<Extent> PageAllocator::allocate(uint64_t size, From from) {
  std::vector<Extent> extents;
  if (size > available_) return extents;
  available_ -= size;
  while (from == From::highest && size > 0) {
    const auto last = std::prev(free_.end());
    const uint64_t taken = std::min(size, last->second);
    extents.push_back({last->first + last->second - taken, taken});
    last->second -= taken;
    if (last->second == 0) free_.erase(last);
    size -= taken;
  }
  std::reverse(extents.begin(), extents.end());
  while (size > 0) {
    auto first = free_.begin();
    uint64_t taken = std::min(size, first->second);
    extents.push_back({first->first, taken});
    uint64_t rest = first->second - taken;
    uint64_t rest_offset = first->first + taken;
    free_.erase(first);
    if (rest > 0) free_.emplace(rest_offset, rest);
    size -= taken;
  }
  return extents;
}

void PageAllocator::release(Extent extent) {
  available_ += extent.size;
  auto next = free_.lower_bound(extent.offset);
  if (next != free_.end() && extent.offset + extent.size == next->first) {
    extent.size += next->second;
    next = free_.erase(next);
  }
  if (next != free_.begin()) {
    auto previous = std::prev(next);
    if (previous->first + previous->second == extent.offset) {
      previous->second += extent.size;
      return;
    }
  }
  free_.emplace(extent.offset, extent.size);
}

}  // namespace vmp
