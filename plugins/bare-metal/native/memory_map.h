// Where the guest has memory, as on a PC: from 0 up to 3 GiB, and the rest from 4 GiB on; the registers of devices lie
// between and, where they lie lower, hide what would be there.
#pragma once

#include <cstdint>
#include <vector>

#include "services.h"

namespace vmp_bare_metal {

struct Range {
  uint64_t address;
  uint64_t size;
  uint64_t end() const { return address + size; }
};

// What the plugin itself writes for a guest that does not begin in real mode.
namespace boot_area {
constexpr uint64_t begin = 0x1000;
constexpr uint64_t descriptors = 0x1000;  // null, code, data, task state
constexpr uint64_t page_tables = 0x2000;  // one of levels 4 and 3 each, four of level 2: the first 4 GiB as they are
constexpr uint64_t start_information = 0x8000;
constexpr uint64_t memory_map = 0x8100;  // of start_information
constexpr uint64_t command_line = 0x9000;
constexpr uint64_t stack = 0x10000;  // its end, from which it grows down to the end of the command line
constexpr uint64_t end = 0x10000;
constexpr Range whole = {begin, end - begin};
}  // namespace boot_area

class MemoryMap {
 public:
  // hidden: addresses of devices' registers. bytes: whole pages.
  MemoryMap(uint64_t bytes, std::vector<Range> hidden);
  const std::vector<Range> &ranges() const { return ranges_; }
  uint64_t end() const { return ranges_.empty() ? 0 : ranges_.back().end(); }
  // Whether every byte is memory. An empty range is where its address is.
  bool has(Range range) const;

 private:
  std::vector<Range> ranges_;
};

}  // namespace vmp_bare_metal
