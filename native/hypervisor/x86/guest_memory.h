// A guest's memory by linear addresses (Intel SDM volume 3, chapter 4).
#pragma once
#include <cstdint>

#include "vm_plugin/hypervisor.h"

namespace vmp::x86 {

enum class Access : uint8_t { read, write, execute };

enum class Outcome : uint8_t {
  done,
  device,      // no memory lies there; `physical` says where
  page_fault,  // the guest's tables forbid it; `linear` and `error_code` say what
  forbidden,   // the host's mappings forbid it; `physical` says where
};

struct Place {
  uint64_t physical;
  uint64_t linear;
  uint32_t error_code;  // of the page fault (section 4.7)
};

class GuestMemory {
 public:
  // system: VMP_STATE_SYSTEM.
  GuestMemory(const vmp_x86_emulator &access, const vmp_x86_64_state &system) : access_(access), system_(system) {}

  Outcome translate(uint64_t linear, Access access, Place &place) const;
  // Across pages; a device is only told by the first.
  Outcome read(uint64_t linear, void *to, uint64_t size, Access access, Place &place) const;
  Outcome write(uint64_t linear, const void *from, uint64_t size, Place &place) const;

 private:
  struct Walk;
  Outcome step(Walk &walk, Access access, Place &place) const;

  const vmp_x86_emulator &access_;
  const vmp_x86_64_state &system_;
};

}  // namespace vmp::x86
