#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>

#include "calls/calls.h"
#include "calls/creation_mode.h"
#include "calls/path_argument.h"
#include "files/memory_file.h"
#include "files/mount_open.h"
#include "personality.h"
#include "waiting.h"

namespace vmp_linux::calls {
namespace {

// The guest's flags are those of asm-generic/fcntl.h, which are x86-64's too; a host where they differ translates here.
static_assert(O_DIRECTORY == 0200000 && O_NOFOLLOW == 0400000 && O_DIRECT == 040000 && O_CREAT == 0100);
constexpr uint32_t kLargeFile = 0100000;
// That F_GETFL answers.
constexpr uint32_t kKeptFlags =
    O_ACCMODE | O_APPEND | O_NONBLOCK | O_DIRECT | O_NOATIME | O_SYNC | O_PATH | O_DIRECTORY | O_NOFOLLOW | kLargeFile;
constexpr uint32_t kHostFlags = O_ACCMODE | O_CREAT | O_EXCL | O_TRUNC | O_APPEND | O_SYNC | O_DIRECT | O_DIRECTORY |
                                O_NOFOLLOW | O_NOATIME | O_PATH | O_TMPFILE;
constexpr int64_t kFifoRetry = kSecond / 200;  // poll(2) cannot say that a FIFO got a reader

int host_flags_of(uint32_t flags) {
  if ((flags & O_PATH) != 0) return static_cast<int>(flags & (O_PATH | O_DIRECTORY | O_NOFOLLOW));
  // Neither a FIFO without a writer nor a terminal holds the thread up or becomes the host's own.
  return static_cast<int>(flags & kHostFlags) | O_NONBLOCK | O_NOCTTY;
}

// The file that was looked at, opened for good. A FIFO opens for writing when it has a reader. 0, or minus an errno or
// Restart.
int64_t open_waiting(Thread &thread, int seen, uint32_t flags, Found &found) {
  const int host_flags = host_flags_of(flags);
  for (;;) {
    const int host = open_seen(found.mount, seen, host_flags, found.status);
    if (host >= 0) {
      found.host = OwnedDescriptor(host);
      return 0;
    }
    if (host != -ENXIO || !S_ISFIFO(found.status.st_mode) || (flags & O_NONBLOCK) != 0) return host;
    const int64_t error = wait_until(thread, -1, 0, monotonic_nanoseconds() + kFifoRetry);
    if (error != -ETIMEDOUT) return error;
  }
}

// What a link of /proc/PID/fd names when the guest opened it itself, so that it may be opened once more; null for what
// the spawning program lent, which stays shared.
std::shared_ptr<FileDescription> own_file(const Process &process, const std::optional<VirtualFile> &file) {
  if (!file || file->kind != VirtualKind::descriptor || file->is_link) return nullptr;
  auto open = process.descriptors.share(file->descriptor);
  if (open == nullptr || open->host < 0) return nullptr;
  const bool is_own = open->mount != nullptr || !open->is_frozen || open->special_as<MemoryFile>() != nullptr;
  return is_own ? open : nullptr;
}

// 0 with a file that may be synthesized, or minus an errno or Restart.
int64_t find_or_make(Thread &thread, int directory, const char *path, uint32_t flags, uint32_t mode, Found &found) {
  Process &process = thread.process;
  const FileSystem &files = process.run->files;
  const uint32_t wanted = masked_mode(thread, mode);
  const bool is_nameless = (flags & O_PATH) == 0 && (flags & O_TMPFILE) == O_TMPFILE;
  bool is_new = is_nameless;
  const int host_flags = host_flags_of(flags);
  int64_t error = (host_flags & O_CREAT) != 0
                      ? files.make(process, directory, path, host_flags, wanted, found, is_new)
                      : files.find(process, directory, path, host_flags, is_nameless ? wanted : 0, found);
  if (error == 0 && is_new && found.host) set_mode_of_open(found, wanted);
  if (error != -ENXIO) return error;
  // A FIFO without a reader.
  found = {};
  error = files.find(process, directory, path, O_PATH | (host_flags & O_NOFOLLOW), 0, found);
  if (error != 0 || found.file) return error != 0 ? error : -ENXIO;
  const OwnedDescriptor seen = std::move(found.host);
  return open_waiting(thread, seen.get(), flags, found);
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
  if ((flags & O_PATH) == 0 && (flags & O_CREAT) != 0 && (flags & O_DIRECTORY) != 0) return -EINVAL;
  if (const int error = name.read(thread, path); error != 0) return error;
  Process &process = thread.process;
  Found found;
  if (const int64_t error = find_or_make(thread, directory, name.text, flags, mode, found); error != 0) return error;
  const bool close_on_exec = (flags & O_CLOEXEC) != 0;
  const auto own = own_file(process, found.file);
  if (own != nullptr) {
    found.file.reset();
    found.mount = own->mount;
    found.point = own->point;
    if (::fstat(own->host, &found.status) != 0) return -errno;
    if (const int64_t error = open_waiting(thread, own->host, flags, found); error != 0) return error;
  }
  if (found.file) {
    int error = 0;
    auto file = open_virtual_file(process, *found.file, flags, &error);
    return file == nullptr ? -error : process.add_descriptor(std::move(file), close_on_exec);
  }
  const bool is_fifo = S_ISFIFO(found.status.st_mode) && (flags & O_PATH) == 0;
  if (is_fifo && (flags & (O_NONBLOCK | O_ACCMODE)) == O_RDONLY) {
    if (const int64_t error = wait_for_writer(thread, found.host.get()); error != 0) return error;
  }
  auto file = FileSystem::describe(std::move(found));
  file->flags = (flags & kKeptFlags) | kLargeFile;
  if (is_fifo) file->waiting = Waiting::nonblocking;
  if (own != nullptr) {
    file->is_frozen = own->is_frozen;
    file->special = own->special;
  }
  return process.add_descriptor(std::move(file), close_on_exec);
}

int64_t close(Thread &thread, int descriptor) {
  Process &process = thread.process;
  const auto file = process.descriptors.find(descriptor);
  if (file != nullptr) thread.personality.locks().closed(process, *file);
  return process.descriptors.close(descriptor);
}

int64_t close_range(Thread &thread, uint32_t first, uint32_t last, uint32_t flags) {
  constexpr uint32_t kUnshare = 2, kCloseOnExec = 4;
  if (first > last || (flags & ~(kUnshare | kCloseOnExec)) != 0) return -EINVAL;
  DescriptorTable &table = thread.process.descriptors;
  if ((flags & kCloseOnExec) == 0) {
    for (uint32_t i = first; i <= last && i < static_cast<uint32_t>(table.size()); ++i) {
      const auto file = table.find(static_cast<int>(i));
      if (file != nullptr) thread.personality.locks().closed(thread.process, *file);
    }
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
    file->ignores_empty_write = true;
    file->flags = (flags & (O_NONBLOCK | O_DIRECT)) | (i == 0 ? O_RDONLY : O_WRONLY);
    guest[i] = process.add_descriptor(std::move(file), (flags & O_CLOEXEC) != 0);
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
