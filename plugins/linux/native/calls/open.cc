#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>

#include "calls/calls.h"
#include "calls/creation_mode.h"
#include "calls/path_argument.h"
#include "waiting.h"

namespace vmp_linux::calls {
namespace {

// The guest's flags are those of asm-generic/fcntl.h, which are x86-64's too; a host where they differ translates here.
static_assert(O_DIRECTORY == 0200000 && O_NOFOLLOW == 0400000 && O_DIRECT == 040000 && O_CREAT == 0100);
constexpr uint32_t kLargeFile = 0100000;
constexpr uint32_t kStatusFlags =
    O_ACCMODE | O_APPEND | O_NONBLOCK | O_DIRECT | O_NOATIME | O_SYNC | O_PATH | kLargeFile;
constexpr uint32_t kHostFlags = O_ACCMODE | O_CREAT | O_EXCL | O_TRUNC | O_APPEND | O_SYNC | O_DIRECT | O_DIRECTORY |
                                O_NOFOLLOW | O_NOATIME | O_PATH | O_TMPFILE;
constexpr int64_t kFifoRetry = kSecond / 200;  // poll(2) cannot say that a FIFO got a reader

int open_host(Thread &thread, const Place &place, uint32_t flags, uint32_t mode, struct stat &status) {
  const FileSystem &files = thread.personality.files();
  const bool creates = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
  int host_flags = static_cast<int>(flags & kHostFlags);
  if ((flags & O_PATH) != 0) return files.open(place, host_flags & (O_PATH | O_DIRECTORY | O_NOFOLLOW), 0, status);
  // Neither a FIFO without a writer nor a terminal holds the thread up or becomes the host's own.
  host_flags |= O_NONBLOCK | O_NOCTTY;
  if (!files.read_only()) {
    return creates ? open_with_mode(thread, place, host_flags, mode, status) : files.open(place, host_flags, 0, status);
  }
  if ((flags & O_TMPFILE) == O_TMPFILE) return -EROFS;
  const int host = files.open(place, host_flags & ~(O_CREAT | O_EXCL | O_TRUNC | O_ACCMODE), 0, status);
  if (host == -ENOENT && creates) return -EROFS;
  if (host < 0) return host;
  const OwnedDescriptor owned(host);
  if ((flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL)) return -EEXIST;
  const bool writes = (flags & O_ACCMODE) != O_RDONLY || (flags & O_TRUNC) != 0;
  if (writes && S_ISDIR(status.st_mode)) return -EISDIR;
  if (writes && S_ISREG(status.st_mode)) return -EROFS;
  return files.open(place, host_flags & ~(O_CREAT | O_TRUNC), 0, status);
}

bool is_fifo(Thread &thread, const Place &place, struct stat &status) {
  const OwnedDescriptor file(thread.personality.files().open(place, O_PATH, 0, status));
  return file && S_ISFIFO(status.st_mode);
}

// A FIFO opens when its other end does.
int64_t wait_for_other_end(Thread &thread, const Place &place, uint32_t flags, int &host, struct stat &status) {
  while (host == -ENXIO) {
    if (const int64_t error = wait_until(thread, -1, 0, monotonic_nanoseconds() + kFifoRetry); error != -ETIMEDOUT) {
      return error;
    }
    host = open_host(thread, place, flags, 0, status);
  }
  if (host >= 0 && (flags & O_ACCMODE) == O_RDONLY) return wait_for(thread, host, POLLIN);
  return host < 0 ? host : 0;
}

}  // namespace

int64_t openat(Thread &thread, int directory, Ptr path, uint32_t flags, uint32_t mode) {
  PathArgument name;
  if (const int error = name.read(thread, directory, path); error != 0) return error;
  Process &process = thread.process;
  const bool close_on_exec = (flags & O_CLOEXEC) != 0;
  const uint64_t limit = process.limits[7].soft;
  if (name.place.file) {
    int error = 0;
    if ((flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL)) return -EEXIST;
    auto file = open_virtual_file(process, *name.place.file, flags, &error);
    return file == nullptr ? -error : process.descriptors.add(std::move(file), close_on_exec, limit);
  }
  auto file = std::make_shared<FileDescription>();
  struct stat status;
  int host = open_host(thread, name.place, flags, mode, status);
  if (host < 0 && (host != -ENXIO || !is_fifo(thread, name.place, status))) return host;
  if (S_ISFIFO(status.st_mode) && (flags & (O_NONBLOCK | O_PATH)) == 0) {
    const int64_t error = wait_for_other_end(thread, name.place, flags, host, status);
    if (error != 0) {
      if (host >= 0) ::close(host);
      return error;
    }
  }
  if (host < 0) return host;
  file->host = host;
  file->is_frozen = thread.personality.files().read_only();
  file->flags = (flags & kStatusFlags) | kLargeFile;
  if (S_ISFIFO(status.st_mode) && (flags & O_PATH) == 0) file->waiting = Waiting::nonblocking;
  if (S_ISDIR(status.st_mode)) thread.personality.files().mark_directory(*file, status);
  return process.descriptors.add(std::move(file), close_on_exec, limit);
}

int64_t close(Thread &thread, int descriptor) { return thread.process.descriptors.close(descriptor); }

int64_t close_range(Thread &thread, uint32_t first, uint32_t last, uint32_t flags) {
  constexpr uint32_t kUnshare = 2, kCloseOnExec = 4;
  if (first > last || (flags & ~(kUnshare | kCloseOnExec)) != 0) return -EINVAL;
  DescriptorTable &table = thread.process.descriptors;
  if ((flags & kCloseOnExec) == 0) {
    table.close_range(first, last);
    return 0;
  }
  for (uint32_t i = first; i <= last && i < static_cast<uint32_t>(table.size()); ++i) {
    table.set_close_on_exec(static_cast<int>(i), true);
  }
  return 0;
}

int64_t pipe2(Thread &thread, Ptr descriptors, uint32_t flags) {
  if ((flags & ~uint32_t{O_CLOEXEC | O_NONBLOCK | O_DIRECT}) != 0) return -EINVAL;
  int host[2];
  if (::pipe2(host, O_CLOEXEC | O_NONBLOCK | static_cast<int>(flags & O_DIRECT)) != 0) return -errno;
  Process &process = thread.process;
  int guest[2];
  for (int i = 0; i < 2; ++i) {
    auto file = std::make_shared<FileDescription>();
    file->host = host[i];
    file->waiting = Waiting::nonblocking;
    file->flags = (flags & (O_NONBLOCK | O_DIRECT)) | (i == 0 ? O_RDONLY : O_WRONLY);
    guest[i] = process.descriptors.add(std::move(file), (flags & O_CLOEXEC) != 0, process.limits[7].soft);
    if (guest[i] < 0) {
      if (i == 0) ::close(host[1]);
      if (i == 1) process.descriptors.close(guest[0]);
      return guest[i];
    }
  }
  if (process.memory().put(descriptors, guest)) return 0;
  process.descriptors.close(guest[0]);
  process.descriptors.close(guest[1]);
  return -EFAULT;
}

}  // namespace vmp_linux::calls
