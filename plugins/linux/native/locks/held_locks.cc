// The locks of a snapshot.
#include <cerrno>

#include "files/file_description.h"
#include "locks/locks.h"

namespace vmp_linux {

std::vector<Locks::HeldRange> Locks::held_ranges() {
  std::vector<HeldRange> held;
  if (range_count_.load(std::memory_order_relaxed) == 0) return held;
  std::lock_guard lock(mutex_);
  for (const auto &[identity, locked] : files_) {
    for (const RangeLock &range : locked.ranges.all()) held.push_back({identity, range});
  }
  return held;
}

std::vector<Locks::HeldFile> Locks::held_files() {
  std::lock_guard lock(mutex_);
  std::vector<HeldFile> held;
  for (const auto &[identity, holder] : holders_) held.push_back(holder);
  return held;
}

int Locks::take_range(FileDescription &file, const RangeLock &wanted) {
  const auto identity = identify(file.host);
  if (!identity) return -EBADF;
  std::lock_guard lock(mutex_);
  bool is_guests = false;
  return try_range(file, *identity, wanted, is_guests);
}

int Locks::take_file(FileDescription &file, int operation) {
  const auto identity = identify(file.host);
  if (!identity) return -EBADF;
  std::lock_guard lock(mutex_);
  return try_file(file, *identity, operation);
}

}  // namespace vmp_linux
