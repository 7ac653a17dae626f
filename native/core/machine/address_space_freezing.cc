// An address space in a snapshot: its pages are frozen, it and others go on over private mappings of them, and what was
// written since can be undone.
#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <iterator>

#include "core/error.h"
#include "core/machine/address_space.h"
#include "core/machine/machine.h"
#include "core/machine/private_pages.h"

namespace vmp {
namespace {

constexpr uint64_t most_copied_back = 256 * uint64_t{VMP_PAGE_SIZE};  // of a space, in one turn

vmp_status no_mapping(vmp_error *error) {
  return fail(error, VMP_ERROR_OUT_OF_MEMORY, "VMP_MACHINE_FAILED", "the host refuses the mappings of a snapshot");
}

bool is_same(const Area &one, const Area &other) {
  return one.size == other.size && one.offset == other.offset && one.tag == other.tag &&
         one.protection == other.protection && one.flags == other.flags && one.copy_on_write == other.copy_on_write &&
         one.file == other.file && one.frozen == other.frozen;
}

// Its pages are common to several spaces: a snapshot has copies of them.
bool is_shared_copy(const Area &area) { return area.frozen != nullptr && (area.flags & VMP_MAP_SHARED) != 0; }

}  // namespace

std::vector<Extent> AddressSpace::allocate_anyway(uint64_t size, vmp_error *error) {
  auto extents = memory_->allocate(size);
  if (extents.empty())
    fail(error, VMP_ERROR_OUT_OF_MEMORY, "VMP_GUEST_MEMORY",
         std::to_string(size) + " bytes more do not fit into the machine's " + std::to_string(memory_->layout().size));
  else
    run_->charge_memory_anyway(size);
  return extents;
}

vmp_status AddressSpace::settle(vmp_error *error) {
  std::lock_guard lock(mutex_);
  return settle_locked(0, layout_.size, error);
}

vmp_status AddressSpace::settle_locked(uint64_t address, uint64_t size, vmp_error *error) {
  const uint64_t end = address + size;
  std::vector<std::pair<uint64_t, uint64_t>> written;
  for (auto next = areas_.ending_after(address); next != areas_.end() && next->first < end; ++next) {
    const auto &[start, area] = *next;
    if (!area.is_private()) continue;
    const uint64_t from = std::max(start, address);
    const uint64_t bytes = std::min(start + area.size, end) - from;
    const size_t before = written.size();
    const bool is_known = find_private_pages(layout_.base + from, bytes, [&](uint8_t *at, uint64_t run) {
      written.emplace_back(static_cast<uint64_t>(at - layout_.base), run);
    });
    if (is_known) continue;
    written.resize(before);
    written.emplace_back(from, bytes);
  }
  // Not in the loop: it changes the table.
  for (const auto &[from, bytes] : written) {
    const auto holder = areas_.holding(from);
    if (holder == areas_.end() || !holder->second.is_private()) continue;  // found twice
    if (const vmp_status status = take_private(from, bytes, error); status != VMP_OK) return status;
  }
  return VMP_OK;
}

// From pages of a private mapping, all in one area, to pages of the memory file with the same bytes.
vmp_status AddressSpace::take_private(uint64_t from, uint64_t size, vmp_error *error) {
  Area area = areas_.holding(from)->second;
  const auto fresh = allocate_anyway(size, error);
  if (fresh.empty()) return VMP_ERROR_OUT_OF_MEMORY;
  area.frozen = nullptr;
  AreaTable::Areas own = areas_over(from, fresh, area);
  const bool is_readable = (host_protection(area) & PROT_READ) != 0;
  if (!is_readable && mprotect(layout_.base + from, size, PROT_READ) != 0) {
    release(own);
    return host_refused(error);
  }
  for (const auto &[at, part] : own) std::memcpy(memory_->alias(part.offset), layout_.base + at, part.size);
  return replace(from, size, std::move(own), error);
}

vmp_status AddressSpace::keep_shared(uint64_t start, const Area &area, const std::shared_ptr<FrozenMemory> &frozen,
                                     SharedPages &shared, AreaTable &image, vmp_error *error) {
  std::vector<Extent> fresh;
  const auto copies = shared.copy({area.offset, area.size},
                                  {[&](uint64_t offset) { return memory_->alias(offset); },
                                   [&](uint64_t bytes) { return memory_->allocate(bytes); },
                                   [&](uint64_t offset) { return memory_->alias(offset); }},
                                  fresh);
  for (const Extent &extent : fresh) frozen->take_over(extent);
  if (copies.empty())
    return fail(error, VMP_ERROR_OUT_OF_MEMORY, "VMP_GUEST_MEMORY",
                std::to_string(area.size) + " bytes of shared memory more do not fit into the machine's " +
                    std::to_string(memory_->layout().size));
  for (auto &[at, part] : areas_over(start, copies, area)) {
    Area kept = part;
    kept.frozen = frozen;
    image.insert(at, std::move(kept));
  }
  return VMP_OK;
}

vmp_status AddressSpace::freeze(SpaceImage &image, const std::shared_ptr<FrozenMemory> &frozen, SharedPages &shared,
                                vmp_error *error) {
  std::lock_guard lock(mutex_);
  image.id = layout_.id;
  image.run = run_->id;
  image.size = layout_.size;
  // Made anew, so that what is alike now is joined here as it is where the image is adopted.
  AreaTable kept, now;
  for (auto next = areas_.begin(); next != areas_.end(); ++next) {
    auto &[start, area] = *next;
    if (area.has_memory() && (area.flags & VMP_MAP_SHARED) != 0) {
      now.insert(start, area);
      if (const vmp_status status = keep_shared(start, area, frozen, shared, kept, error); status != VMP_OK)
        return status;
      continue;
    }
    if (area.has_memory()) {
      // Those with which a fork shared it may have let go of it: then it is written to without a fault.
      for (uint64_t at = 0; area.copy_on_write; at += VMP_PAGE_SIZE) {
        if (at == area.size)
          area.copy_on_write = false;
        else if (memory_->users().is_shared(area.offset + at))
          break;
      }
      area.frozen = frozen;
      frozen->take_over({area.offset, area.size});
      if (area.is_private() && !apply_area(start, area.size, area, area.offset)) {
        // The host maps the pages themselves still: nobody goes on from them.
        Machine::from(layout_.machine).end_run(*run_, "", "memory", "the host refuses a mapping");
        return no_mapping(error);
      }
    }
    kept.insert(start, area);
    now.insert(start, area);
  }
  areas_ = std::move(now);
  image.areas = {kept.begin(), kept.end()};
  return VMP_OK;
}

vmp_status AddressSpace::place_copy(uint64_t start, const Area &area, vmp_error *error) {
  const auto fresh = allocate_anyway(area.size, error);
  if (fresh.empty()) return VMP_ERROR_OUT_OF_MEMORY;
  Area own = area;
  own.frozen = nullptr;
  own.copy_on_write = false;
  for (const auto &[at, part] : areas_over(start, fresh, own)) {
    std::memcpy(memory_->alias(part.offset), area.frozen->alias(area.offset + (at - start)), part.size);
    areas_.insert(at, part);
  }
  return VMP_OK;
}

// Into the table, where the range is free; the host's mappings are made after that.
vmp_status AddressSpace::place(uint64_t start, const Area &area, SharedPages &shared, bool copies, vmp_error *error) {
  if (is_shared_copy(area)) {
    std::vector<Extent> fresh;
    const auto pages = shared.copy({area.offset, area.size},
                                   {[&](uint64_t offset) { return area.frozen->alias(offset); },
                                    [&](uint64_t bytes) { return allocate_anyway(bytes, error); },
                                    [&](uint64_t offset) { return memory_->alias(offset); }},
                                   fresh);
    if (pages.empty()) return VMP_ERROR_OUT_OF_MEMORY;
    Area own = area;
    own.frozen = nullptr;
    for (const auto &[at, part] : areas_over(start, pages, own)) {
      memory_->users().share({part.offset, part.size});
      areas_.insert(at, part);
    }
    // The first use of each is this space's.
    for (const Extent &extent : fresh) memory_->release(extent);
    return VMP_OK;
  }
  if (copies && area.frozen != nullptr) return place_copy(start, area, error);
  if (area.is_private()) run_->charge_memory_anyway(area.size);
  areas_.insert(start, area);
  return VMP_OK;
}

vmp_status AddressSpace::adopt(const SpaceImage &image, SharedPages &shared, bool copies, vmp_error *error) {
  std::lock_guard lock(mutex_);
  const AreaCount::Settling settling{area_count_, areas_};
  if (!area_count_.claim(image.areas.size(), error)) return VMP_ERROR_OUT_OF_MEMORY;
  for (const auto &[start, area] : image.areas) {
    if (const vmp_status status = place(start, area, shared, copies, error); status != VMP_OK) return status;
  }
  for (auto next = areas_.begin(); next != areas_.end(); ++next) {
    const auto &[start, area] = *next;
    if (area.offset != Area::no_memory && !apply_area(start, area.size, area, area.offset)) return no_mapping(error);
  }
  return VMP_OK;
}

// What was written there since is gone.
vmp_status AddressSpace::undo_writes(uint64_t start, const Area &area, uint64_t &copied_back, bool &changes_code,
                                     vmp_error *error) {
  uint8_t *const begin = layout_.base + start;
  const bool is_writable = (host_protection(area) & PROT_WRITE) != 0;
  bool any = false, done = true;
  const bool is_known = find_private_pages(begin, area.size, [&](uint8_t *at, uint64_t bytes) {
    any = true;
    // Copied rather than dropped, as long as it is little: what each turn writes then faults in none but the first.
    copied_back += bytes;
    if (is_writable && copied_back <= most_copied_back)
      std::memcpy(at, area.frozen->alias(area.offset + static_cast<uint64_t>(at - begin)), bytes);
    else
      done = madvise(at, bytes, MADV_DONTNEED) == 0 && done;
  });
  changes_code = changes_code || ((any || !is_known) && (area.protection & VMP_PROTECTION_EXECUTE) != 0);
  if (is_known && done) return VMP_OK;
  return apply_area(start, area.size, area, area.offset) ? VMP_OK : no_mapping(error);
}

vmp_status AddressSpace::rebuild(uint64_t from, uint64_t to, const SpaceImage &image, SharedPages &shared, bool copies,
                                 bool &changes_code, vmp_error *error) {
  const auto first = image.areas.lower_bound(from), last = image.areas.lower_bound(to);
  const auto present = areas_.from(from);
  if (first == last && (present == areas_.end() || present->first >= to)) return VMP_OK;
  const AreaTable::Areas old = areas_.take(from, to - from);
  uint64_t lowest = to, highest = from;
  const auto see = [&](const auto &entry) {
    lowest = std::min(lowest, entry.first);
    highest = std::max(highest, entry.first + entry.second.size);
    changes_code = changes_code || (entry.second.protection & VMP_PROTECTION_EXECUTE) != 0;
  };
  std::for_each(old.begin(), old.end(), see);
  std::for_each(first, last, see);
  vmp_status status = VMP_OK;
  for (auto next = first; next != last && status == VMP_OK; ++next)
    status = place(next->first, next->second, shared, copies, error);
  if (status == VMP_OK && !apply(lowest, highest - lowest)) status = no_mapping(error);
  release(old);
  return status;
}

vmp_status AddressSpace::revert(const SpaceImage &image, SharedPages &shared, bool copies, bool &changes_code,
                                vmp_error *error) {
  std::lock_guard lock(mutex_);
  const AreaCount::Settling settling{area_count_, areas_};
  if (!area_count_.claim(image.areas.size(), error)) return VMP_ERROR_OUT_OF_MEMORY;
  uint64_t done = 0;  // all below it is as in the image
  uint64_t copied_back = 0;
  vmp_status status = VMP_OK;
  for (const auto &[start, area] : image.areas) {
    const auto now = areas_.from(start);
    const bool is_there = now != areas_.end() && now->first == start && is_same(now->second, area);
    if (!is_there || is_shared_copy(area) || (copies && area.frozen != nullptr)) continue;
    status = rebuild(done, start, image, shared, copies, changes_code, error);
    if (status == VMP_OK && area.is_private()) status = undo_writes(start, area, copied_back, changes_code, error);
    if (status != VMP_OK) return status;
    done = start + area.size;
  }
  status = rebuild(done, layout_.size, image, shared, copies, changes_code, error);
  if (changes_code) invalidate_code();
  return status;
}

}  // namespace vmp
