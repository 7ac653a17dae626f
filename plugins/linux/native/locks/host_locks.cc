#include "locks/host_locks.h"

#include <sys/stat.h>

#include "files/file_description.h"

namespace vmp_linux {
namespace {

struct flock describe(const LockRange &range, short type) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = range.first;
  lock.l_len = range.last == LockRange::kEnd ? 0 : range.last - range.first + 1;
  return lock;
}

bool allows(int mode, bool for_write) { return mode == O_RDWR || mode == (for_write ? O_WRONLY : O_RDONLY); }

bool apply(int descriptor, const LockRange &range, short type) {
  struct flock lock = describe(range, type);
  return ::fcntl(descriptor, F_OFD_SETLK, &lock) == 0;
}

}  // namespace

// No more access than the guest's own description has, plus reading. To become writable it is opened anew, and takes
// its locks, which are all for reading, over while the old one still holds them.
bool HostLocks::open(const FileDescription &file, bool for_write, const RangeLocks &held) {
  if (descriptor_ && allows(mode_, for_write)) return true;
  struct stat status;
  if (file.host < 0 || ::fstat(file.host, &status) != 0 || !S_ISREG(status.st_mode)) return false;
  const int own = static_cast<int>(file.flags & O_ACCMODE);
  const int modes[] = {own == O_RDONLY ? O_RDONLY : O_RDWR, own};
  for (const int mode : modes) {
    if (!allows(mode, for_write) || (descriptor_ && mode != O_RDWR)) continue;
    OwnedDescriptor opened(open_again(file.host, mode | O_NONBLOCK | O_NOCTTY));
    if (!opened) continue;
    for (const RangeLock &lock : held.all()) apply(opened.get(), lock.range, F_RDLCK);
    descriptor_ = std::move(opened);
    mode_ = mode;
    return true;
  }
  return false;
}

int HostLocks::set(const FileDescription &file, const RangeLock &lock, const RangeLocks &held) {
  if (!open(file, lock.is_write, held)) return 0;
  if (!apply(descriptor_.get(), lock.range, lock.is_write ? F_WRLCK : F_RDLCK)) {
    return errno == EAGAIN || errno == EACCES ? -EAGAIN : 0;
  }
  return 0;
}

void HostLocks::clear(const LockRange &range) {
  if (descriptor_) apply(descriptor_.get(), range, F_UNLCK);
}

bool HostLocks::find_conflict(const FileDescription &file, const RangeLock &wanted, struct flock &found) const {
  found = describe(wanted.range, wanted.is_write ? F_WRLCK : F_RDLCK);
  const int descriptor = descriptor_ ? descriptor_.get() : file.host;
  return ::fcntl(descriptor, F_OFD_GETLK, &found) == 0 && found.l_type != F_UNLCK;
}

}  // namespace vmp_linux
