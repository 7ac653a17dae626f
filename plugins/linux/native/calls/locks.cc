#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "calls/calls.h"
#include "personality.h"

namespace vmp_linux::calls {
namespace {

// The bytes that a struct flock means: 0 or minus an errno (fs/locks.c, flock_to_posix_lock).
int range_of(const FileDescription &file, const struct ::flock &lock, LockRange &range) {
  int64_t start = 0;
  switch (lock.l_whence) {
    case SEEK_SET:
      break;
    case SEEK_CUR:
      start = ::lseek(file.host, 0, SEEK_CUR);
      if (start < 0) start = 0;  // what cannot seek stands at its beginning
      break;
    case SEEK_END: {
      struct stat status;
      if (::fstat(file.host, &status) != 0) return -errno;
      start = status.st_size;
      break;
    }
    default:
      return -EINVAL;
  }
  if (__builtin_add_overflow(start, lock.l_start, &start)) return -EOVERFLOW;
  if (start < 0) return -EINVAL;
  range = {start, LockRange::kEnd};
  if (lock.l_len > 0) {
    if (__builtin_add_overflow(start, lock.l_len - 1, &range.last)) return -EOVERFLOW;
  } else if (lock.l_len < 0) {
    if (start + lock.l_len < 0) return -EINVAL;
    range = {start + lock.l_len, start - 1};
  }
  return 0;
}

}  // namespace

int64_t flock(Thread &thread, int descriptor, uint32_t operation) {
  FileDescription *file = thread.process.descriptors.find(descriptor);
  const uint32_t wanted = operation & ~uint32_t{LOCK_NB};
  if (wanted != LOCK_SH && wanted != LOCK_EX && wanted != LOCK_UN) return -EINVAL;
  if (file == nullptr || file->is_path()) return -EBADF;
  if (file->host < 0) return -ENOLCK;  // a synthesized file
  return thread.personality.locks().lock_file(thread, *file, static_cast<int>(wanted), (operation & LOCK_NB) == 0);
}

int64_t lock_file(Thread &thread, FileDescription &file, uint32_t command, Ptr pointer) {
  struct ::flock lock;  // the same layout on every 64-bit architecture
  static_assert(sizeof lock == 32);
  if (file.is_path()) return -EBADF;
  if (!thread.process.memory().get(pointer, lock)) return -EFAULT;
  const bool is_description = command == F_OFD_GETLK || command == F_OFD_SETLK || command == F_OFD_SETLKW;
  const bool asks = command == F_GETLK || command == F_OFD_GETLK;
  if (is_description && lock.l_pid != 0) return -EINVAL;
  if (lock.l_type != F_RDLCK && lock.l_type != F_WRLCK && (asks || lock.l_type != F_UNLCK)) return -EINVAL;
  if (file.host < 0) return -ENOLCK;  // a synthesized file
  RangeLock wanted;
  if (const int error = range_of(file, lock, wanted.range); error != 0) return error;
  wanted.is_write = lock.l_type == F_WRLCK;
  wanted.owner = is_description ? LockOwner{&file, 0} : LockOwner{&thread.process, thread.process.id};

  Locks &locks = thread.personality.locks();
  if (asks) {
    struct ::flock found;
    if (const int64_t error = locks.find_conflict(file, wanted, found); error != 0) return error;
    if (found.l_type == F_UNLCK) {  // the rest of what was asked stays as it was
      found = lock;
      found.l_type = F_UNLCK;
    }
    return thread.process.memory().put(pointer, found) ? 0 : -EFAULT;
  }
  if (lock.l_type == F_UNLCK) return locks.unlock_range(file, wanted.owner, wanted.range);
  if (!(wanted.is_write ? file.writable() : file.readable())) return -EBADF;
  return locks.lock_range(thread, file, wanted, command == F_SETLKW || command == F_OFD_SETLKW);
}

}  // namespace vmp_linux::calls
