#include "core/machine/area_table.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <iterator>

namespace vmp {

namespace {

std::atomic<uint64_t> mapped_files{0};

}  // namespace

MappedFile::MappedFile(int owned) : descriptor(owned) { mapped_files.fetch_add(1, std::memory_order_relaxed); }

MappedFile::~MappedFile() {
  close(descriptor);
  mapped_files.fetch_sub(1, std::memory_order_relaxed);
}

uint64_t MappedFile::count() { return mapped_files.load(std::memory_order_relaxed); }

bool Area::continues_with(const Area &next) const {
  const bool follows = offset == no_memory ? next.offset == no_memory : offset + size == next.offset;
  return follows && tag == next.tag && protection == next.protection && flags == next.flags &&
         copy_on_write == next.copy_on_write && file == next.file && frozen == next.frozen;
}

AreaTable::Areas::iterator AreaTable::ending_after(uint64_t address) {
  const auto next = areas_.upper_bound(address);
  if (next == areas_.begin()) return next;
  const auto before = std::prev(next);
  return before->first + before->second.size > address ? before : next;
}

AreaTable::Areas::iterator AreaTable::holding(uint64_t address) {
  const auto found = ending_after(address);
  return found != areas_.end() && found->first <= address ? found : areas_.end();
}

void AreaTable::split(uint64_t address) {
  const auto whole = holding(address);
  if (whole == areas_.end() || whole->first == address) return;
  auto &[start, area] = *whole;
  Area tail = area;
  tail.size = start + area.size - address;
  if (tail.offset != Area::no_memory) tail.offset += address - start;
  area.size = address - start;
  areas_.emplace(address, tail);
}

void AreaTable::insert(uint64_t address, Area area) {
  auto next = areas_.lower_bound(address);
  if (next != areas_.end() && address + area.size == next->first && area.continues_with(next->second)) {
    area.size += next->second.size;
    next = areas_.erase(next);
  }
  if (next != areas_.begin()) {
    auto &[start, before] = *std::prev(next);
    if (start + before.size == address && before.continues_with(area)) {
      before.size += area.size;
      return;
    }
  }
  areas_.emplace_hint(next, address, std::move(area));
}

AreaTable::Areas AreaTable::take(uint64_t address, uint64_t size) {
  split(address);
  split(address + size);
  const auto first = areas_.lower_bound(address);
  const auto last = areas_.lower_bound(address + size);
  Areas taken(first, last);
  areas_.erase(first, last);
  return taken;
}

AreaTable::Areas AreaTable::save(uint64_t address, uint64_t size) {
  // With the areas that end and begin at its ends, to which `insert` may join the range.
  return {ending_after(address == 0 ? 0 : address - 1), areas_.upper_bound(address + size)};
}

void AreaTable::restore(const Areas &saved, uint64_t address, uint64_t size) {
  uint64_t from = address;
  uint64_t to = address + size;
  if (!saved.empty()) {
    from = std::min(from, saved.begin()->first);
    to = std::max(to, saved.rbegin()->first + saved.rbegin()->second.size);
  }
  areas_.erase(areas_.lower_bound(from), areas_.lower_bound(to));
  areas_.insert(saved.begin(), saved.end());
}

}  // namespace vmp
