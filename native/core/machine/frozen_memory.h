// Pages of a machine's memory file that nobody writes to any more: what a snapshot keeps. Mapped privately by those who
// go on from there, so that a write copies the page.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "core/machine/guest_memory.h"

namespace vmp {

class FrozenMemory {
 public:
  explicit FrozenMemory(std::shared_ptr<GuestMemory> memory) : memory_(std::move(memory)) {}
  ~FrozenMemory() {
    for (const Extent &extent : extents_) memory_->release(extent);
  }
  FrozenMemory(const FrozenMemory &) = delete;
  FrozenMemory &operator=(const FrozenMemory &) = delete;

  // [control] Takes the place of a user of these pages, before anyone shares this object.
  void take_over(Extent extent) { extents_.push_back(extent); }
  const uint8_t *alias(uint64_t offset) const { return memory_->alias(offset); }
  int descriptor() const { return memory_->descriptor(); }

 private:
  const std::shared_ptr<GuestMemory> memory_;
  std::vector<Extent> extents_;
};

}  // namespace vmp
