#include "core/machine/page_users.h"

#include <sys/mman.h>

#include "vm_plugin/memory.h"

namespace vmp {

std::unique_ptr<PageUsers> PageUsers::create(uint64_t memory_size) {
  static_assert(sizeof(std::atomic<uint32_t>) == sizeof(uint32_t) && std::atomic<uint32_t>::is_always_lock_free);
  const uint64_t bytes = memory_size / VMP_PAGE_SIZE * sizeof(uint32_t);
  void *table = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (table == MAP_FAILED) return nullptr;
  return std::unique_ptr<PageUsers>(new PageUsers(static_cast<std::atomic<uint32_t> *>(table), bytes));
}

PageUsers::~PageUsers() { munmap(counts_, bytes_); }

void PageUsers::share(Extent extent) {
  any_.store(true, std::memory_order_release);
  for (uint64_t at = extent.offset; at < extent.offset + extent.size; at += VMP_PAGE_SIZE)
    counts_[at / VMP_PAGE_SIZE].fetch_add(1, std::memory_order_relaxed);
}

bool PageUsers::is_shared(uint64_t offset) const {
  // acquire: what another user read of the page before it let go comes before this one's writes.
  return counts_[offset / VMP_PAGE_SIZE].load(std::memory_order_acquire) != 0;
}

// True when the caller was the only user.
bool PageUsers::drop_page(uint64_t offset) {
  auto &count = counts_[offset / VMP_PAGE_SIZE];
  uint32_t users = count.load(std::memory_order_acquire);
  while (users != 0) {
    if (count.compare_exchange_weak(users, users - 1, std::memory_order_acq_rel, std::memory_order_acquire))
      return false;
  }
  return true;
}

}  // namespace vmp
