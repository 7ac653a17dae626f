// The decoded code pages of one virtual CPU. Used by its thread alone.
#pragma once
#include <array>

#include "slot.h"

namespace vmp::riscv {

inline constexpr uint64_t page_size = 4096;

// Slots in the order in which they were decoded, so that straight code needs no jump. All zero: nothing is decoded.
struct CodePage {
  static constexpr uint32_t capacity = 2559;

  std::array<uint16_t, page_size / 2> slot_of;  // by halfword of the page: its instruction's slot; 0: not decoded
  uint32_t used;                                // slots in use behind slot 0
  uint32_t reserved[3];
  std::array<Slot, capacity> slots;  // slot 0 stays zero: it decodes what execution came to it for
};
static_assert(sizeof(CodePage) % page_size == 0);

class CodeCache {
 public:
  CodeCache() { forget(); }
  ~CodeCache();
  CodeCache(const CodeCache &) = delete;
  CodeCache &operator=(const CodeCache &) = delete;

  // The page at guest address `page` (a multiple of page_size) when it was entered lately, else nullptr.
  CodePage *recent(uint64_t page) const {
    const Recent &entry = recent_[page / page_size % recent_.size()];
    return entry.address == page ? entry.code : nullptr;
  }
  // nullptr when the page is not held.
  CodePage *find(uint64_t page);
  // An empty one for a page that is not held; another page may have to go. nullptr: the host has no memory.
  CodePage *add(uint64_t page);
  // Forgets every page and gives their memory back.
  void clear();

 private:
  static constexpr uint64_t ways = 4;
  static constexpr uint64_t sets = 256;
  static constexpr uint64_t no_page = 1;
  static constexpr uint64_t memory_size = sets * ways * sizeof(CodePage);

  struct Recent {
    uint64_t address;
    CodePage *code;
  };

  static uint64_t set_of(uint64_t page) { return (page / page_size ^ page / page_size / sets) % sets; }
  Recent &recent_of(uint64_t page) { return recent_[page / page_size % recent_.size()]; }
  void forget();

  CodePage *memory_ = nullptr;  // reserved at the first add; the host gives memory where it is written
  std::array<Recent, 512> recent_;
  std::array<uint64_t, sets * ways> addresses_;
  std::array<uint8_t, sets> next_way_;
};

}  // namespace vmp::riscv
