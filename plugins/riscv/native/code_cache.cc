#include "code_cache.h"

#include <sys/mman.h>

namespace vmp::riscv {

CodeCache::~CodeCache() {
  if (memory_ != nullptr) {
    munmap(memory_, stride * pages_.size());
  }
}

void CodeCache::forget() {
  recent_.fill({no_page, nullptr});
  pages_.fill(no_page);
  next_way_.fill(0);
}

Slot *CodeCache::find(uint64_t page) {
  const uint64_t first = set_of(page) * ways;
  for (uint64_t index = first; index < first + ways; ++index) {
    if (pages_[index] == page) {
      recent_[page / page_size % recent_.size()] = {page, slots_of(index)};
      return slots_of(index);
    }
  }
  return nullptr;
}

Slot *CodeCache::add(uint64_t page) {
  if (memory_ == nullptr) {
    void *memory = mmap(nullptr, stride * pages_.size(), PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
      return nullptr;
    }
    madvise(memory, stride * pages_.size(), MADV_NOHUGEPAGE);  // advice: huge pages would cost 2 MiB at each touch
    memory_ = static_cast<uint8_t *>(memory);
  }
  const uint64_t set = set_of(page);
  const uint64_t index = set * ways + next_way_[set];
  next_way_[set] = static_cast<uint8_t>((next_way_[set] + 1) % ways);
  if (pages_[index] != no_page) {
    Recent &entry = recent_[pages_[index] / page_size % recent_.size()];
    if (entry.page == pages_[index]) {
      entry = {no_page, nullptr};
    }
    madvise(slots_of(index), stride, MADV_DONTNEED);  // reads as zero from here on
  }
  pages_[index] = page;
  recent_[page / page_size % recent_.size()] = {page, slots_of(index)};
  return slots_of(index);
}

void CodeCache::clear() {
  forget();
  if (memory_ != nullptr) {
    madvise(memory_, stride * pages_.size(), MADV_DONTNEED);
  }
}

}  // namespace vmp::riscv
