#include "hypervisor/x86/guest_memory.h"

#include <algorithm>

namespace vmp::x86 {
namespace {

constexpr uint64_t page_size = 4096;
// Control registers (section 2.5) and EFER (section 2.2.1).
constexpr uint64_t paging = 0x80000000, write_protect = 0x10000;
constexpr uint64_t large_pages_32 = 0x10, physical_extension = 0x20, five_levels = 0x1000;
constexpr uint64_t execute_disable_enable = 0x800, long_mode_active = 0x400;
// Entries (section 4.5.5).
constexpr uint64_t present = 1, writable = 2, user = 4, accessed = 32, dirty = 64, large = 128;
constexpr uint64_t execute_disable = uint64_t{1} << 63;
constexpr uint64_t address_mask = 0x000ffffffffff000;
// Page-fault error codes (section 4.7).
constexpr uint32_t fault_protection = 1, fault_write = 2, fault_user = 4, fault_fetch = 16;

uint64_t field(uint64_t value, unsigned low, unsigned bits) { return value >> low & ((uint64_t{1} << bits) - 1); }

Outcome outcome_of(int32_t result) {
  if (result == 0) return Outcome::done;
  return result > 0 ? Outcome::device : Outcome::forbidden;
}

}  // namespace

struct GuestMemory::Walk {
  uint64_t linear;
  uint64_t table;       // physical
  unsigned shift;       // the lowest bit of the linear address that the level's entries cover
  unsigned index_bits;  // of the linear address that select the entry
  unsigned entry_size;
  bool may_write = true, may_user = true, may_execute = true;
  bool is_leaf = false;
};

// One entry. done: walk.is_leaf and place.physical, or the next table.
Outcome GuestMemory::step(Walk &walk, Access access, Place &place) const {
  const uint64_t at = walk.table + field(walk.linear, walk.shift, walk.index_bits) * walk.entry_size;
  uint64_t entry = 0;
  place.physical = at;
  // Tables that lie in a device cannot be walked.
  if (access_.read(access_.context, at, &entry, walk.entry_size) != 0) return Outcome::forbidden;
  if ((entry & present) == 0) return Outcome::page_fault;
  const bool is_32_bit = walk.entry_size == 4;
  // The four entries of PAE's first level have no such bits (section 4.4.1).
  if (is_32_bit || walk.index_bits != 2) {
    walk.may_write = walk.may_write && (entry & writable) != 0;
    walk.may_user = walk.may_user && (entry & user) != 0;
    walk.may_execute =
        walk.may_execute && ((entry & execute_disable) == 0 || (system_.efer & execute_disable_enable) == 0);
  }
  const bool large_allowed = is_32_bit ? walk.shift == 22 && (system_.cr4 & large_pages_32) != 0
                                       : walk.shift == 21 || (walk.shift == 30 && walk.index_bits == 9);
  walk.is_leaf = walk.shift == 12 || (large_allowed && (entry & large) != 0);
  const uint64_t missing = (walk.is_leaf ? accessed | (access == Access::write ? dirty : 0) : accessed) & ~entry;
  const bool is_allowed = walk.is_leaf && (access != Access::write || walk.may_write);
  // The processor would set them; before the entry is used, and only where they are missing.
  if (missing != 0 && is_allowed && walk.index_bits != 2) {
    const uint8_t low = static_cast<uint8_t>(entry | missing);
    if (access_.write(access_.context, at, &low, 1) != 0) return Outcome::forbidden;
  }
  if (!walk.is_leaf) {
    walk.table = entry & (is_32_bit ? 0xfffff000 : address_mask);
    walk.shift -= is_32_bit ? 10 : 9;
    walk.index_bits = is_32_bit ? 10 : 9;
    return Outcome::done;
  }
  uint64_t frame = entry & (is_32_bit ? 0xfffff000 : address_mask);
  // Bits 39:32 of a 4 MiB page lie at 20:13 (section 4.3).
  if (is_32_bit && walk.shift == 22) frame = (entry & 0xffc00000) | field(entry, 13, 8) << 32;
  const uint64_t offset_mask = (uint64_t{1} << walk.shift) - 1;
  place.physical = (frame & ~offset_mask) | (walk.linear & offset_mask);
  return Outcome::done;
}

Outcome GuestMemory::translate(uint64_t linear, Access access, Place &place) const {
  place = {linear, linear, 0};
  if ((system_.cr0 & paging) == 0) return Outcome::done;
  Walk walk{.linear = linear, .table = system_.cr3 & address_mask, .shift = 39, .index_bits = 9, .entry_size = 8};
  if ((system_.efer & long_mode_active) != 0) {
    if ((system_.cr4 & five_levels) != 0) walk.shift = 48;
  } else if ((system_.cr4 & physical_extension) != 0) {
    walk.table = system_.cr3 & 0xffffffe0;
    walk.shift = 30;
    walk.index_bits = 2;
  } else {
    walk.table = system_.cr3 & 0xfffff000;
    walk.shift = 22;
    walk.index_bits = 10;
    walk.entry_size = 4;
  }
  const bool is_user = (system_.ss.attributes >> 5 & 3) == 3;
  place.error_code = (access == Access::write ? fault_write : 0) | (is_user ? fault_user : 0) |
                     (access == Access::execute ? fault_fetch : 0);
  while (!walk.is_leaf) {
    if (const Outcome outcome = step(walk, access, place); outcome != Outcome::done) return outcome;
  }
  const bool write_refused =
      access == Access::write && !walk.may_write && (is_user || (system_.cr0 & write_protect) != 0);
  if ((is_user && !walk.may_user) || write_refused || (access == Access::execute && !walk.may_execute)) {
    place.error_code |= fault_protection;
    return Outcome::page_fault;
  }
  return Outcome::done;
}

Outcome GuestMemory::read(uint64_t linear, void *to, uint64_t size, Access access, Place &place) const {
  for (uint64_t done = 0; done < size;) {
    const uint64_t part = std::min(size - done, page_size - (linear + done) % page_size);
    if (const Outcome outcome = translate(linear + done, access, place); outcome != Outcome::done) return outcome;
    const int32_t result = access_.read(access_.context, place.physical, static_cast<uint8_t *>(to) + done, part);
    if (result != 0) return done == 0 ? outcome_of(result) : Outcome::forbidden;
    done += part;
  }
  return Outcome::done;
}

Outcome GuestMemory::write(uint64_t linear, const void *from, uint64_t size, Place &place) const {
  // All of it or nothing: a page fault leaves no half of an instruction behind.
  Place last;
  if (linear % page_size + size > page_size) {
    if (const Outcome outcome = translate(linear + size - 1, Access::write, last); outcome != Outcome::done) {
      place = last;
      return outcome;
    }
  }
  for (uint64_t done = 0; done < size;) {
    const uint64_t part = std::min(size - done, page_size - (linear + done) % page_size);
    if (const Outcome outcome = translate(linear + done, Access::write, place); outcome != Outcome::done)
      return outcome;
    const int32_t result =
        access_.write(access_.context, place.physical, static_cast<const uint8_t *>(from) + done, part);
    if (result != 0) return done == 0 ? outcome_of(result) : Outcome::forbidden;
    done += part;
  }
  return Outcome::done;
}

}  // namespace vmp::x86
