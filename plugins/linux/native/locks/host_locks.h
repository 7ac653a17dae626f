// What the guests of a machine have locked in a file, as locks of the host, so that other machines and programs of the
// host see it: the union of the guests' locks, owned by one open file description of our own. (A host process's POSIX
// locks would be shared by all machines in it and vanish with any close; the guests' own descriptions would conflict
// with one another where one process locks through two of them.)
#ifndef VMP_LINUX_LOCKS_HOST_LOCKS_H
#define VMP_LINUX_LOCKS_HOST_LOCKS_H

#include <fcntl.h>

#include "files/owned_descriptor.h"
#include "locks/range_locks.h"

namespace vmp_linux {

struct FileDescription;

class HostLocks {
 public:
  // 0, or -EAGAIN when somebody outside has a lock there. A file that the host does not let us open again, or has no
  // locks for, is locked in this machine alone. file: the guest's, open for what the lock needs; held: what the guests
  // have so far.
  int set(const FileDescription &file, const RangeLock &lock, const RangeLocks &held);
  void clear(const LockRange &range);
  // The lock of somebody outside that stands against it: F_GETLK's answer, false when there is none.
  bool find_conflict(const FileDescription &file, const RangeLock &wanted, struct flock &found) const;

 private:
  bool open(const FileDescription &file, bool for_write, const RangeLocks &held);

  OwnedDescriptor descriptor_;
  int mode_ = O_RDONLY;
};

}  // namespace vmp_linux
#endif
