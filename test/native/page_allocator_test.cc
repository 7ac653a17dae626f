#include "core/machine/page_allocator.h"

#include <algorithm>
#include <random>

#include "check.h"

TEST("runs of pages never overlap, and all come back") {
  constexpr uint64_t size = 1 << 20;
  vmp::PageAllocator allocator(size);
  std::mt19937 random(7);
  std::vector<vmp::Extent> held;
  std::vector<bool> used(size / 4096);
  for (int round = 0; round < 5000; ++round) {
    if (random() % 2 == 0) {
      uint64_t wanted = (random() % 20 + 1) * 4096;
      uint64_t before = allocator.available();
      auto extents = allocator.allocate(
          wanted, random() % 2 == 0 ? vmp::PageAllocator::From::lowest : vmp::PageAllocator::From::highest);
      CHECK(std::is_sorted(extents.begin(), extents.end(), [](auto a, auto b) { return a.offset < b.offset; }));
      CHECK(extents.empty() == (wanted > before));
      uint64_t got = 0;
      for (auto extent : extents) {
        got += extent.size;
        for (uint64_t at = extent.offset; at < extent.offset + extent.size; at += 4096) {
          CHECK(!used[at / 4096]);
          used[at / 4096] = true;
        }
        held.push_back(extent);
      }
      CHECK(extents.empty() || got == wanted);
    } else if (!held.empty()) {
      std::swap(held[random() % held.size()], held.back());
      for (uint64_t at = held.back().offset; at < held.back().offset + held.back().size; at += 4096)
        used[at / 4096] = false;
      allocator.release(held.back());
      held.pop_back();
    }
  }
  for (auto extent : held) allocator.release(extent);
  CHECK(allocator.available() == size);
  CHECK(allocator.allocate(size).size() == 1);
}
