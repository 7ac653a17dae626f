#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "calls/calls.h"
#include "calls/path_argument.h"

namespace vmp_linux::calls {
namespace {

// Nothing has extended attributes here, but what there is not has an error of its own.
int64_t no_attributes(Thread &thread, Ptr path, uint32_t flags) {
  Target target;
  const int error = target.find(thread, AT_FDCWD, path, flags);
  return error != 0 ? error : -EOPNOTSUPP;
}

// A descriptor whose file's attributes the guest may change.
int changeable(Thread &thread, int descriptor, FileDescription *&file) {
  file = thread.process.descriptors.find(descriptor);
  if (file == nullptr || file->is_path()) return -EBADF;
  if (!file->is_frozen && file->host >= 0) return 0;
  return file->mount != nullptr && file->mount->read_only ? -EROFS : -EPERM;
}

}  // namespace

int64_t fchmod(Thread &thread, int descriptor, uint32_t mode) {
  FileDescription *file;
  if (const int error = changeable(thread, descriptor, file); error != 0) return error;
  return errno_or(::fchmod(file->host, mode & 07777));
}

int64_t fchmodat(Thread &thread, int directory, Ptr path, uint32_t mode) {
  Target target;
  if (const int error = target.find(thread, directory, path, 0); error != 0) return error;
  if (target.is_frozen || target.host < 0) return target.refusal();
  // fchmod(2) refuses O_PATH descriptors; their link in /proc leads to the same file, without another look at the name.
  return errno_or(::chmod(DescriptorLink(target.host).path(), mode & 07777));
}

int64_t fchown(Thread &thread, int descriptor, uint32_t user, uint32_t group) {
  FileDescription *file;
  if (const int error = changeable(thread, descriptor, file); error != 0) return error;
  return errno_or(::fchown(file->host, user, group));
}

int64_t fchownat(Thread &thread, int directory, Ptr path, uint32_t user, uint32_t group, uint32_t flags) {
  if ((flags & ~uint32_t{AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH}) != 0) return -EINVAL;
  Target target;
  if (const int error = target.find(thread, directory, path, flags); error != 0) return error;
  if (target.is_frozen || target.host < 0) return target.refusal();
  return errno_or(::fchownat(target.host, "", user, group, AT_EMPTY_PATH));
}

int64_t utimensat(Thread &thread, int directory, Ptr path, Ptr times_pointer, uint32_t flags) {
  if ((flags & ~uint32_t{AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH}) != 0) return -EINVAL;
  timespec times[2];
  if (times_pointer && !thread.process.memory().get(times_pointer, times)) return -EFAULT;
  Target target;
  // A null path means the descriptor itself (futimens).
  if (!path && directory == AT_FDCWD) return -EFAULT;
  const FileDescription *file = path ? nullptr : thread.process.descriptors.find(directory);
  if (file != nullptr && file->is_path()) return -EBADF;
  if (const int error = target.find(thread, directory, path, path ? flags : flags | AT_EMPTY_PATH); error != 0)
    return error;
  if (target.is_frozen || target.host < 0) return target.refusal();
  return errno_or(::utimensat(target.host, "", times_pointer ? times : nullptr, AT_EMPTY_PATH));
}

int64_t umask(Thread &thread, uint32_t mask) {
  const uint32_t old = thread.process.mode_mask;
  thread.process.mode_mask = mask & 0777;
  return old;
}

int64_t getxattr(Thread &thread, Ptr path) { return no_attributes(thread, path, 0); }
int64_t setxattr(Thread &thread, Ptr path) { return no_attributes(thread, path, 0); }
int64_t listxattr(Thread &thread, Ptr path) { return no_attributes(thread, path, 0); }
int64_t removexattr(Thread &thread, Ptr path) { return no_attributes(thread, path, 0); }
int64_t lgetxattr(Thread &thread, Ptr path) { return no_attributes(thread, path, AT_SYMLINK_NOFOLLOW); }
int64_t lsetxattr(Thread &thread, Ptr path) { return no_attributes(thread, path, AT_SYMLINK_NOFOLLOW); }
int64_t llistxattr(Thread &thread, Ptr path) { return no_attributes(thread, path, AT_SYMLINK_NOFOLLOW); }
int64_t lremovexattr(Thread &thread, Ptr path) { return no_attributes(thread, path, AT_SYMLINK_NOFOLLOW); }

}  // namespace vmp_linux::calls
