// An address space as a snapshot keeps it.
#pragma once

#include <cstdint>

#include "core/machine/area_table.h"

namespace vmp {

struct SpaceImage {
  uint64_t id = 0;
  uint32_t run = 0;
  uint64_t size = 0;       // bytes
  AreaTable::Areas areas;  // those with memory lie over frozen pages
};

}  // namespace vmp
