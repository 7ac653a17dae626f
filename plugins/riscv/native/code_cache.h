// The decoded code pages of one virtual CPU. Used by its thread alone.
#pragma once
#include <array>

#include "slot.h"

namespace vmp::riscv {

class CodeCache {
 public:
  CodeCache() { forget(); }
  ~CodeCache();
  CodeCache(const CodeCache &) = delete;
  CodeCache &operator=(const CodeCache &) = delete;

  // The slots of the page at guest address `page` (a multiple of page_size) when it was entered lately, else nullptr.
  Slot *recent(uint64_t page) const {
    const Recent &entry = recent_[page / page_size % recent_.size()];
    return entry.page == page ? entry.slots : nullptr;
  }
  // The page's slots, or nullptr when it is not held.
  Slot *find(uint64_t page);
  // Undecoded slots for a page that is not held; another page may have to go. nullptr: the host has no memory.
  Slot *add(uint64_t page);
  // Forgets every page and gives their memory back.
  void clear();

 private:
  static constexpr uint64_t ways = 4;
  static constexpr uint64_t sets = 256;
  // One host page more than the slots take: the slots behind the last are only ever read, as "decode", so they cost no
  // memory.
  static constexpr uint64_t stride = slots_per_page * sizeof(Slot) + page_size;
  static constexpr uint64_t no_page = 1;

  struct Recent {
    uint64_t page;
    Slot *slots;
  };

  static uint64_t set_of(uint64_t page) { return (page / page_size ^ page / page_size / sets) % sets; }
  Slot *slots_of(uint64_t index) const { return reinterpret_cast<Slot *>(memory_ + index * stride); }
  void forget();

  uint8_t *memory_ = nullptr;  // reserved at the first add; pages of it exist once they are written
  std::array<Recent, 256> recent_;
  std::array<uint64_t, sets * ways> pages_;
  std::array<uint8_t, sets> next_way_;
};

}  // namespace vmp::riscv
