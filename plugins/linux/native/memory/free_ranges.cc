#include "memory/free_ranges.h"

#include <algorithm>
#include <bit>
#include <iterator>

namespace vmp_linux {

FreeRanges::FreeRanges(uint64_t start, uint64_t end) : start_(start), end_(end) {
  if (start < end) insert(start, end);
}

void FreeRanges::insert(uint64_t start, uint64_t end) {
  ranges_.emplace(start, end);
  starts_by_width_[std::bit_width(end - start)].insert(start);
  free_ += end - start;
}

void FreeRanges::erase(std::map<uint64_t, uint64_t>::iterator range) {
  const auto [start, end] = *range;
  starts_by_width_[std::bit_width(end - start)].erase(start);
  free_ -= end - start;
  ranges_.erase(range);
}

void FreeRanges::take(uint64_t address, uint64_t size) {
  const uint64_t to = address + size;
  for (;;) {
    auto range = ranges_.lower_bound(to);
    if (range == ranges_.begin()) return;
    range = std::prev(range);
    const auto [start, end] = *range;
    if (end <= address) return;
    erase(range);
    if (start < address) insert(start, address);
    if (to < end) insert(to, end);
  }
}

void FreeRanges::give(uint64_t address, uint64_t size) {
  uint64_t from = std::max(address, start_);
  uint64_t to = std::min(address + size, end_);
  if (from >= to) return;
  take(from, to - from);  // what of it was free already
  if (const auto behind = ranges_.find(to); behind != ranges_.end()) {
    to = behind->second;
    erase(behind);
  }
  if (auto next = ranges_.lower_bound(from); next != ranges_.begin()) {
    if (const auto before = std::prev(next); before->second == from) {
      from = before->first;
      erase(before);
    }
  }
  insert(from, to);
}

std::optional<uint64_t> FreeRanges::highest(uint64_t size) const {
  std::optional<uint64_t> best;  // the start of a range
  const auto width = static_cast<size_t>(std::bit_width(size));
  for (size_t wider = width + 1; wider < starts_by_width_.size(); ++wider) {
    const auto &starts = starts_by_width_[wider];
    if (!starts.empty() && (!best || *starts.rbegin() > *best)) best = *starts.rbegin();
  }
  const auto &alike = starts_by_width_[width];
  for (auto start = alike.rbegin(); start != alike.rend() && (!best || *start > *best); ++start) {
    if (ranges_.at(*start) - *start >= size) best = *start;
  }
  if (!best) return std::nullopt;
  return ranges_.at(*best) - size;
}

uint64_t FreeRanges::taken_in(uint64_t address, uint64_t size) const {
  const uint64_t from = std::max(address, start_);
  const uint64_t to = std::min(address + size, end_);
  if (from >= to) return 0;
  uint64_t taken = to - from;
  for (auto range = ranges_.lower_bound(to); range != ranges_.begin();) {
    range = std::prev(range);
    if (range->second <= from) break;
    taken -= std::min(range->second, to) - std::max(range->first, from);
  }
  return taken;
}

}  // namespace vmp_linux
