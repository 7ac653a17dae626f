// A machine's memory: one anonymous file, mapped whole at an alias that is always readable and writable.
#pragma once

#include <memory>
#include <mutex>

#include "core/machine/page_allocator.h"
#include "vm_plugin/memory.h"

namespace vmp {

class GuestMemory {
 public:
  // size: bytes, a page multiple. NULL with `error` filled when the host does not give it.
  static std::shared_ptr<GuestMemory> create(uint64_t size, vmp_error *error);
  ~GuestMemory();
  GuestMemory(const GuestMemory &) = delete;
  GuestMemory &operator=(const GuestMemory &) = delete;

  const vmp_guest_memory &layout() const { return layout_; }
  uint8_t *alias(uint64_t offset) const { return layout_.alias + offset; }
  int descriptor() const { return layout_.descriptor; }

  // Zeroed runs of pages that add up to `size`; empty when the limit would be passed. [any]
  std::vector<Extent> allocate(uint64_t size);
  // Gives pages back to the host, so that they are zero when they are handed out again. [any]
  void release(Extent extent);

 private:
  GuestMemory(int descriptor, uint8_t *alias, uint64_t size);

  vmp_guest_memory layout_;
  std::mutex mutex_;
  PageAllocator allocator_;
};

}  // namespace vmp
