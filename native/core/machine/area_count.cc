#include "core/machine/area_count.h"

#include <atomic>
#include <fstream>
#include <string>

#include "core/error.h"
#include "core/machine/area_table.h"

namespace vmp {
namespace {

std::atomic<uint64_t> areas_of_process{0};

// A quarter of the host's mappings: with the gaps that is half of them, and the rest is for the process itself.
uint64_t most_areas() {
  static const uint64_t most = [] {
    uint64_t mappings = 0;
    std::ifstream("/proc/sys/vm/max_map_count") >> mappings;
    return (mappings == 0 ? 65530 : mappings) / 4;
  }();
  return most;
}

}  // namespace

bool AreaCount::claim(uint64_t more, vmp_error *error) {
  const uint64_t most = most_areas();
  if (areas_of_process.fetch_add(more, std::memory_order_relaxed) + more <= most) {
    counted_ += more;
    return true;
  }
  areas_of_process.fetch_sub(more, std::memory_order_relaxed);
  fail(error, VMP_ERROR_OUT_OF_MEMORY, "VMP_MACHINE_FAILED",
       "the guests of this process have " + std::to_string(most) +
           " areas of memory, a quarter of vm.max_map_count: no more are made");
  return false;
}

void AreaCount::settle(uint64_t areas) {
  areas_of_process.fetch_sub(counted_ - areas, std::memory_order_relaxed);  // wraps where it grows
  counted_ = areas;
}

AreaCount::Settling::~Settling() { count.settle(areas.size()); }

}  // namespace vmp
