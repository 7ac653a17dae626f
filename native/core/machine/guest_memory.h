// A machine's memory: one anonymous file, mapped whole at an alias that is always readable and writable.
#pragma once

#include <memory>
#include <mutex>

#include "core/machine/page_allocator.h"
#include "core/machine/page_users.h"
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
  std::vector<Extent> allocate(uint64_t size, PageAllocator::From from = PageAllocator::From::lowest);
  // Lets go of pages; those without another user go back to the host, so that they are zero when they are handed out
  // again. The bytes of these. [any]
  uint64_t release(Extent extent);
  PageUsers &users() { return *users_; }

 private:
  GuestMemory(int descriptor, uint8_t *alias, uint64_t size, std::unique_ptr<PageUsers> users);
  void give_back(Extent extent);

  vmp_guest_memory layout_;
  std::mutex mutex_;
  PageAllocator allocator_;
  const std::unique_ptr<PageUsers> users_;
};

}  // namespace vmp
