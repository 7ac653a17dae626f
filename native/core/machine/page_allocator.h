// Hands out runs of pages of a machine's memory file. Not thread-safe: GuestMemory holds the lock.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

namespace vmp {

struct Extent {
  uint64_t offset;
  uint64_t size;
};

class PageAllocator {
 public:
  explicit PageAllocator(uint64_t size) : available_(size) { free_.emplace(0, size); }

  enum class From { lowest, highest };
  // Runs of bytes (page multiples) that add up to `size`, the lowest free ones or the highest, in ascending order;
  // empty when so much is not free.
  std::vector<Extent> allocate(uint64_t size, From from = From::lowest);
  void release(Extent extent);
  uint64_t available() const { return available_; }

 private:
  std::map<uint64_t, uint64_t> free_;  // offset -> size, neighbours merged
  uint64_t available_;
};

}  // namespace vmp
