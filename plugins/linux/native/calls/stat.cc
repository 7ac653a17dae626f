#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "calls/calls.h"
#include "calls/path_argument.h"

namespace vmp_linux::calls {
namespace {

constexpr uint32_t kStatFlags = AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH | AT_NO_AUTOMOUNT;
constexpr uint32_t kStatxSync = 0x6000;  // AT_STATX_SYNC_TYPE
// The kernel's struct statfs has the same layout on every 64-bit architecture.
static_assert(sizeof(struct statfs) == 120);

int64_t put_stat(Thread &thread, Ptr to, const struct stat &status) {
  uint8_t bytes[kLargestStat];
  const StatLayout &layout = thread.personality.architecture().stat;
  encode_stat(layout, status, bytes);
  return thread.process.memory().write(to, bytes, layout.size) ? 0 : -EFAULT;
}

void to_statx(const struct stat &from, struct statx &to) {
  to = {};
  to.stx_mask = STATX_BASIC_STATS;
  to.stx_blksize = static_cast<uint32_t>(from.st_blksize);
  to.stx_nlink = static_cast<uint32_t>(from.st_nlink);
  to.stx_uid = from.st_uid;
  to.stx_gid = from.st_gid;
  to.stx_mode = static_cast<uint16_t>(from.st_mode);
  to.stx_ino = from.st_ino;
  to.stx_size = static_cast<uint64_t>(from.st_size);
  to.stx_blocks = static_cast<uint64_t>(from.st_blocks);
}

// path: of a synthesized file, when there is no host's.
int64_t put_statfs(Thread &thread, Ptr to, int host, std::string_view path) {
  struct statfs status;
  if (host >= 0) {
    if (::fstatfs(host, &status) != 0) return -errno;
  } else {
    status = {};
    status.f_type = virtual_file_system(path);
    status.f_bsize = status.f_frsize = static_cast<long>(kPage);
    status.f_namelen = 255;
  }
  return thread.process.memory().put(to, status) ? 0 : -EFAULT;
}

int64_t check_access(Thread &thread, int directory, Ptr path, uint32_t mode, uint32_t flags) {
  if ((mode & ~7u) != 0 || (flags & ~uint32_t{AT_EACCESS | AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH}) != 0) return -EINVAL;
  Target target;
  if (const int error = target.find(thread, directory, path, flags); error != 0) return error;
  if (target.file) {
    const bool is_own = target.file->is_public || target.file->process == thread.process.id;
    const bool is_denied = ((mode & W_OK) != 0 && !S_ISCHR(target.status.st_mode)) ||
                           ((mode & X_OK) != 0 && (target.status.st_mode & 0111) == 0) ||
                           ((mode & R_OK) != 0 && !is_own);
    return is_denied ? -EACCES : 0;
  }
  const bool is_file = S_ISREG(target.status.st_mode) || S_ISDIR(target.status.st_mode);
  if ((mode & W_OK) != 0 && is_file && target.mount != nullptr && target.mount->read_only) return -EROFS;
  // The thread's own identity for files (take_identity) is the one that counts, not the host process's real user.
  return errno_or(::syscall(SYS_faccessat2, target.host, "", mode, AT_EACCESS | AT_EMPTY_PATH));
}

}  // namespace

int64_t fstat(Thread &thread, int descriptor, Ptr to) {
  Target target;
  if (const int error = target.find_descriptor(thread, descriptor); error != 0) return error;
  return put_stat(thread, to, target.status);
}

int64_t newfstatat(Thread &thread, int directory, Ptr path, Ptr to, uint32_t flags) {
  if ((flags & ~kStatFlags) != 0) return -EINVAL;
  Target target;
  if (const int error = target.find(thread, directory, path, flags); error != 0) return error;
  return put_stat(thread, to, target.status);
}

int64_t statx(Thread &thread, int directory, Ptr path, uint32_t flags, uint32_t mask, Ptr to) {
  if ((flags & ~(kStatFlags | kStatxSync)) != 0 || (flags & kStatxSync) == kStatxSync) return -EINVAL;
  Target target;
  if (const int error = target.find(thread, directory, path, flags); error != 0) return error;
  struct statx status;
  if (target.host >= 0) {
    const int host_flags = AT_EMPTY_PATH | static_cast<int>(flags & kStatxSync);
    if (::statx(target.host, "", host_flags, mask, &status) != 0) return -errno;
  } else {
    to_statx(target.status, status);
  }
  return thread.process.memory().put(to, status) ? 0 : -EFAULT;
}

int64_t statfs(Thread &thread, Ptr path, Ptr to) {
  Target target;
  if (const int error = target.find(thread, AT_FDCWD, path, 0); error != 0) return error;
  return put_statfs(thread, to, target.host, target.file ? target.file->path : "");
}

int64_t fstatfs(Thread &thread, int descriptor, Ptr to) {
  const FileDescription *file = thread.process.descriptors.find(descriptor);
  return file == nullptr ? -EBADF : put_statfs(thread, to, file->host, file->virtual_path);
}

int64_t faccessat(Thread &thread, int directory, Ptr path, uint32_t mode) {
  return check_access(thread, directory, path, mode, 0);
}

int64_t faccessat2(Thread &thread, int directory, Ptr path, uint32_t mode, uint32_t flags) {
  return check_access(thread, directory, path, mode, flags);
}

}  // namespace vmp_linux::calls
