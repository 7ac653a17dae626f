#include "core/machine/address_space.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <string>

#include "core/error.h"
#include "core/machine/fault_guard.h"
#include "core/machine/machine.h"

namespace vmp {
namespace {

bool has_code(const AreaTable::Areas &areas) {
  return std::any_of(areas.begin(), areas.end(),
                     [](const auto &entry) { return (entry.second.protection & VMP_PROTECTION_EXECUTE) != 0; });
}

}  // namespace

vmp_status AddressSpace::create(vmp_machine *machine, std::shared_ptr<Run> run, std::shared_ptr<GuestMemory> memory,
                                uint64_t id, uint64_t size, std::shared_ptr<ArenaPool> arenas,
                                std::unique_ptr<AddressSpace> &space, vmp_error *error) {
  if (size == 0 || size % VMP_PAGE_SIZE != 0 || size > uint64_t{1} << 47) {
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "VMP_MACHINE_FAILED",
                "an address space of " + std::to_string(size) + " bytes: not a page multiple up to 2^47");
  }
  install_fault_handler();
  auto arena = arenas->take(size, error);
  if (arena == nullptr) return VMP_ERROR_OUT_OF_MEMORY;
  space.reset(new AddressSpace(machine, std::move(run), std::move(memory), id, std::move(arenas), std::move(arena)));
  return VMP_OK;
}

AddressSpace::AddressSpace(vmp_machine *machine, std::shared_ptr<Run> run, std::shared_ptr<GuestMemory> memory,
                           uint64_t id, std::shared_ptr<ArenaPool> arenas, std::unique_ptr<Arena> arena)
    : layout_{},
      run_(std::move(run)),
      memory_(std::move(memory)),
      arenas_(std::move(arenas)),
      arena_(std::move(arena)) {
  layout_.struct_size = sizeof(layout_);
  layout_.kind = VMP_SPACE_ARENA;
  layout_.base = arena_->base();
  layout_.size = arena_->size();
  layout_.machine = machine;
  layout_.id = id;
}

AddressSpace::~AddressSpace() {
  arenas_->give(std::move(arena_));  // first: nothing maps the pages that are released
  release(areas_.take(0, layout_.size));
}

std::vector<uint64_t> AddressSpace::used_parts(uint64_t part) {
  std::lock_guard lock(mutex_);
  std::vector<uint64_t> parts;
  for (auto area = areas_.begin(); area != areas_.end(); ++area) {
    if (area->second.protection == 0 || area->second.is_lazy()) continue;
    const uint64_t last = (area->first + area->second.size - 1) / part;
    for (uint64_t number = area->first / part; number <= last; ++number) {
      if (parts.empty() || parts.back() != number) parts.push_back(number);
    }
  }
  return parts;
}

std::map<uint64_t, uint64_t> AddressSpace::mapped_runs() {
  std::lock_guard lock(mutex_);
  std::map<uint64_t, uint64_t> runs;
  for (auto area = areas_.begin(); area != areas_.end(); ++area) {
    if (area->second.protection == 0) continue;
    const auto last = runs.empty() ? runs.end() : std::prev(runs.end());
    if (last != runs.end() && last->first + last->second == area->first)
      last->second += area->second.size;
    else
      runs.emplace(area->first, area->second.size);
  }
  return runs;
}

bool AddressSpace::valid_range(uint64_t address, uint64_t size, vmp_error *error) const {
  if (size != 0 && size % VMP_PAGE_SIZE == 0 && address % VMP_PAGE_SIZE == 0 && size <= layout_.size &&
      address <= layout_.size - size) {
    return true;
  }
  fail(error, VMP_ERROR_INVALID_ARGUMENT, "RANGE",
       "address " + std::to_string(address) + ", size " + std::to_string(size) + ": not pages of the space");
  return false;
}

std::vector<Extent> AddressSpace::allocate(uint64_t size, vmp_error *error, PageAllocator::From from) {
  if (!run_->charge_memory(size)) {
    const std::string detail = std::to_string(size) + " bytes more pass the limit of " +
                               std::to_string(run_->limits.memory) + " bytes of guest memory";
    Machine::from(layout_.machine).end_run(*run_, "", "memory", detail);
    fail(error, VMP_ERROR_OUT_OF_MEMORY, "VMP_GUEST_MEMORY", detail);
    return {};
  }
  auto extents = memory_->allocate(size, from);
  if (!extents.empty()) return extents;
  run_->credit_memory(size);
  fail(error, VMP_ERROR_OUT_OF_MEMORY, "VMP_GUEST_MEMORY",
       std::to_string(size) + " bytes more do not fit into the machine's " + std::to_string(memory_->layout().size));
  return {};
}

AreaTable::Areas AddressSpace::areas_over(uint64_t address, const std::vector<Extent> &extents, const Area &like) {
  AreaTable::Areas areas;
  for (const Extent &extent : extents) {
    areas.emplace(address, Area{extent.size, extent.offset, like.tag, like.protection, like.flags});
    address += extent.size;
  }
  return areas;
}

void AddressSpace::release(const AreaTable::Areas &areas) {
  for (const auto &[address, area] : areas) {
    if (area.has_memory()) run_->credit_memory(memory_->release({area.offset, area.size}));
    if (area.is_private()) run_->credit_memory(area.size);
  }
}

vmp_status AddressSpace::host_refused(vmp_error *error) {
  const bool is_denied = errno == EACCES || errno == EPERM;  // a file's own, as it was opened or sealed
  return fail(error, is_denied ? VMP_ERROR_DENIED : VMP_ERROR_OUT_OF_MEMORY, "VMP_MACHINE_FAILED",
              std::string("the host refuses the mapping: ") + std::strerror(errno));
}

int AddressSpace::host_protection(const Area &area) {
  if (area.offset == Area::no_memory) return PROT_NONE;
  int host = PROT_NONE;
  // An engine fetches through the same mapping, so code is readable; nothing of the guest's is ever host code.
  if ((area.protection & (VMP_PROTECTION_READ | VMP_PROTECTION_EXECUTE)) != 0) host |= PROT_READ;
  if ((area.protection & VMP_PROTECTION_WRITE) != 0) host |= area.copy_on_write ? PROT_READ : PROT_READ | PROT_WRITE;
  return host;
}

bool AddressSpace::apply_area(uint64_t address, uint64_t size, const Area &area, uint64_t offset) {
  const int descriptor = area.file != nullptr     ? area.file->descriptor
                         : area.frozen != nullptr ? area.frozen->descriptor()
                                                  : memory_->descriptor();
  const int sharing = area.is_private() ? MAP_PRIVATE : MAP_SHARED;
  return mmap(layout_.base + address, size, host_protection(area), sharing | MAP_NORESERVE | MAP_FIXED, descriptor,
              static_cast<off_t>(offset)) != MAP_FAILED;
}

void AddressSpace::apply_again(uint64_t address, uint64_t size) {
  bool is_lost = !apply(address, size);
  for (auto area = areas_.ending_after(address); area != areas_.end() && area->first < address + size; ++area)
    is_lost = is_lost || area->second.is_private();
  if (is_lost) Machine::from(layout_.machine).end_run(*run_, "", "memory", "the host refuses a mapping");
}

bool AddressSpace::apply_protection(uint64_t address, uint64_t size) {
  const uint64_t end = address + size;
  bool done = true;
  for (auto next = areas_.ending_after(address); next != areas_.end() && next->first < end; ++next) {
    const uint64_t from = std::max(next->first, address);
    const uint64_t to = std::min(next->first + next->second.size, end);
    done = mprotect(layout_.base + from, to - from, host_protection(next->second)) == 0 && done;
  }
  return done;
}

bool AddressSpace::apply(uint64_t address, uint64_t size) {
  uint64_t end = address + size;
  uint64_t at = address;
  bool done = true;
  auto reserve = [&](uint64_t from, uint64_t to) {
    void *fixed =
        mmap(layout_.base + from, to - from, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
    done = done && fixed != MAP_FAILED;
  };
  for (auto next = areas_.ending_after(address); next != areas_.end() && next->first < end; ++next) {
    const auto &[start, area] = *next;
    uint64_t from = std::max(start, address);
    uint64_t to = std::min(start + area.size, end);
    if (at < from) reserve(at, from);
    if (area.offset == Area::no_memory) {
      reserve(from, to);
    } else {
      done = apply_area(from, to - from, area, area.offset + (from - start)) && done;
    }
    at = to;
  }
  if (at < end) reserve(at, end);
  return done;
}

vmp_status AddressSpace::replace(uint64_t address, uint64_t size, AreaTable::Areas areas, vmp_error *error) {
  const AreaCount::Settling settling{area_count_, areas_};
  // One more than its own: the range may lie inside one area, of which both ends stay.
  if (!area_count_.claim(std::max<uint64_t>(areas.size(), 1) + 1, error)) {
    release(areas);
    return VMP_ERROR_OUT_OF_MEMORY;
  }
  const AreaTable::Areas saved = areas_.save(address, size);
  const AreaTable::Areas old = areas_.take(address, size);
  for (const auto &[at, area] : areas) areas_.insert(at, area);
  if (!apply(address, size)) {
    vmp_status status = host_refused(error);
    areas_.restore(saved, address, size);
    apply_again(address, size);
    release(areas);
    return status;
  }
  // Only now: a virtual CPU may have touched the old pages, and must not touch what is someone else's.
  release(old);
  if (has_code(old)) invalidate_code();
  return VMP_OK;
}

vmp_status AddressSpace::map(uint64_t address, uint64_t size, uint32_t protection, uint32_t flags, uint64_t tag,
                             vmp_error *error) {
  if (!valid_range(address, size, error)) return VMP_ERROR_INVALID_ARGUMENT;
  std::lock_guard lock(mutex_);
  AreaTable::Areas areas;
  // What is shared must have its pages before a fork, so that both sides have the same.
  if ((protection == 0 || (flags & VMP_MAP_LAZY) != 0) && (flags & VMP_MAP_SHARED) == 0) {
    areas.emplace(address, Area{size, Area::no_memory, tag, protection, flags});
  } else {
    // What grows upwards gets ascending pages, what is placed below an area descending ones: neighbours join.
    const bool is_below = areas_.holding(address + size) != areas_.end();
    const auto fresh = allocate(size, error, is_below ? PageAllocator::From::highest : PageAllocator::From::lowest);
    if (fresh.empty()) return VMP_ERROR_OUT_OF_MEMORY;
    areas = areas_over(address, fresh, Area{size, 0, tag, protection, flags});
  }
  return replace(address, size, std::move(areas), error);
}

vmp_status AddressSpace::map_file(uint64_t address, uint64_t size, uint32_t protection, uint64_t tag, int descriptor,
                                  uint64_t offset, vmp_error *error) {
  if (!valid_range(address, size, error)) return VMP_ERROR_INVALID_ARGUMENT;
  if (offset % VMP_PAGE_SIZE != 0 || offset > (uint64_t{1} << 62) - size)
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "RANGE", "offset " + std::to_string(offset) + " of the file");
  // A guest that has closed its own descriptor keeps this one: it is refused more before it takes the host's all.
  struct rlimit descriptors {};
  if (getrlimit(RLIMIT_NOFILE, &descriptors) == 0 && MappedFile::count() >= descriptors.rlim_cur / 4) {
    return fail(error, VMP_ERROR_OUT_OF_MEMORY, "VMP_MACHINE_FAILED",
                "the guests of this process map " + std::to_string(descriptors.rlim_cur / 4) +
                    " files, a quarter of its descriptors: no more are mapped");
  }
  const int own = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
  if (own < 0) return host_refused(error);
  const Area area{size, offset, tag, protection, VMP_MAP_SHARED, false, std::make_shared<const MappedFile>(own)};
  // Tried apart first: what the host refuses (a file that cannot be mapped so) is the caller's error.
  void *trial = mmap(nullptr, size, host_protection(area), MAP_SHARED | MAP_NORESERVE, own, static_cast<off_t>(offset));
  if (trial == MAP_FAILED) return fail(error, VMP_ERROR_INVALID_ARGUMENT, "FILE_NOT_MAPPABLE", std::strerror(errno));
  munmap(trial, size);
  std::lock_guard lock(mutex_);
  return replace(address, size, {{address, area}}, error);
}

vmp_status AddressSpace::unmap(uint64_t address, uint64_t size, vmp_error *error) {
  if (!valid_range(address, size, error)) return VMP_ERROR_INVALID_ARGUMENT;
  std::lock_guard lock(mutex_);
  const AreaCount::Settling settling{area_count_, areas_};
  const auto around = areas_.holding(address);
  const bool inside_one =
      around != areas_.end() && around->first < address && around->first + around->second.size > address + size;
  if (inside_one && !area_count_.claim(1, error)) return VMP_ERROR_OUT_OF_MEMORY;
  void *fixed =
      mmap(layout_.base + address, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
  if (fixed == MAP_FAILED) {
    vmp_status status = host_refused(error);
    apply_again(address, size);
    return status;
  }
  const AreaTable::Areas old = areas_.take(address, size);
  release(old);
  if (has_code(old)) invalidate_code();
  return VMP_OK;
}

vmp_status AddressSpace::check_mapped(uint64_t address, uint64_t size, vmp_error *error) {
  for (uint64_t covered = address; covered < address + size;) {
    const auto area = areas_.holding(covered);
    if (area == areas_.end())
      return fail(error, VMP_ERROR_NOT_FOUND, "NOT_MAPPED", "address " + std::to_string(covered) + " is not mapped");
    covered = area->first + area->second.size;
  }
  return VMP_OK;
}

vmp_status AddressSpace::protect(uint64_t address, uint64_t size, uint32_t protection, vmp_error *error) {
  if (!valid_range(address, size, error)) return VMP_ERROR_INVALID_ARGUMENT;
  std::lock_guard lock(mutex_);
  const AreaCount::Settling settling{area_count_, areas_};
  if (const vmp_status status = check_mapped(address, size, error); status != VMP_OK) return status;
  if (!area_count_.claim(2, error)) return VMP_ERROR_OUT_OF_MEMORY;
  const AreaTable::Areas saved = areas_.save(address, size);
  const AreaTable::Areas changed = areas_.take(address, size);
  for (auto [start, area] : changed) {
    area.protection = protection;
    areas_.insert(start, std::move(area));
  }
  if (!apply_protection(address, size)) {
    const vmp_status status = host_refused(error);
    areas_.restore(saved, address, size);
    apply_protection(address, size);
    return status;
  }
  if ((protection & VMP_PROTECTION_EXECUTE) != 0 || has_code(changed)) invalidate_code();
  return VMP_OK;
}

vmp_status AddressSpace::move(uint64_t address, uint64_t size, uint64_t to, vmp_error *error) {
  if (!valid_range(address, size, error) || !valid_range(to, size, error)) return VMP_ERROR_INVALID_ARGUMENT;
  if (to < address + size && address < to + size)
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "RANGE", "the two ranges overlap");
  std::lock_guard lock(mutex_);
  if (const vmp_status status = check_mapped(address, size, error); status != VMP_OK) return status;
  if (const vmp_status status = settle_locked(address, size, error); status != VMP_OK) return status;
  AreaTable::Areas source = areas_.save(address, size);
  const AreaTable::Areas moved = areas_.take(address, size);
  AreaTable::Areas target;
  for (const auto &[start, area] : moved) {
    // A user more, until the old place lets go: `replace` releases what it could not put in place.
    if (area.has_memory()) memory_->users().share({area.offset, area.size});
    if (area.is_private()) run_->charge_memory_anyway(area.size);
    target.emplace(start - address + to, area);
  }
  // The old place first: what the host still maps there while it is the new place's could be reached twice.
  vmp_status status = apply(address, size) ? VMP_OK : host_refused(error);
  if (status != VMP_OK) {
    release(target);
  } else {
    status = replace(to, size, std::move(target), error);
  }
  if (status != VMP_OK) {
    areas_.restore(source, address, size);
    apply(address, size);
    return status;
  }
  release(moved);
  if (has_code(moved)) invalidate_code();
  return VMP_OK;
}

vmp_status AddressSpace::find(uint64_t address, vmp_area *area) {
  std::lock_guard lock(mutex_);
  const auto found = areas_.ending_after(address);
  if (found == areas_.end()) return VMP_ERROR_NOT_FOUND;
  *area = {found->first, found->second.size, found->second.protection, found->second.flags, found->second.tag};
  return VMP_OK;
}

void AddressSpace::invalidate_code() { layout_.code_generation.fetch_add(1, std::memory_order_release); }

}  // namespace vmp
