#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "calls/calls.h"
#include "calls/path_argument.h"

namespace vmp_linux::calls {
namespace {

int refusal(Thread &thread) { return thread.personality.files().read_only() ? -EROFS : -EPERM; }

int64_t result_of(int result) { return result == 0 ? 0 : -errno; }

// A descriptor whose file's attributes the guest may change.
int changeable(Thread &thread, int descriptor, FileDescription *&file) {
  file = thread.process.descriptors.find(descriptor);
  if (file == nullptr || (file->flags & O_PATH) != 0) return -EBADF;
  return file->is_frozen || file->host < 0 ? refusal(thread) : 0;
}

}  // namespace

int64_t fchmod(Thread &thread, int descriptor, uint32_t mode) {
  FileDescription *file;
  if (const int error = changeable(thread, descriptor, file); error != 0) return error;
  return result_of(::fchmod(file->host, mode & 07777));
}

int64_t fchmodat(Thread &thread, int directory, Ptr path, uint32_t mode) {
  Target target;
  if (const int error = target.find(thread, directory, path, 0); error != 0) return error;
  if (target.is_frozen || target.host < 0) return refusal(thread);
  // fchmod(2) refuses O_PATH descriptors; their link in /proc leads to the same file, without another look at the name.
  char link[32];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", target.host);
  return result_of(::chmod(link, mode & 07777));
}

int64_t fchown(Thread &thread, int descriptor, uint32_t user, uint32_t group) {
  FileDescription *file;
  if (const int error = changeable(thread, descriptor, file); error != 0) return error;
  return result_of(::fchown(file->host, user, group));
}

int64_t fchownat(Thread &thread, int directory, Ptr path, uint32_t user, uint32_t group, uint32_t flags) {
  if ((flags & ~uint32_t{AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH}) != 0) return -EINVAL;
  Target target;
  if (const int error = target.find(thread, directory, path, flags); error != 0) return error;
  if (target.is_frozen || target.host < 0) return refusal(thread);
  return result_of(::fchownat(target.host, "", user, group, AT_EMPTY_PATH));
}

int64_t utimensat(Thread &thread, int directory, Ptr path, Ptr times_pointer, uint32_t flags) {
  if ((flags & ~uint32_t{AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH}) != 0) return -EINVAL;
  timespec times[2];
  if (times_pointer && !thread.process.memory().get(times_pointer, times)) return -EFAULT;
  Target target;
  // A null path means the descriptor itself (futimens).
  if (!path && directory == AT_FDCWD) return -EFAULT;
  if (const int error = target.find(thread, directory, path, path ? flags : flags | AT_EMPTY_PATH); error != 0)
    return error;
  if (target.is_frozen || target.host < 0) return refusal(thread);
  return result_of(::utimensat(target.host, "", times_pointer ? times : nullptr, AT_EMPTY_PATH));
}

int64_t umask(Thread &thread, uint32_t mask) {
  const uint32_t old = thread.process.mode_mask;
  thread.process.mode_mask = mask & 0777;
  return old;
}

}  // namespace vmp_linux::calls
