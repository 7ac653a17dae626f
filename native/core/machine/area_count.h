// How many areas the guests of this process have. Every area costs the host up to two mappings (itself and a gap behind
// it), of which a process has a limited number: a guest is refused more before it takes the host's own.
#pragma once

#include <cstdint>

#include "vm_plugin.h"

namespace vmp {

// One address space's part. Used under the space's lock.
class AreaTable;

class AreaCount {
 public:
  // Counts what there is at the end of an operation, however it ends.
  struct Settling {
    AreaCount &count;
    const AreaTable &areas;
    ~Settling();
  };

  AreaCount() = default;
  ~AreaCount() { settle(0); }
  AreaCount(const AreaCount &) = delete;
  AreaCount &operator=(const AreaCount &) = delete;

  // Room for `more` areas than were settled, before any is made; false with `error` filled when there is none.
  bool claim(uint64_t more, vmp_error *error);
  // How many there are in the end; what was claimed beyond it is given back.
  void settle(uint64_t areas);

 private:
  uint64_t counted_ = 0;
};

}  // namespace vmp
