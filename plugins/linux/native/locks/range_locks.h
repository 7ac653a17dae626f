// The locks on ranges of one file (fcntl(2), "advisory record locking"), whoever owns them.
#ifndef VMP_LINUX_LOCKS_RANGE_LOCKS_H
#define VMP_LINUX_LOCKS_RANGE_LOCKS_H

#include <cstdint>
#include <limits>
#include <vector>

namespace vmp_linux {

struct LockRange {
  static constexpr int64_t kEnd = std::numeric_limits<int64_t>::max();  // as `last`: however long the file becomes
  int64_t first = 0;
  int64_t last = kEnd;  // within
  bool overlaps(const LockRange &other) const { return first <= other.last && other.first <= last; }
};

// A process (F_SETLK), or an open file description (F_OFD_SETLK), by its address.
struct LockOwner {
  const void *identity = nullptr;
  uint32_t process = 0;  // its id; 0 for a description
  bool operator==(const LockOwner &other) const { return identity == other.identity; }
};

struct RangeLock {
  LockRange range;
  bool is_write = false;
  LockOwner owner;
};

// Not thread-safe.
class RangeLocks {
 public:
  // The locks of others that stand against `wanted`, the lowest first.
  std::vector<RangeLock> conflicts(const RangeLock &wanted) const;
  bool has_conflict(const RangeLock &wanted) const;
  // In place of what its owner had there; joined with its neighbours of the same type. Conflicts were ruled out.
  void set(const RangeLock &lock);
  // Takes away what the owner has in the range: the pieces that nobody else has a lock on now.
  std::vector<LockRange> clear(const LockOwner &owner, const LockRange &range);
  bool has_owner(const LockOwner &owner) const;
  const std::vector<RangeLock> &all() const { return locks_; }

 private:
  // The pieces that were the owner's.
  std::vector<LockRange> take_out(const LockOwner &owner, const LockRange &range);

  std::vector<RangeLock> locks_;  // those of one owner never overlap
};

}  // namespace vmp_linux
#endif
