// The calls that only older architectures have, x86-64 among them: each is a shorter form of another.
#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <cstring>
#include <ctime>

#include "calls/calls.h"
#include "calls/path_argument.h"
#include "waiting.h"

namespace vmp_linux::calls {
namespace {

constexpr int64_t kMicrosecond = 1000;

int64_t set_times(Thread &thread, int directory, Ptr path, const timespec *times) {
  Target target;
  if (const int error = target.find(thread, directory, path, 0); error != 0) return error;
  if (target.is_frozen || target.host < 0) return target.refusal();
  return errno_or(::utimensat(target.host, "", times, AT_EMPTY_PATH));
}

}  // namespace

int64_t open(Thread &thread, Ptr path, uint32_t flags, uint32_t mode) {
  return openat(thread, AT_FDCWD, path, flags, mode);
}
int64_t creat(Thread &thread, Ptr path, uint32_t mode) {
  return openat(thread, AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}
int64_t pipe(Thread &thread, Ptr descriptors) { return pipe2(thread, descriptors, 0); }
int64_t dup2(Thread &thread, int descriptor, int to) {
  if (descriptor != to) return dup3(thread, descriptor, to, 0);
  return thread.process.descriptors.find(descriptor) == nullptr ? -EBADF : to;
}

int64_t stat(Thread &thread, Ptr path, Ptr status) { return newfstatat(thread, AT_FDCWD, path, status, 0); }
int64_t lstat(Thread &thread, Ptr path, Ptr status) {
  return newfstatat(thread, AT_FDCWD, path, status, AT_SYMLINK_NOFOLLOW);
}
int64_t access(Thread &thread, Ptr path, uint32_t mode) { return faccessat(thread, AT_FDCWD, path, mode); }
int64_t readlink(Thread &thread, Ptr path, Ptr buffer, int size) {
  return readlinkat(thread, AT_FDCWD, path, buffer, size);
}

int64_t mkdir(Thread &thread, Ptr path, uint32_t mode) { return mkdirat(thread, AT_FDCWD, path, mode); }
int64_t mknod(Thread &thread, Ptr path, uint32_t mode, uint32_t device) {
  return mknodat(thread, AT_FDCWD, path, mode, device);
}
int64_t rmdir(Thread &thread, Ptr path) { return unlinkat(thread, AT_FDCWD, path, AT_REMOVEDIR); }
int64_t unlink(Thread &thread, Ptr path) { return unlinkat(thread, AT_FDCWD, path, 0); }
int64_t rename(Thread &thread, Ptr from, Ptr to) { return renameat2(thread, AT_FDCWD, from, AT_FDCWD, to, 0); }
int64_t renameat(Thread &thread, int from_directory, Ptr from, int to_directory, Ptr to) {
  return renameat2(thread, from_directory, from, to_directory, to, 0);
}
int64_t link(Thread &thread, Ptr from, Ptr to) { return linkat(thread, AT_FDCWD, from, AT_FDCWD, to, 0); }
int64_t symlink(Thread &thread, Ptr target, Ptr path) { return symlinkat(thread, target, AT_FDCWD, path); }

int64_t chmod(Thread &thread, Ptr path, uint32_t mode) { return fchmodat(thread, AT_FDCWD, path, mode); }
int64_t chown(Thread &thread, Ptr path, uint32_t user, uint32_t group) {
  return fchownat(thread, AT_FDCWD, path, user, group, 0);
}
int64_t lchown(Thread &thread, Ptr path, uint32_t user, uint32_t group) {
  return fchownat(thread, AT_FDCWD, path, user, group, AT_SYMLINK_NOFOLLOW);
}

int64_t utime(Thread &thread, Ptr path, Ptr times) {
  std::array<int64_t, 2> seconds;
  if (!times) return set_times(thread, AT_FDCWD, path, nullptr);
  if (!thread.process.memory().get(times, seconds)) return -EFAULT;
  const timespec host[2] = {{seconds[0], 0}, {seconds[1], 0}};
  return set_times(thread, AT_FDCWD, path, host);
}
int64_t futimesat(Thread &thread, int directory, Ptr path, Ptr times) {
  struct {
    int64_t seconds, microseconds;
  } values[2];
  if (times && !thread.process.memory().get(times, values)) return -EFAULT;
  timespec host[2] = {};
  for (int i = 0; times && i < 2; ++i) {
    if (values[i].microseconds < 0 || values[i].microseconds >= kSecond / kMicrosecond) return -EINVAL;
    host[i] = {values[i].seconds, values[i].microseconds * kMicrosecond};
  }
  // A null path means the descriptor itself.
  if (!path) {
    const FileDescription *file = thread.process.descriptors.find(directory);
    if (file == nullptr || file->is_path()) return -EBADF;
    if (file->is_frozen || file->host < 0) return -EPERM;
    return errno_or(::futimens(file->host, times ? host : nullptr));
  }
  return set_times(thread, directory, path, times ? host : nullptr);
}
int64_t utimes(Thread &thread, Ptr path, Ptr times) {
  return path ? futimesat(thread, AT_FDCWD, path, times) : -EFAULT;
}

// struct linux_dirent has d_type behind the name's padding instead of before the name; its records are as long.
int64_t getdents(Thread &thread, int descriptor, Ptr entries, uint32_t size) {
  constexpr uint64_t kRecordSize = 16, kType = 18, kName = 19;
  const GuestMemory &memory = thread.process.memory();
  const int64_t filled = getdents64(thread, descriptor, entries, size);
  for (int64_t at = 0; at < filled;) {
    const Ptr record = entries + static_cast<uint64_t>(at);
    std::array<uint8_t, 512> bytes;
    uint16_t length;
    if (!memory.get(record + kRecordSize, length)) return -EFAULT;
    if (length <= kName || length > bytes.size() || !memory.read(record, bytes.data(), length)) return -EFAULT;
    const uint8_t type = bytes[kType];
    std::memmove(&bytes[kType], &bytes[kName], length - kName);
    bytes[length - 1u] = type;
    if (!memory.write(record, bytes.data(), length)) return -EFAULT;
    at += length;
  }
  return filled;
}

}  // namespace vmp_linux::calls
