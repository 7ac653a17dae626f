#include "core/machine/shared_pages.h"

#include <cstring>

#include "vm_plugin/memory.h"

namespace vmp {

std::vector<Extent> SharedPages::copy(Extent extent, const Memory &memory, std::vector<Extent> &fresh) {
  const uint64_t end = extent.offset + extent.size;
  for (uint64_t at = extent.offset; at < end;) {
    uint64_t next = at;
    while (next < end && copies_.count(next) == 0) next += VMP_PAGE_SIZE;
    if (next == at) {
      at += VMP_PAGE_SIZE;
      continue;
    }
    const auto made = memory.allocate(next - at);
    if (made.empty()) return {};
    for (const Extent &part : made) {
      fresh.push_back(part);
      for (uint64_t done = 0; done < part.size; done += VMP_PAGE_SIZE, at += VMP_PAGE_SIZE) {
        std::memcpy(memory.to(part.offset + done), memory.from(at), VMP_PAGE_SIZE);
        copies_.emplace(at, part.offset + done);
      }
    }
  }
  std::vector<Extent> copies;
  for (uint64_t at = extent.offset; at < end; at += VMP_PAGE_SIZE) {
    const uint64_t copied = copies_.at(at);
    if (!copies.empty() && copies.back().offset + copies.back().size == copied)
      copies.back().size += VMP_PAGE_SIZE;
    else
      copies.push_back({copied, VMP_PAGE_SIZE});
  }
  return copies;
}

}  // namespace vmp
