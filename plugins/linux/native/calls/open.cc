#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>

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

int host_flags_of(uint32_t flags) {
  if ((flags & O_PATH) != 0) return static_cast<int>(flags & (O_PATH | O_DIRECTORY | O_NOFOLLOW));
  // Neither a FIFO without a writer nor a terminal holds the thread up or becomes the host's own.
  return static_cast<int>(flags & kHostFlags) | O_NONBLOCK | O_NOCTTY;
}

// Opens for writing, below a read-only root, the file that was looked at: what is behind a FIFO is no part of the root.
int open_written(int seen, int flags, const struct stat &status) {
  switch (status.st_mode & S_IFMT) {
    case S_IFDIR:
      return -EISDIR;
    case S_IFLNK:
      return -ELOOP;
    case S_IFIFO:
      return open_again(seen, flags & ~(O_CREAT | O_TRUNC | O_NOFOLLOW));
    case S_IFSOCK:
      return -ENXIO;
    case S_IFREG:
      return -EROFS;
    default:
      return -EACCES;
  }
}

int open_host(Thread &thread, const Place &place, uint32_t flags, uint32_t mode, struct stat &status) {
  const FileSystem &files = thread.personality.files();
  const bool creates = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
  const int host_flags = host_flags_of(flags);
  if ((flags & O_PATH) != 0) return files.open(place, host_flags, 0, status);
  if (!files.read_only()) {
    return creates ? open_with_mode(thread, place, host_flags, mode, status) : files.open(place, host_flags, 0, status);
  }
  if ((flags & O_TMPFILE) == O_TMPFILE) return -EROFS;
  const bool writes = (flags & O_ACCMODE) != O_RDONLY || (flags & O_TRUNC) != 0;
  const int look = O_PATH | (host_flags & (O_DIRECTORY | O_NOFOLLOW));
  OwnedDescriptor host(files.open(place, writes ? look : host_flags & ~(O_CREAT | O_EXCL), 0, status));
  if (host.get() == -ENOENT && creates) return -EROFS;
  if (host && (flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL)) return -EEXIST;
  return host && writes ? open_written(host.get(), host_flags, status) : host.release();
}

// What a link of /proc/self/fd names when the guest opened it itself, so that it may be opened once more; null for what
// the spawning program lent, which stays shared.
const FileDescription *own_file(const Process &process, const Place &place) {
  if (!place.file || place.file->kind != VirtualKind::descriptor) return nullptr;
  const FileDescription *file = process.descriptors.find(place.file->descriptor);
  return file != nullptr && file->host >= 0 && !file->is_frozen ? file : nullptr;
}

// A FIFO opens for writing when it has a reader. The host's descriptor, or minus an errno or Restart.
int64_t wait_for_reader(Thread &thread, const FileDescription *own, const Place &place, uint32_t flags,
                        struct stat &status) {
  const FileSystem &files = thread.personality.files();
  const OwnedDescriptor seen(own != nullptr ? files.reopen(own->host, O_PATH, 0, status)
                                            : files.open(place, O_PATH, 0, status));
  if (!seen || !S_ISFIFO(status.st_mode) || (flags & O_NONBLOCK) != 0) return -ENXIO;
  for (;;) {
    const int64_t error = wait_until(thread, -1, 0, monotonic_nanoseconds() + kFifoRetry);
    if (error != -ETIMEDOUT) return error;
    const int host = files.reopen(seen.get(), host_flags_of(flags & ~uint32_t{O_CREAT | O_EXCL}), 0, status);
    if (host != -ENXIO) return host;
  }
}

// And for reading when it has a writer, or had one meanwhile. 0, or minus an errno or Restart.
int64_t wait_for_writer(Thread &thread, int host) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return -errno;
  const OwnedDescriptor in(ends[0]), out(ends[1]);
  // 0 is the end: nothing to read, and nobody who could write. What there is to read stays in the FIFO.
  while (::tee(host, out.get(), 1, SPLICE_F_NONBLOCK) == 0) {
    const int64_t error = wait_until(thread, host, POLLIN, monotonic_nanoseconds() + kFifoRetry);
    if (error != -ETIMEDOUT) return error;
  }
  return 0;
}

}  // namespace

int64_t openat(Thread &thread, int directory, Ptr path, uint32_t flags, uint32_t mode) {
  PathArgument name;
  if (const int error = name.read(thread, directory, path); error != 0) return error;
  Process &process = thread.process;
  const FileSystem &files = thread.personality.files();
  const bool close_on_exec = (flags & O_CLOEXEC) != 0;
  const uint64_t limit = process.limits[RLIMIT_NOFILE].soft;
  if (name.place.file && (flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL)) return -EEXIST;
  const FileDescription *own = (flags & O_NOFOLLOW) == 0 ? own_file(process, name.place) : nullptr;
  const auto open_synthesized = [&](const VirtualFile &place) -> int64_t {
    int error = 0;
    auto file = open_virtual_file(process, place, flags, &error);
    return file == nullptr ? -error : process.descriptors.add(std::move(file), close_on_exec, limit);
  };
  if (name.place.file && own == nullptr) return open_synthesized(*name.place.file);
  struct stat status;
  int64_t result = own != nullptr ? files.reopen(own->host, host_flags_of(flags), masked_mode(thread, mode), status)
                                  : open_host(thread, name.place, flags, mode, status);
  if ((result == -ENOENT || result == -EACCES || result == -EROFS) && own == nullptr && (flags & O_NOFOLLOW) == 0) {
    if (const auto linked = files.find_linked(process, name.place)) return open_synthesized(*linked);
  }
  if (result == -ENXIO) result = wait_for_reader(thread, own, name.place, flags, status);
  if (result < 0) return result;
  OwnedDescriptor host(static_cast<int>(result));
  const bool is_fifo = S_ISFIFO(status.st_mode) && (flags & O_PATH) == 0;
  if (is_fifo && (flags & (O_NONBLOCK | O_ACCMODE)) == O_RDONLY) {
    if (const int64_t error = wait_for_writer(thread, host.get()); error != 0) return error;
  }
  auto file = files.describe(std::move(host), status);
  file->flags = (flags & kStatusFlags) | kLargeFile;
  if (is_fifo) file->waiting = Waiting::nonblocking;
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
    guest[i] = process.descriptors.add(std::move(file), (flags & O_CLOEXEC) != 0, process.limits[RLIMIT_NOFILE].soft);
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
