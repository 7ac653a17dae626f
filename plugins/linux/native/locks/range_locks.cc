#include "locks/range_locks.h"

#include <algorithm>
#include <iterator>

namespace vmp_linux {
namespace {

bool stands_against(const RangeLock &lock, const RangeLock &wanted) {
  return !(lock.owner == wanted.owner) && (lock.is_write || wanted.is_write) && lock.range.overlaps(wanted.range);
}

}  // namespace

bool RangeLocks::has_conflict(const RangeLock &wanted) const {
  return std::ranges::any_of(locks_, [&](const RangeLock &lock) { return stands_against(lock, wanted); });
}

std::vector<RangeLock> RangeLocks::conflicts(const RangeLock &wanted) const {
  std::vector<RangeLock> found;
  std::ranges::copy_if(locks_, std::back_inserter(found),
                       [&](const RangeLock &lock) { return stands_against(lock, wanted); });
  std::ranges::sort(found, {}, [](const RangeLock &lock) { return lock.range.first; });
  return found;
}

bool RangeLocks::has_owner(const LockOwner &owner) const {
  return std::ranges::any_of(locks_, [&](const RangeLock &lock) { return lock.owner == owner; });
}

std::vector<LockRange> RangeLocks::take_out(const LockOwner &owner, const LockRange &range) {
  std::vector<LockRange> pieces;
  std::vector<RangeLock> rests;
  std::erase_if(locks_, [&](const RangeLock &lock) {
    if (!(lock.owner == owner) || !lock.range.overlaps(range)) return false;
    pieces.push_back({std::max(lock.range.first, range.first), std::min(lock.range.last, range.last)});
    if (lock.range.first < range.first) {
      rests.push_back({{lock.range.first, range.first - 1}, lock.is_write, owner});
    }
    if (lock.range.last > range.last) rests.push_back({{range.last + 1, lock.range.last}, lock.is_write, owner});
    return true;
  });
  locks_.insert(locks_.end(), rests.begin(), rests.end());
  return pieces;
}

void RangeLocks::set(const RangeLock &lock) {
  take_out(lock.owner, lock.range);
  RangeLock whole = lock;
  std::erase_if(locks_, [&](const RangeLock &other) {
    if (!(other.owner == lock.owner) || other.is_write != lock.is_write) return false;
    const bool is_below = other.range.last < lock.range.first && other.range.last + 1 == lock.range.first;
    const bool is_above = other.range.first > lock.range.last && other.range.first - 1 == lock.range.last;
    if (is_below) whole.range.first = other.range.first;
    if (is_above) whole.range.last = other.range.last;
    return is_below || is_above;
  });
  locks_.push_back(whole);
}

std::vector<LockRange> RangeLocks::clear(const LockOwner &owner, const LockRange &range) {
  std::vector<LockRange> free = take_out(owner, range);
  for (const RangeLock &lock : locks_) {
    std::vector<LockRange> left;
    for (const LockRange &piece : free) {
      if (!piece.overlaps(lock.range)) {
        left.push_back(piece);
        continue;
      }
      if (piece.first < lock.range.first) left.push_back({piece.first, lock.range.first - 1});
      if (piece.last > lock.range.last) left.push_back({lock.range.last + 1, piece.last});
    }
    free = std::move(left);
    if (free.empty()) break;
  }
  return free;
}

}  // namespace vmp_linux
