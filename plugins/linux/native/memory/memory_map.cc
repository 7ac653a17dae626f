#include "memory/memory_map.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>

namespace vmp_linux {
namespace {

constexpr uint64_t kLazySize = uint64_t{1} << 20;
constexpr uint64_t kStackGuard = uint64_t{1} << 20;  // as Linux's stack_guard_gap

int errno_of(vmp_status status) {
  switch (status) {
    case VMP_OK:
      return 0;
    case VMP_ERROR_NOT_FOUND:
    case VMP_ERROR_OUT_OF_MEMORY:
      return -ENOMEM;
    case VMP_ERROR_DENIED:
      return -EACCES;
    default:
      return -EINVAL;
  }
}

// A page that can be written can be read, as on every Linux architecture.
uint32_t effective(uint32_t protection) {
  return (protection & VMP_PROTECTION_WRITE) != 0 ? protection | VMP_PROTECTION_READ : protection;
}

}  // namespace

MemoryMap::MemoryMap(GuestMemory memory, uint64_t stack_size)
    : memory_(memory),
      stack_top_(memory.space()->size - kPage),
      stack_size_(stack_size),
      mapping_top_(stack_top_ - stack_size - std::min(kStackGuard, stack_size)),
      free_(kLowestAddress, mapping_top_) {}

MemoryMap::MemoryMap(GuestMemory memory, const Plan &plan) : MemoryMap(memory, plan.stack_size) {
  free_ = plan.free;
  heap_start_ = plan.heap_start;
  heap_end_ = plan.heap_end;
  shares_memory_files_ = plan.shares_memory_files;
}

MemoryMap::Plan MemoryMap::plan() const { return {stack_size_, free_, heap_start_, heap_end_, shares_memory_files_}; }

std::shared_ptr<MemoryMap> MemoryMap::fork(vmp_error *error) const {
  std::lock_guard lock(placing_);
  vmp_address_space *copy = nullptr;
  if (memory_.service()->space_fork(memory_.space(), &copy, error) != VMP_OK) return nullptr;
  return std::make_shared<MemoryMap>(GuestMemory(memory_.service(), copy), plan());
}

int MemoryMap::map(uint64_t address, uint64_t size, uint32_t protection, AreaTag tag) {
  // What is large is seldom used whole, and costs nothing until it is.
  const bool lazy = tag == kStackArea || ((tag == kAnonymousArea || tag == kHeapArea) && size >= kLazySize);
  const uint32_t flags = tag == kSharedAnonymousArea ? VMP_MAP_SHARED : lazy ? VMP_MAP_LAZY : 0;
  const int error =
      errno_of(memory_.service()->map(memory_.space(), address, size, effective(protection), flags, tag, nullptr));
  if (error == 0) free_.take(address, size);
  return error;
}

int MemoryMap::map_file(uint64_t address, uint64_t size, uint32_t protection, int descriptor, uint64_t offset) {
  const vmp_status status = memory_.service()->map_file(memory_.space(), address, size, effective(protection),
                                                        kSharedFileArea, descriptor, offset, nullptr);
  if (status == VMP_OK) free_.take(address, size);
  return status == VMP_ERROR_INVALID_ARGUMENT ? -ENODEV : errno_of(status);
}

int MemoryMap::move(uint64_t address, uint64_t size, uint64_t to) {
  const int error = errno_of(memory_.service()->move(memory_.space(), address, size, to, nullptr));
  if (error == 0) {
    free_.take(to, size);
    free_.give(address, size);
  }
  return error;
}

int MemoryMap::unmap(uint64_t address, uint64_t size) {
  const int error = errno_of(memory_.service()->unmap(memory_.space(), address, size, nullptr));
  if (error == 0) free_.give(address, size);
  return error;
}

int MemoryMap::protect(uint64_t address, uint64_t size, uint32_t protection) {
  const uint64_t end = address + size;
  while (address < end) {
    uint64_t stop = address;
    auto area = area_at(stop);
    const bool is_beyond = area && area->tag == kBeyondFileArea;
    for (; area && stop < end && (area->tag == kBeyondFileArea) == is_beyond; area = area_at(stop))
      stop = std::min(end, area->address + area->size);
    if (stop == address) return -ENOMEM;
    if (!is_beyond) {
      const int error = errno_of(
          memory_.service()->protect(memory_.space(), address, stop - address, effective(protection), nullptr));
      if (error != 0) return error;
    }
    address = stop;
  }
  return 0;
}

int64_t MemoryMap::fill(uint64_t address, uint64_t size, int file, uint64_t offset) {
  constexpr uint64_t kChunk = uint64_t{64} << 10;
  const auto buffer = std::make_unique_for_overwrite<std::array<uint8_t, kChunk>>();
  uint64_t done = 0;
  while (done < size) {
    const ssize_t got = ::pread(file, buffer->data(), std::min(kChunk, size - done), static_cast<off_t>(offset + done));
    if (got < 0) return -errno;
    if (got == 0) break;
    const auto bytes = static_cast<uint64_t>(got);
    const vmp_status status =
        memory_.service()->populate(memory_.space(), address + done, buffer->data(), bytes, nullptr);
    if (status != VMP_OK) return errno_of(status);
    done += bytes;
  }
  return static_cast<int64_t>(done);
}

bool MemoryMap::inside(uint64_t address, uint64_t size) const { return size <= end() && address <= end() - size; }

std::optional<vmp_area> MemoryMap::area_at(uint64_t address) const {
  vmp_area area;
  if (memory_.service()->find(memory_.space(), address, &area) != VMP_OK || area.address > address) return std::nullopt;
  return area;
}

bool MemoryMap::is_free(uint64_t address, uint64_t size) const {
  vmp_area area;
  return memory_.service()->find(memory_.space(), address, &area) != VMP_OK || area.address >= address + size;
}

bool MemoryMap::is_mapped(uint64_t address, uint64_t size) const {
  for (const uint64_t end = address + size; address < end;) {
    const auto area = area_at(address);
    if (!area) return false;
    address = area->address + area->size;
  }
  return true;
}

std::optional<uint64_t> MemoryMap::gap(uint64_t size) const { return free_.highest(size); }

uint64_t MemoryMap::data() const {
  uint64_t bytes = 0;
  vmp_area area;
  for (uint64_t at = 0; memory_.service()->find(memory_.space(), at, &area) == VMP_OK; at = area.address + area.size) {
    const bool is_writable = (area.protection & VMP_PROTECTION_WRITE) != 0;
    if (is_writable && (area.flags & VMP_MAP_SHARED) == 0 && area.tag != kStackArea) bytes += area.size;
  }
  return bytes;
}

uint64_t MemoryMap::set_heap_end(uint64_t end) {
  if (end < heap_start_ || end > mapping_top_) return heap_end_;
  const uint64_t old_pages = page_ceiling(heap_end_);
  const uint64_t new_pages = page_ceiling(end);
  if (new_pages > old_pages) {
    const uint64_t size = new_pages - old_pages;
    if (!is_free(old_pages, size) || map(old_pages, size, VMP_PROTECTION_READ | VMP_PROTECTION_WRITE, kHeapArea) != 0) {
      return heap_end_;
    }
  } else if (new_pages < old_pages && unmap(new_pages, old_pages - new_pages) != 0) {
    return heap_end_;
  }
  return heap_end_ = end;
}

}  // namespace vmp_linux
