#include "memory_map.h"

#include <algorithm>

namespace vmp_bare_metal {
namespace {

constexpr uint64_t low_end = uint64_t{3} << 30, high_begin = uint64_t{4} << 30;

std::vector<Range> without(const std::vector<Range> &ranges, Range hidden) {
  std::vector<Range> left;
  for (const Range &range : ranges) {
    const uint64_t before_end = std::min(range.end(), hidden.address);
    const uint64_t after_begin = std::max(range.address, hidden.end());
    if (before_end > range.address) left.push_back({range.address, before_end - range.address});
    if (range.end() > after_begin) left.push_back({after_begin, range.end() - after_begin});
  }
  return left;
}

}  // namespace

MemoryMap::MemoryMap(uint64_t bytes, std::vector<Range> hidden) {
  ranges_.push_back({0, std::min(bytes, low_end)});
  if (bytes > low_end) ranges_.push_back({high_begin, bytes - low_end});
  for (const Range &range : hidden) ranges_ = without(ranges_, range);
}

bool MemoryMap::has(Range range) const {
  return std::any_of(ranges_.begin(), ranges_.end(), [&](const Range &one) {
    return range.address >= one.address && range.address < one.end() && range.size <= one.end() - range.address;
  });
}

}  // namespace vmp_bare_metal
