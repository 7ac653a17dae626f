// Which addresses are free, so that a place for a mapping is found without a walk over those that are not.
#ifndef VMP_LINUX_MEMORY_FREE_RANGES_H
#define VMP_LINUX_MEMORY_FREE_RANGES_H

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>

namespace vmp_linux {

// Of [start, end); what a call names outside of it is left out. Addresses and sizes are page multiples.
class FreeRanges {
 public:
  FreeRanges(uint64_t start, uint64_t end);
  void take(uint64_t address, uint64_t size);
  void give(uint64_t address, uint64_t size);
  // Where the highest free `size` bytes begin.
  std::optional<uint64_t> highest(uint64_t size) const;
  // Bytes that are taken: all of them, and those of a range.
  uint64_t taken() const { return end_ - start_ - free_; }
  uint64_t taken_in(uint64_t address, uint64_t size) const;

 private:
  void insert(uint64_t start, uint64_t end);
  void erase(std::map<uint64_t, uint64_t>::iterator range);

  uint64_t start_, end_, free_ = 0;
  std::map<uint64_t, uint64_t> ranges_;                 // start -> end, neighbours merged
  std::array<std::set<uint64_t>, 65> starts_by_width_;  // by std::bit_width of the size
};

}  // namespace vmp_linux
#endif
