// One guest process's memory: an arena of reserved host addresses into which pages of the machine's memory file are
// mapped. The host's mappings are the guest's protection.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "core/machine/area_count.h"
#include "core/machine/area_table.h"
#include "core/machine/arena.h"
#include "core/machine/guest_memory.h"
#include "core/machine/run.h"
#include "core/machine/shared_pages.h"
#include "core/machine/space_image.h"
#include "vm_plugin/machine.h"

namespace vmp {

class AddressSpace {
 public:
  // size: bytes, a page multiple, at most 2^47. Refused when the host has no such run of addresses.
  static vmp_status create(vmp_machine *machine, std::shared_ptr<Run> run, std::shared_ptr<GuestMemory> memory,
                           uint64_t id, uint64_t size, std::shared_ptr<ArenaPool> arenas,
                           std::unique_ptr<AddressSpace> &space, vmp_error *error);
  ~AddressSpace();
  AddressSpace(const AddressSpace &) = delete;
  AddressSpace &operator=(const AddressSpace &) = delete;

  static AddressSpace &from(vmp_address_space *layout) { return *reinterpret_cast<AddressSpace *>(layout); }
  vmp_address_space *layout() { return &layout_; }

  // As the entries of vmp.memory/1 with these names. [any]
  vmp_status map(uint64_t address, uint64_t size, uint32_t protection, uint32_t flags, uint64_t tag, vmp_error *error);
  vmp_status map_file(uint64_t address, uint64_t size, uint32_t protection, uint64_t tag, int descriptor,
                      uint64_t offset, vmp_error *error);
  vmp_status move(uint64_t address, uint64_t size, uint64_t to, vmp_error *error);
  vmp_status unmap(uint64_t address, uint64_t size, vmp_error *error);
  vmp_status protect(uint64_t address, uint64_t size, uint32_t protection, vmp_error *error);
  vmp_status find(uint64_t address, vmp_area *area);
  uint64_t read(uint64_t address, void *to, uint64_t size);
  uint64_t write(uint64_t address, const void *from, uint64_t size);
  vmp_status read_string(uint64_t address, char *to, uint64_t capacity, uint64_t *length);
  vmp_status populate(uint64_t address, const void *from, uint64_t size, vmp_error *error);
  void invalidate_code();
  void prepare(uint64_t address, uint64_t size, uint32_t access);
  // Makes `child`, which is empty and as large, a copy that shares the pages. [any]
  vmp_status fork_to(AddressSpace &child, vmp_error *error);

  // For a snapshot, whose virtual CPUs rest; one call at a time. settle, of every space, comes before the first freeze.
  // [control]
  // Every page that was written to is one of the memory file.
  vmp_status settle(vmp_error *error);
  // From here on the space goes on over `frozen`, which takes its pages over, as one that was made from the image does.
  vmp_status freeze(SpaceImage &image, const std::shared_ptr<FrozenMemory> &frozen, SharedPages &shared,
                    vmp_error *error);
  // Makes this space, which is empty and as large, what the image is. copies: with pages of its own, at once.
  vmp_status adopt(const SpaceImage &image, SharedPages &shared, bool copies, vmp_error *error);
  // Makes it so again, undoing what was done since. changes_code: whether code decoded from here may be stale.
  vmp_status revert(const SpaceImage &image, SharedPages &shared, bool copies, bool &changes_code, vmp_error *error);

  // After a fault, or before an access that must not fault: gives memory to a lazy page, or copies one that is to be
  // copied before a write. `refused`: no access of that kind is allowed there. OUT_OF_MEMORY: the access would be
  // allowed, `error` says what is missing. [any]
  enum class Resolution { ready, refused, out_of_memory };
  Resolution resolve(uint64_t address, uint32_t access, vmp_error *error);

  // [control] Before the first fork: how much a write copies, bytes; more than a page where faults cost more than
  // copies.
  void set_copied_at_once(uint64_t bytes) { copied_at_once_ = bytes; }

  const std::shared_ptr<Run> &run() const { return run_; }

  // What system calls answer whenever they are made in this space. Not carried over by fork_to. [any]
  void set_answers(std::span<const vmp_call_answer> answers);
  std::vector<vmp_call_answer> answers();

  // The arena and its guard pages, for a FaultGuard.
  const void *guard_begin() const { return arena_->reservation(); }
  size_t guard_size() const { return arena_->reservation_size(); }

  // The parts of `part` bytes each in which there is memory that can be accessed, by number. [any]
  std::vector<uint64_t> used_parts(uint64_t part);
  // Whole runs of what is mapped with any protection: bytes, by first address. [any]
  std::map<uint64_t, uint64_t> mapped_runs();

 private:
  AddressSpace(vmp_machine *machine, std::shared_ptr<Run> run, std::shared_ptr<GuestMemory> memory, uint64_t id,
               std::shared_ptr<ArenaPool> arenas, std::unique_ptr<Arena> arena);
  bool valid_range(uint64_t address, uint64_t size, vmp_error *error) const;
  // Pages of the memory file, charged to the run; empty with `error` filled.
  std::vector<Extent> allocate(uint64_t size, vmp_error *error, PageAllocator::From from = PageAllocator::From::lowest);
  // As allocate, for what the guest did not ask for: no limit of the run's ends it.
  std::vector<Extent> allocate_anyway(uint64_t size, vmp_error *error);
  // The extents one behind the other from `address` on, with the tag, protection and flags of `like`.
  static AreaTable::Areas areas_over(uint64_t address, const std::vector<Extent> &extents, const Area &like);
  void release(const AreaTable::Areas &areas);
  // NOT_FOUND, naming the page, unless every page is mapped.
  vmp_status check_mapped(uint64_t address, uint64_t size, vmp_error *error);
  // Puts `areas`, which cover the range, in place of what is there, or leaves everything as it was.
  vmp_status replace(uint64_t address, uint64_t size, AreaTable::Areas areas, vmp_error *error);
  static vmp_status host_refused(vmp_error *error);  // as errno has it
  // Of an access that a system call makes: the run ends, as it does where the guest itself makes it.
  void end_if_out_of_memory(Resolution resolution, const vmp_error &error);
  static int host_protection(const Area &area);
  bool apply_area(uint64_t address, uint64_t size, const Area &area, uint64_t offset);
  // As it was before a change that has failed. What a private mapping held is lost: then the run ends.
  void apply_again(uint64_t address, uint64_t size);
  bool apply_protection(uint64_t address, uint64_t size);
  vmp_status settle_locked(uint64_t address, uint64_t size, vmp_error *error);
  vmp_status take_private(uint64_t from, uint64_t size, vmp_error *error);
  vmp_status keep_shared(uint64_t start, const Area &area, const std::shared_ptr<FrozenMemory> &frozen,
                         SharedPages &shared, AreaTable &image, vmp_error *error);
  vmp_status place(uint64_t start, const Area &area, SharedPages &shared, bool copies, vmp_error *error);
  vmp_status place_copy(uint64_t start, const Area &area, vmp_error *error);
  vmp_status rebuild(uint64_t from, uint64_t to, const SpaceImage &image, SharedPages &shared, bool copies,
                     bool &changes_code, vmp_error *error);
  vmp_status undo_writes(uint64_t start, const Area &area, uint64_t &copied_back, bool &changes_code, vmp_error *error);
  template <typename Copy>
  uint64_t copy_resolving(uint64_t address, uint64_t size, uint32_t access, Copy copy);
  // Makes the host's mappings of the range what the table says.
  bool apply(uint64_t address, uint64_t size);
  uint64_t cluster_size(uint64_t smallest);
  uint64_t next_lazy_step(uint64_t address);
  Resolution resolve_locked(uint64_t address, uint32_t access, vmp_error *error);
  Resolution give(AreaTable::Areas::iterator lazy, uint64_t address, vmp_error *error);
  Resolution copy(AreaTable::Areas::iterator shared, uint64_t address, vmp_error *error);
  bool make_writable(AreaTable::Areas::iterator unshared, uint64_t address, vmp_error *error);

  vmp_address_space layout_;  // first: `from` relies on it
  std::shared_ptr<Run> run_;
  std::shared_ptr<GuestMemory> memory_;
  const std::shared_ptr<ArenaPool> arenas_;
  std::unique_ptr<Arena> arena_;
  std::mutex mutex_;
  AreaTable areas_;
  uint64_t copied_at_once_ = VMP_PAGE_SIZE;
  uint64_t lazy_step_ = VMP_PAGE_SIZE;
  std::pair<uint64_t, uint64_t> given_;  // the last lazy range that got memory
  AreaCount area_count_;
  std::vector<vmp_call_answer> answers_;
};

}  // namespace vmp
