// The pages that an address space does not have to itself yet: those to be copied before a write, after a fork, and
// those that get memory at their first access.
#include <sys/mman.h>

#include <algorithm>
#include <cstring>

#include "core/error.h"
#include "core/machine/address_space.h"

namespace vmp {
namespace {

constexpr uint64_t lazy_step = uint64_t{64} << 10, largest_lazy_step = uint64_t{4} << 20;
constexpr uint64_t longest_unshared_run = 512 * uint64_t{VMP_PAGE_SIZE};

}  // namespace

// How much is taken apart at once: more where the space is in many pieces, of which the host gives a limited number.
uint64_t AddressSpace::cluster_size(uint64_t smallest) {
  const uint64_t areas = areas_.size();
  return smallest * (areas < 1024 ? 1 : areas < 8192 ? 16 : 256);
}

AddressSpace::Resolution AddressSpace::resolve(uint64_t address, uint32_t access, vmp_error *error) {
  std::lock_guard lock(mutex_);
  return resolve_locked(address, access, error);
}

AddressSpace::Resolution AddressSpace::resolve_locked(uint64_t address, uint32_t access, vmp_error *error) {
  const auto found = areas_.holding(address);
  if (found == areas_.end()) return Resolution::refused;
  const Area &area = found->second;
  // What can be accessed at all can be read, as the host's mappings have it.
  const uint32_t allowed = area.protection != 0 ? area.protection | VMP_PROTECTION_READ : 0;
  if ((allowed & access) != access || area.file != nullptr) return Resolution::refused;
  if (area.is_lazy()) return give(found, address, error);
  if (area.copy_on_write && (access & VMP_PROTECTION_WRITE) != 0) return copy(found, address, error);
  return Resolution::ready;  // by another thread, in between
}

// What is touched in a row is given in steps that double: a program that fills a large area faults seldom, one that
// touches a page here and there is not charged for what lies between.
uint64_t AddressSpace::next_lazy_step(uint64_t address) {
  const bool goes_on = address - given_.second < lazy_step || given_.first - 1 - address < lazy_step;
  lazy_step_ = goes_on ? std::clamp(lazy_step_ * 2, lazy_step, largest_lazy_step) : lazy_step;
  return std::max(lazy_step_, cluster_size(lazy_step));
}

AddressSpace::Resolution AddressSpace::give(AreaTable::Areas::iterator lazy, uint64_t address, vmp_error *error) {
  const uint64_t start = lazy->first;
  const Area area = lazy->second;
  const auto give_step = [&](uint64_t step) {
    const uint64_t from = std::max(start, address / step * step);
    const uint64_t to = std::min(start + area.size, from / step * step + step);
    const auto fresh = allocate(to - from, error);
    if (fresh.empty() || replace(from, to - from, areas_over(from, fresh, area), error) != VMP_OK) return false;
    given_ = {from, to};
    return true;
  };
  const uint64_t step = next_lazy_step(address), smallest = cluster_size(lazy_step);
  // What does not hold a large step may hold a small one.
  return give_step(step) || (step > smallest && give_step(smallest)) ? Resolution::ready : Resolution::out_of_memory;
}

AddressSpace::Resolution AddressSpace::copy(AreaTable::Areas::iterator shared, uint64_t address, vmp_error *error) {
  const uint64_t start = shared->first;
  const Area area = shared->second;
  const uint64_t page = address / VMP_PAGE_SIZE * VMP_PAGE_SIZE;
  if (area.frozen == nullptr && !memory_->users().is_shared(area.offset + (page - start)))
    return make_writable(shared, page, error) ? Resolution::ready : Resolution::out_of_memory;
  const uint64_t step = cluster_size(copied_at_once_);
  const uint64_t from = std::max(start, page / step * step);
  const uint64_t to = std::min(start + area.size, page / step * step + step);
  const auto fresh = allocate(to - from, error);
  if (fresh.empty()) return Resolution::out_of_memory;
  AreaTable::Areas areas = areas_over(from, fresh, area);
  const uint8_t *source = area.frozen != nullptr ? area.frozen->alias(area.offset) : memory_->alias(area.offset);
  for (const auto &[at, own] : areas) std::memcpy(memory_->alias(own.offset), source + (at - start), own.size);
  return replace(from, to - from, std::move(areas), error) == VMP_OK ? Resolution::ready : Resolution::out_of_memory;
}

// The others have let go of the page: so it is this space's own again, and mostly those around it are too.
bool AddressSpace::make_writable(AreaTable::Areas::iterator unshared, uint64_t page, vmp_error *error) {
  const uint64_t start = unshared->first;
  Area area = unshared->second;
  const auto shared = [&](uint64_t at) { return memory_->users().is_shared(area.offset + (at - start)); };
  uint64_t from = page;
  uint64_t to = page + VMP_PAGE_SIZE;
  while (from > start && page - from < longest_unshared_run && !shared(from - VMP_PAGE_SIZE)) from -= VMP_PAGE_SIZE;
  while (to < start + area.size && to - page < longest_unshared_run && !shared(to)) to += VMP_PAGE_SIZE;
  const AreaCount::Settling settling{area_count_, areas_};
  if (!area_count_.claim(2, error)) return false;
  const AreaTable::Areas saved = areas_.save(from, to - from);
  areas_.take(from, to - from);
  area.offset += from - start;
  area.size = to - from;
  area.copy_on_write = false;
  areas_.insert(from, area);
  if (mprotect(layout_.base + from, to - from, host_protection(area)) == 0) return true;
  host_refused(error);
  areas_.restore(saved, from, to - from);
  return false;
}

void AddressSpace::prepare(uint64_t address, uint64_t size, uint32_t access) {
  if (size == 0 || address >= layout_.size) return;
  const uint64_t start = address;
  const uint64_t end = address + std::min(size, layout_.size - address);
  std::lock_guard lock(mutex_);
  while (address < end) {
    const auto found = areas_.holding(address);
    if (found == areas_.end()) return;  // the host's kernel finds out by itself
    const Area &area = found->second;
    if (!area.is_lazy() && !(area.copy_on_write && (access & VMP_PROTECTION_WRITE) != 0)) {
      address = found->first + area.size;
      continue;
    }
    vmp_error error = make_error();
    const Resolution resolution = resolve_locked(address, access, &error);
    // The host's kernel does its part as far as the memory reaches, which may be as far as it needs.
    if (resolution != Resolution::ready) {
      if (address == start) end_if_out_of_memory(resolution, error);
      return;
    }
    address = address / VMP_PAGE_SIZE * VMP_PAGE_SIZE + VMP_PAGE_SIZE;
  }
}

vmp_status AddressSpace::fork_to(AddressSpace &child, vmp_error *error) {
  std::scoped_lock lock(mutex_, child.mutex_);
  // What a private mapping holds could not be shared.
  if (const vmp_status status = settle_locked(0, layout_.size, error); status != VMP_OK) return status;
  const AreaCount::Settling settling{child.area_count_, child.areas_};
  if (!child.area_count_.claim(areas_.size(), error)) return VMP_ERROR_OUT_OF_MEMORY;
  for (auto entry = areas_.from(0); entry != areas_.end(); ++entry) {
    auto &[start, area] = *entry;
    const bool is_private = area.has_memory() && (area.flags & VMP_MAP_SHARED) == 0;
    if (area.has_memory()) memory_->users().share({area.offset, area.size});
    const bool was_writable = !area.copy_on_write && (area.protection & VMP_PROTECTION_WRITE) != 0;
    if (is_private) area.copy_on_write = true;
    Area copy = area;
    // Private here, where it counts for the run already; what the child writes to is taken from the machine's memory.
    if (copy.frozen != nullptr) copy.copy_on_write = true;
    child.areas_.insert(start, copy);
    bool done = !is_private || !was_writable || mprotect(layout_.base + start, area.size, host_protection(area)) == 0;
    if (copy.offset != Area::no_memory) done = child.apply_area(start, copy.size, copy, copy.offset) && done;
    // The child's destruction lets go of what it has so far; here every page is copied at a write, which does no harm.
    if (!done)
      return fail(error, VMP_ERROR_OUT_OF_MEMORY, "VMP_MACHINE_FAILED", "the host refuses the mappings of a copy");
  }
  return VMP_OK;
}

void AddressSpace::set_answers(std::span<const vmp_call_answer> answers) {
  std::lock_guard lock(mutex_);
  answers_.assign(answers.begin(), answers.end());
}

std::vector<vmp_call_answer> AddressSpace::answers() {
  std::lock_guard lock(mutex_);
  return answers_;
}

}  // namespace vmp
