#include "code_cache.h"

#include <sys/mman.h>

namespace vmp::riscv {

CodeCache::~CodeCache() {
  if (memory_ != nullptr) {
    munmap(memory_, memory_size);
  }
}

void CodeCache::forget() {
  recent_.fill({no_page, nullptr});
  addresses_.fill(no_page);
  next_way_.fill(0);
}

CodePage *CodeCache::find(uint64_t page) {
  const uint64_t first = set_of(page) * ways;
  for (uint64_t index = first; index < first + ways; ++index) {
    if (addresses_[index] == page) {
      recent_of(page) = {page, &memory_[index]};
      return &memory_[index];
    }
  }
  return nullptr;
}

CodePage *CodeCache::add(uint64_t page) {
  if (memory_ == nullptr) {
    void *memory =
        mmap(nullptr, memory_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
      return nullptr;
    }
    madvise(memory, memory_size, MADV_NOHUGEPAGE);  // only advice: a huge page would cost 2 MiB at each touch
    memory_ = static_cast<CodePage *>(memory);
  }
  const uint64_t set = set_of(page);
  const uint64_t index = set * ways + next_way_[set];
  next_way_[set] = static_cast<uint8_t>((next_way_[set] + 1) % ways);
  const uint64_t evicted = addresses_[index];
  if (evicted != no_page) {
    if (recent_of(evicted).address == evicted) {
      recent_of(evicted) = {no_page, nullptr};
    }
    madvise(&memory_[index], sizeof(CodePage), MADV_DONTNEED);  // reads as zero from here on
  }
  addresses_[index] = page;
  recent_of(page) = {page, &memory_[index]};
  return &memory_[index];
}

void CodeCache::clear() {
  forget();
  if (memory_ != nullptr) {
    madvise(memory_, memory_size, MADV_DONTNEED);
  }
}

}  // namespace vmp::riscv
