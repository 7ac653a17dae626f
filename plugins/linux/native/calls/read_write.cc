#include <fcntl.h>

#include "calls/calls.h"
#include "calls/vectors.h"
#include "files/file_size_limit.h"
#include "files/memory_file.h"
#include "files/transfer.h"
#include "files/virtual_files.h"

namespace vmp_linux::calls {
namespace {

enum class Direction { in, out };

// The description of a descriptor that may be read or written so, or null.
template <Direction direction>
FileDescription *usable(Thread &thread, int descriptor) {
  FileDescription *file = thread.process.descriptors.find(descriptor);
  if (file == nullptr || !(direction == Direction::in ? file->readable() : file->writable())) return nullptr;
  return file;
}

template <Direction direction>
int64_t transfer(Thread &thread, int descriptor, Ptr buffer, uint64_t size) {
  FileDescription *file = usable<direction>(thread, descriptor);
  if (file == nullptr) return -EBADF;
  if (direction == Direction::out && size == 0 && file->ignores_empty_write) return 0;
  const GuestMemory &memory = thread.process.memory();
  uint8_t *host = memory.unprepared_range(buffer, size);
  if (host == nullptr) return -EFAULT;
  const bool is_limited = direction == Direction::out && has_file_size_limit(thread);
  if (file->waiting == Waiting::never && file->host >= 0 && file->special == nullptr && !is_limited &&
      size <= kLargestPiece) [[likely]] {
    memory.prepare(host, size, direction == Direction::in ? VMP_PROTECTION_WRITE : VMP_PROTECTION_READ);
    return errno_or(direction == Direction::in ? ::read(file->host, host, size) : ::write(file->host, host, size));
  }
  iovec vector = {host, size};
  return direction == Direction::in ? read_vectors(thread, *file, &vector, 1, file->is_nonblocking())
                                    : write_vectors(thread, *file, &vector, 1, file->is_nonblocking());
}

template <Direction direction>
int64_t transfer_vectors(Thread &thread, int descriptor, Ptr from, uint64_t count) {
  FileDescription *file = usable<direction>(thread, descriptor);
  if (file == nullptr) return -EBADF;
  Vectors vectors;
  if (const int error = vectors.read(thread.process.memory(), from, count); error != 0) return error;
  const bool nonblocking = file->is_nonblocking();
  return direction == Direction::in ? read_vectors(thread, *file, vectors.data(), vectors.count(), nonblocking)
                                    : write_vectors(thread, *file, vectors.data(), vectors.count(), nonblocking);
}

// At a position, which only files have; those never wait. -1: at the file's own.
template <Direction direction>
int64_t transfer_at(Thread &thread, const FileDescription &file, iovec *vectors, int count, int64_t offset, int flags) {
  if (file.text != nullptr) {
    return read_virtual_text(thread.process, file, static_cast<uint64_t>(offset), vectors, count);
  }
  if (file.host < 0) return -EISDIR;
  if (file.waiting != Waiting::never) return -ESPIPE;
  if (direction == Direction::out) {
    if (const int error = limit_write(thread, file, offset, vectors, count); error != 0) return error;
  }
  if (direction == Direction::out && file.special != nullptr) {
    const bool appends = (file.flags & O_APPEND) != 0 || (flags & RWF_APPEND) != 0;
    const uint64_t size = size_of(vectors, count);
    const int error = appends || offset < 0 ? reserve_next(file, size, appends)
                                            : reserve_at(file, static_cast<uint64_t>(offset), size);
    if (error != 0) return error;
  }
  if (direction == Direction::in) return read_file(thread, file, vectors, count, offset, flags);
  for (int i = 0; i < count; ++i)
    thread.process.memory().prepare(vectors[i].iov_base, vectors[i].iov_len, VMP_PROTECTION_READ);
  return errno_or(::pwritev2(file.host, vectors, count, offset, flags));
}

template <Direction direction>
int64_t transfer_one_at(Thread &thread, int descriptor, Ptr buffer, uint64_t size, int64_t offset) {
  const FileDescription *file = usable<direction>(thread, descriptor);
  if (file == nullptr) return -EBADF;
  if (offset < 0) return -EINVAL;
  uint8_t *host = thread.process.memory().unprepared_range(buffer, size);
  if (host == nullptr) return -EFAULT;
  iovec vector = {host, size};
  return transfer_at<direction>(thread, *file, &vector, 1, offset, 0);
}

template <Direction direction>
int64_t transfer_vectors_at(Thread &thread, int descriptor, Ptr from, uint64_t count, int64_t offset, int flags) {
  const FileDescription *file = usable<direction>(thread, descriptor);
  if (file == nullptr) return -EBADF;
  Vectors vectors;
  if (const int error = vectors.read(thread.process.memory(), from, count); error != 0) return error;
  return transfer_at<direction>(thread, *file, vectors.data(), vectors.count(), offset, flags);
}

template <Direction direction>
int64_t transfer_with_flags(Thread &thread, int descriptor, Ptr from, uint64_t count, int64_t offset, uint32_t flags) {
  constexpr uint32_t kKnownFlags = RWF_DSYNC | RWF_SYNC | RWF_APPEND | RWF_HIPRI;
  if ((flags & ~kKnownFlags) != 0) return -EOPNOTSUPP;
  if (offset < -1) return -EINVAL;
  // To what has no position, the flags say nothing.
  const FileDescription *file = thread.process.descriptors.find(descriptor);
  const bool has_position = file != nullptr && file->host >= 0 && file->waiting == Waiting::never;
  if (offset == -1 && (flags == 0 || !has_position)) {
    return transfer_vectors<direction>(thread, descriptor, from, count);
  }
  return transfer_vectors_at<direction>(thread, descriptor, from, count, offset, static_cast<int>(flags));
}

}  // namespace

int64_t read(Thread &thread, int descriptor, Ptr buffer, uint64_t size) {
  return transfer<Direction::in>(thread, descriptor, buffer, size);
}

int64_t write(Thread &thread, int descriptor, Ptr buffer, uint64_t size) {
  return transfer<Direction::out>(thread, descriptor, buffer, size);
}

int64_t readv(Thread &thread, int descriptor, Ptr vectors, uint64_t count) {
  return transfer_vectors<Direction::in>(thread, descriptor, vectors, count);
}

int64_t writev(Thread &thread, int descriptor, Ptr vectors, uint64_t count) {
  return transfer_vectors<Direction::out>(thread, descriptor, vectors, count);
}

int64_t pread64(Thread &thread, int descriptor, Ptr buffer, uint64_t size, int64_t offset) {
  return transfer_one_at<Direction::in>(thread, descriptor, buffer, size, offset);
}

int64_t pwrite64(Thread &thread, int descriptor, Ptr buffer, uint64_t size, int64_t offset) {
  return transfer_one_at<Direction::out>(thread, descriptor, buffer, size, offset);
}

int64_t preadv(Thread &thread, int descriptor, Ptr vectors, uint64_t count, int64_t offset, uint64_t) {
  if (offset < 0) return -EINVAL;
  return transfer_vectors_at<Direction::in>(thread, descriptor, vectors, count, offset, 0);
}

int64_t pwritev(Thread &thread, int descriptor, Ptr vectors, uint64_t count, int64_t offset, uint64_t) {
  if (offset < 0) return -EINVAL;
  return transfer_vectors_at<Direction::out>(thread, descriptor, vectors, count, offset, 0);
}

int64_t preadv2(Thread &thread, int descriptor, Ptr vectors, uint64_t count, int64_t offset, uint64_t, uint32_t flags) {
  return transfer_with_flags<Direction::in>(thread, descriptor, vectors, count, offset, flags);
}

int64_t pwritev2(Thread &thread, int descriptor, Ptr vectors, uint64_t count, int64_t offset, uint64_t,
                 uint32_t flags) {
  return transfer_with_flags<Direction::out>(thread, descriptor, vectors, count, offset, flags);
}

int64_t lseek(Thread &thread, int descriptor, int64_t offset, uint32_t whence) {
  FileDescription *file = thread.process.descriptors.find(descriptor);
  if (file == nullptr) return -EBADF;
  if (file->is_path()) return -EBADF;
  if (file->host < 0) {
    if (whence > SEEK_CUR) return -EINVAL;
    std::lock_guard lock(file->position_mutex);
    const int64_t from = whence == SEEK_CUR ? static_cast<int64_t>(file->position) : 0;
    if (__builtin_add_overflow(from, offset, &offset) || offset < 0) return -EINVAL;
    file->position = static_cast<uint64_t>(offset);
    return offset;
  }
  return errno_or(::lseek(file->host, offset, static_cast<int>(whence)));
}

}  // namespace vmp_linux::calls
