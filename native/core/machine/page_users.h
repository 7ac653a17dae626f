// How many address spaces use each page of the machine's memory file beyond the one that it was handed out to: what
// fork shares and copying on write takes apart again.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "core/machine/page_allocator.h"

namespace vmp {

class PageUsers {
 public:
  // memory_size: bytes. NULL when the host does not give the table, which takes memory only where pages are shared.
  static std::unique_ptr<PageUsers> create(uint64_t memory_size);
  ~PageUsers();
  PageUsers(const PageUsers &) = delete;
  PageUsers &operator=(const PageUsers &) = delete;

  // One user more of every page. The caller's space uses them and holds its lock.
  void share(Extent extent);
  // The caller's space uses the page and holds its lock: once this is false no one else can make it true.
  bool is_shared(uint64_t offset) const;
  // The caller's space lets go of the pages. Calls freed(Extent) for each run of pages that have no user left.
  template <typename Freed>
  void drop(Extent extent, Freed freed);

 private:
  PageUsers(std::atomic<uint32_t> *counts, uint64_t bytes) : counts_(counts), bytes_(bytes) {}
  bool drop_page(uint64_t offset);

  std::atomic<uint32_t> *counts_;  // by page
  uint64_t bytes_;
  std::atomic<bool> any_{false};  // no page was ever shared: the table is not even read
};

template <typename Freed>
void PageUsers::drop(Extent extent, Freed freed) {
  if (!any_.load(std::memory_order_acquire)) return freed(extent);
  constexpr uint64_t page = 4096;
  Extent run{extent.offset, 0};
  for (uint64_t at = extent.offset; at < extent.offset + extent.size; at += page) {
    if (drop_page(at)) {
      run.size += page;
      continue;
    }
    if (run.size != 0) freed(run);
    run = {at + page, 0};
  }
  if (run.size != 0) freed(run);
}

}  // namespace vmp
