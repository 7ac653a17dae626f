// Copies of pages that several address spaces have in common: each page once, so that the copies are common again.
#pragma once

#include <functional>
#include <unordered_map>
#include <vector>

#include "core/machine/page_allocator.h"

namespace vmp {

class SharedPages {
 public:
  // from: the bytes of a page by its offset. allocate: extents of this size, or none. to: where the bytes of a page go.
  struct Memory {
    std::function<const uint8_t *(uint64_t)> from;
    std::function<std::vector<Extent>(uint64_t)> allocate;
    std::function<uint8_t *(uint64_t)> to;
  };
  // The pages' copies, in their order; empty when there is no memory. `fresh` gets those that were made now.
  std::vector<Extent> copy(Extent extent, const Memory &memory, std::vector<Extent> &fresh);

 private:
  std::unordered_map<uint64_t, uint64_t> copies_;  // offset -> offset
};

}  // namespace vmp
