// Which pages of a private mapping of a file are the mapping's own: those that were written to.
#pragma once

#include <cstdint>
#include <functional>

namespace vmp {

// Calls found(from, size) for each run of such pages in [begin, begin + size), page multiples. False when the host does
// not tell: any page may be one then, whatever was found. [any]
bool find_private_pages(uint8_t *begin, uint64_t size, const std::function<void(uint8_t *, uint64_t)> &found);

}  // namespace vmp
