// The areas of an address space: which guest addresses are mapped, how, and to what of the memory file. Touches no
// mapping of the host. Used under the space's lock.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "core/machine/frozen_memory.h"
#include "core/machine/page_allocator.h"

namespace vmp {

// A file of the host whose own pages are mapped.
struct MappedFile {
  explicit MappedFile(int owned);
  ~MappedFile();
  MappedFile(const MappedFile &) = delete;
  MappedFile &operator=(const MappedFile &) = delete;
  static uint64_t count();  // in this process: each has a descriptor of it
  const int descriptor;
};

struct Area {
  static constexpr uint64_t no_memory = ~uint64_t{0};

  uint64_t size;
  uint64_t offset;  // in the memory file, `frozen` or `file`; no_memory for a reservation or where it is not given yet
  uint64_t tag;
  uint32_t protection;
  uint32_t flags = 0;          // VMP_MAP_*
  bool copy_on_write = false;  // pages may be another space's too: not writable on the host before that is resolved
  std::shared_ptr<const MappedFile> file = nullptr;
  std::shared_ptr<const FrozenMemory> frozen = nullptr;

  // Pages of the machine's own memory file.
  bool has_memory() const { return offset != no_memory && file == nullptr && frozen == nullptr; }
  // Over frozen pages, by a private mapping: a page that is written to is the mapping's own from then on.
  bool is_private() const { return frozen != nullptr && !copy_on_write; }
  bool is_lazy() const { return offset == no_memory && protection != 0; }
  // Whether `next` goes on in the same way right behind this.
  bool continues_with(const Area &next) const;
};

class AreaTable {
 public:
  using Areas = std::map<uint64_t, Area>;

  // The first area that ends behind `address`: the one that holds it, else the next one.
  Areas::iterator ending_after(uint64_t address);
  // The area that holds `address`, or the end.
  Areas::iterator holding(uint64_t address);
  Areas::iterator from(uint64_t address) { return areas_.lower_bound(address); }
  Areas::iterator begin() { return areas_.begin(); }
  Areas::iterator end() { return areas_.end(); }
  uint64_t size() const { return areas_.size(); }

  // Ends an area at `address` and begins another there, so that what follows can treat areas as whole.
  void split(uint64_t address);
  // Joined to the areas before and behind it where they go on in the same way. The range must be free.
  void insert(uint64_t address, Area area);
  // Takes the areas of a range out, cut at both ends.
  Areas take(uint64_t address, uint64_t size);
  // The areas that a change of the range can touch, and the table as it was when they were saved.
  Areas save(uint64_t address, uint64_t size);
  void restore(const Areas &saved, uint64_t address, uint64_t size);

 private:
  Areas areas_;
};

}  // namespace vmp
