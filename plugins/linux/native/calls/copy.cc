#include <fcntl.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "calls/calls.h"
#include "files/file_size_limit.h"
#include "files/memory_file.h"
#include "files/transfer.h"
#include "waiting.h"

namespace vmp_linux::calls {
namespace {

constexpr uint64_t kChunk = uint64_t{64} << 10;
constexpr uint64_t kMost = uint64_t{64} << 20;  // in one call, which nothing interrupts; the guest's loop goes on

// A copy of an offset that the guest may have given.
struct Offset {
  bool given = false;
  int64_t value = 0;
  int read(const GuestMemory &memory, Ptr from) {
    given = static_cast<bool>(from);
    if (!given) return 0;
    if (!memory.get(from, value)) return -EFAULT;
    return value < 0 ? -EINVAL : 0;
  }
  off_t *pointer() { return given ? &value : nullptr; }
};

int reserve_target(const FileDescription &target, const Offset &offset, uint64_t size) {
  if (offset.given) return reserve_at(target, static_cast<uint64_t>(offset.value), size);
  return reserve_next(target, size, (target.flags & O_APPEND) != 0);
}

// By the host's kernel alone: the bytes never come here.
int64_t send_on_host(Thread &thread, FileDescription &target, const FileDescription &source, Offset &offset,
                     uint64_t size) {
  const int64_t allowed = within_file_size_limit(thread, target, -1, size);
  if (allowed < 0) return allowed;
  size = static_cast<uint64_t>(allowed);
  // Room for what there is, and not for all that is asked for.
  if (target.special != nullptr) size = available(source, offset.given ? offset.value : -1, size);
  if (const int error = reserve_target(target, {}, size); error != 0) return error;
  for (;;) {
    const ssize_t n = ::sendfile(target.host, source.host, offset.pointer(), size);
    if (n >= 0) return n;
    if (errno == EPIPE) {
      raise_broken_pipe(thread);
      return -EPIPE;
    }
    if (errno != EAGAIN || target.is_nonblocking()) return -errno;
    if (const int64_t error = wait_for_room(thread, target); error != 0) return error;
  }
}

// To what the host's sendfile(2) would block on, which cannot be interrupted.
int64_t send_by_hand(Thread &thread, FileDescription &target, const FileDescription &source, Offset &offset,
                     uint64_t size) {
  const int64_t start = offset.given ? offset.value : ::lseek(source.host, 0, SEEK_CUR);
  if (start < 0) return -EINVAL;
  const auto buffer = std::make_unique_for_overwrite<std::array<uint8_t, kChunk>>();
  uint64_t done = 0;
  int64_t error = 0;
  while (done < size) {
    const int64_t at = start + static_cast<int64_t>(done);
    const ssize_t got = ::pread(source.host, buffer->data(), std::min(kChunk, size - done), at);
    if (got <= 0) {
      error = got < 0 ? -errno : 0;
      break;
    }
    iovec vector = {buffer->data(), static_cast<size_t>(got)};
    const int64_t written = write_vectors(thread, target, &vector, 1, target.is_nonblocking());
    if (written < 0) {
      error = written;
      break;
    }
    done += static_cast<uint64_t>(written);
    if (written < got) break;
  }
  if (done == 0) return error;
  offset.value = start + static_cast<int64_t>(done);
  if (!offset.given) ::lseek(source.host, offset.value, SEEK_SET);
  return static_cast<int64_t>(done);
}

}  // namespace

int64_t sendfile(Thread &thread, int to, int from, Ptr offset_pointer, uint64_t size) {
  FileDescription *source = thread.process.descriptors.find(from);
  FileDescription *target = thread.process.descriptors.find(to);
  Offset offset;
  if (const int error = offset.read(thread.process.memory(), offset_pointer); error != 0) return error;
  if (source == nullptr || target == nullptr || !source->readable() || !target->writable()) return -EBADF;
  if (source->host < 0 || source->is_directory || source->waiting != Waiting::never) return -EINVAL;
  if (target->host < 0 || static_cast<int64_t>(size) < 0) return -EINVAL;
  size = std::min(size, kMost);
  const bool is_interruptible = target->waiting == Waiting::never || target->waiting == Waiting::nonblocking;
  const int64_t sent = is_interruptible ? send_on_host(thread, *target, *source, offset, size)
                                        : send_by_hand(thread, *target, *source, offset, size);
  if (sent > 0 && offset.given && !thread.process.memory().put(offset_pointer, offset.value)) return -EFAULT;
  return sent;
}

int64_t copy_file_range(Thread &thread, int from, Ptr from_offset, int to, Ptr to_offset, uint64_t size,
                        uint32_t flags) {
  FileDescription *source = thread.process.descriptors.find(from);
  FileDescription *target = thread.process.descriptors.find(to);
  if (source == nullptr || target == nullptr) return -EBADF;
  const GuestMemory &memory = thread.process.memory();
  Offset in, out;
  if (const int error = in.read(memory, from_offset); error != 0) return error;
  if (const int error = out.read(memory, to_offset); error != 0) return error;
  if (flags != 0) return -EINVAL;
  if (source->text != nullptr) return -EINVAL;
  if (source->host < 0 || target->host < 0) return -EISDIR;
  if (source->waiting != Waiting::never || target->waiting != Waiting::never) return -EINVAL;
  if (!source->readable() || !target->writable()) return -EBADF;
  size = std::min(size, kMost);
  const int64_t allowed = within_file_size_limit(thread, *target, out.given ? out.value : -1, size);
  if (allowed < 0) return allowed;
  size = static_cast<uint64_t>(allowed);
  if (target->special != nullptr) size = available(*source, in.given ? in.value : -1, size);
  if (const int error = reserve_target(*target, out, size); error != 0) return error;
  const ssize_t n = ::copy_file_range(source->host, in.pointer(), target->host, out.pointer(), size, 0);
  if (n < 0) return -errno;
  if (in.given && !memory.put(from_offset, in.value)) return -EFAULT;
  if (out.given && !memory.put(to_offset, out.value)) return -EFAULT;
  return n;
}

}  // namespace vmp_linux::calls
