// Where a process's memory lies: the policy. The machine's address space holds what is mapped and enforces it.
#ifndef VMP_LINUX_MEMORY_MEMORY_MAP_H
#define VMP_LINUX_MEMORY_MEMORY_MAP_H

#include <memory>
#include <mutex>
#include <optional>

#include "memory/free_ranges.h"
#include "memory/guest_memory.h"

namespace vmp_linux {

inline constexpr uint64_t kPage = VMP_PAGE_SIZE;
inline constexpr uint64_t kLowestAddress = 0x10000;  // as Linux's vm.mmap_min_addr: a null pointer plus a field faults

constexpr uint64_t page_floor(uint64_t address) { return address & ~(kPage - 1); }
// Wraps to 0 for the last page of 2^64.
constexpr uint64_t page_ceiling(uint64_t address) { return page_floor(address + kPage - 1); }

// vmp_area.tag: what an area is for.
enum AreaTag : uint64_t {
  kAnonymousArea = 1,
  kSharedAnonymousArea,
  kHeapArea,
  kStackArea,
  kProgramArea,
  kTrampolineArea,
  kFileArea,
  kSharedFileArea,  // the file's own pages: an access behind its end is SIGBUS
  kBeyondFileArea,  // pages of a file mapping behind the file's end: an access is SIGBUS
};

// Every method but the constructor and `fork` may be called with a lock of `placing` held, by which calls that choose
// an address and then map there are kept apart.
class MemoryMap {
 public:
  // Takes the space over. stack_size is a page multiple. The stack ends one page below the end of the space; mappings
  // go below its guard.
  MemoryMap(GuestMemory memory, uint64_t stack_size);
  ~MemoryMap() { memory_.service()->space_destroy(memory_.space()); }
  MemoryMap(const MemoryMap &) = delete;
  MemoryMap &operator=(const MemoryMap &) = delete;

  // What it knows of the space beyond the areas in it.
  struct Plan {
    uint64_t stack_size;
    FreeRanges free;
    uint64_t heap_start, heap_end;
    bool shares_memory_files;
  };
  Plan plan() const;
  // Takes over a space for which this is the plan.
  MemoryMap(GuestMemory memory, const Plan &plan);

  // A copy, of which each page is copied when either side writes to it. Null with `error` filled.
  std::shared_ptr<MemoryMap> fork(vmp_error *error) const;
  std::mutex &placing() const { return placing_; }

  const GuestMemory &memory() const { return memory_; }
  uint64_t end() const { return memory_.space()->size; }
  uint64_t stack_top() const { return stack_top_; }
  uint64_t stack_bottom() const { return stack_top_ - stack_size_; }
  uint64_t mapping_top() const { return mapping_top_; }

  // Page-aligned ranges. 0 or minus an errno.
  int map(uint64_t address, uint64_t size, uint32_t protection, AreaTag tag);
  int map_file(uint64_t address, uint64_t size, uint32_t protection, int descriptor, uint64_t offset);
  // A file of memfd_create(2) is, or was, mapped as shared.
  void note_memory_file() { shares_memory_files_ = true; }
  bool shares_memory_files() const { return shares_memory_files_; }
  int move(uint64_t address, uint64_t size, uint64_t to);
  int unmap(uint64_t address, uint64_t size);
  // Pages behind a file's end stay what they are.
  int protect(uint64_t address, uint64_t size, uint32_t protection);

  // The file's bytes from `offset` on into pages that are mapped, whatever their protection. The number, fewer than
  // `size` only at the end of the file, or minus an errno.
  int64_t fill(uint64_t address, uint64_t size, int file, uint64_t offset);

  bool inside(uint64_t address, uint64_t size) const;
  bool is_free(uint64_t address, uint64_t size) const;
  // The highest free range of `size` bytes below the stack.
  std::optional<uint64_t> gap(uint64_t size) const;
  // The area at `address`, if one is there.
  std::optional<vmp_area> area_at(uint64_t address) const;
  // Whether every page is mapped.
  bool is_mapped(uint64_t address, uint64_t size) const;

  void set_heap(uint64_t start) { heap_start_ = heap_end_ = start; }
  uint64_t heap_end() const { return heap_end_; }
  // brk(2): the new end, or the old one when it cannot be had.
  uint64_t set_heap_end(uint64_t end);

  // Bytes mapped outside the stack: all of them, and those of a range.
  uint64_t mapped() const { return free_.taken(); }
  uint64_t mapped_in(uint64_t address, uint64_t size) const { return free_.taken_in(address, size); }
  // Bytes that count for RLIMIT_DATA: private and writable, outside the stack.
  uint64_t data() const;

 private:
  GuestMemory memory_;
  mutable std::mutex placing_;
  uint64_t stack_top_ = 0;
  uint64_t stack_size_ = 0;
  uint64_t mapping_top_ = 0;
  FreeRanges free_;  // below the stack
  uint64_t heap_start_ = 0;
  uint64_t heap_end_ = 0;
  bool shares_memory_files_ = false;
};

}  // namespace vmp_linux
#endif
