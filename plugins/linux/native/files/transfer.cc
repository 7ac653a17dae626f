#include "files/transfer.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>

#include "errno_or.h"
#include "files/file_size_limit.h"
#include "files/memory_file.h"
#include "files/signal_file.h"
#include "files/virtual_files.h"
#include "process.h"
#include "terminal.h"
#include "waiting.h"

namespace vmp_linux {
namespace {

// A pipe that poll(2) calls writable takes this much without waiting (POSIX: PIPE_BUF).
constexpr size_t kSharedWrite = 4096;
constexpr uint64_t kMostInCall = 0x7ffff000;  // MAX_RW_COUNT

// A pipe that has been full this often carries a stream: given more room, its two ends sleep and wake less often. Not
// from the start, for programs that know when a new pipe is full.
constexpr uint32_t kWaitsOfStream = 16;
constexpr int kPipeSize = 64 << 10;  // as made
constexpr int kStreamSize = 256 << 10;

// False where nothing changed: not a pipe, sized by the guest already, or beyond what the host gives its user.
bool widen(int host) {
  return ::fcntl(host, F_GETPIPE_SZ) == kPipeSize && ::fcntl(host, F_SETPIPE_SZ, kStreamSize) == kStreamSize;
}

bool is_ready(int host, short events) {
  struct pollfd one = {host, events, 0};
  return ::poll(&one, 1, 0) == 1;
}

// The first vectors as far as they hold `most` bytes in all, prepared; the one in which that ends is shortened
// meanwhile.
class Piece {
 public:
  Piece(const GuestMemory &memory, iovec *vectors, int count, uint64_t most, uint32_t access) : vectors_(vectors) {
    while (count_ < count && (size_ < most || vectors[count_].iov_len == 0)) {
      iovec &vector = vectors[count_++];
      length_ = vector.iov_len;
      vector.iov_len = std::min(vector.iov_len, most - size_);
      size_ += vector.iov_len;
      memory.prepare(vector.iov_base, vector.iov_len, access);
    }
  }
  Piece(const Piece &) = delete;
  Piece &operator=(const Piece &) = delete;
  ~Piece() {
    if (count_ > 0) vectors_[count_ - 1].iov_len = length_;
  }
  int count() const { return count_; }
  uint64_t size() const { return size_; }

 private:
  iovec *const vectors_;
  int count_ = 0;
  uint64_t size_ = 0;
  uint64_t length_ = 0;  // of the last one
};

// -EAGAIN: it would have waited.
int64_t try_read(const GuestMemory &memory, const FileDescription &file, iovec *vectors, int all) {
  if (file.waiting == Waiting::shared && !is_ready(file.host, POLLIN)) return -EAGAIN;
  const Piece piece(memory, vectors, all, kLargestPiece, VMP_PROTECTION_WRITE);
  const int count = piece.count();
  ssize_t n;
  if (file.waiting == Waiting::socket && count == 1) {
    n = ::recv(file.host, vectors->iov_base, vectors->iov_len, MSG_DONTWAIT);
  } else if (file.waiting == Waiting::socket) {
    msghdr message{};
    message.msg_iov = vectors;
    message.msg_iovlen = static_cast<size_t>(count);
    n = ::recvmsg(file.host, &message, MSG_DONTWAIT);
  } else {
    n = count == 1 ? ::read(file.host, vectors->iov_base, vectors->iov_len) : ::readv(file.host, vectors, count);
  }
  return errno_or(n);
}

// offered: how many bytes it tried to write.
int64_t try_write(const GuestMemory &memory, const FileDescription &file, iovec *vectors, int all, uint64_t &offered) {
  const bool is_shared = file.waiting == Waiting::shared;
  if (is_shared && !is_ready(file.host, POLLOUT)) return -EAGAIN;
  const Piece piece(memory, vectors, is_shared ? 1 : all, is_shared ? kSharedWrite : kLargestPiece,
                    VMP_PROTECTION_READ);
  const int count = piece.count();
  offered = piece.size();
  ssize_t n;
  if (file.waiting == Waiting::socket && count == 1) {
    n = ::send(file.host, vectors->iov_base, vectors->iov_len, MSG_DONTWAIT | MSG_NOSIGNAL);
  } else if (file.waiting == Waiting::socket) {
    msghdr message{};
    message.msg_iov = vectors;
    message.msg_iovlen = static_cast<size_t>(count);
    n = ::sendmsg(file.host, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  } else {
    n = count == 1 ? ::write(file.host, vectors->iov_base, vectors->iov_len) : ::writev(file.host, vectors, count);
  }
  return errno_or(n);
}

// Drops `bytes` and every vector that is empty then.
void advance(iovec *&vectors, int &count, uint64_t bytes) {
  while (count > 0 && bytes >= vectors->iov_len) {
    bytes -= vectors->iov_len;
    ++vectors;
    --count;
  }
  if (count > 0) {
    vectors->iov_base = static_cast<uint8_t *>(vectors->iov_base) + bytes;
    vectors->iov_len -= bytes;
  }
}

int64_t read_text(Thread &thread, FileDescription &file, const iovec *vectors, int count) {
  std::lock_guard lock(file.position_mutex);
  const int64_t n = read_virtual_text(thread.process, file, file.position, vectors, count);
  if (n > 0) file.position += static_cast<uint64_t>(n);
  return n;
}

int64_t write_file(const GuestMemory &memory, const FileDescription &file, iovec *vectors, int count) {
  const uint64_t size = size_of(vectors, count);
  if (file.special != nullptr) {
    const int error = reserve_next(file, size, (file.flags & O_APPEND) != 0);
    if (error != 0) return error;
  }
  const Piece whole(memory, vectors, count, size, VMP_PROTECTION_READ);
  return errno_or(::writev(file.host, vectors, count));
}

}  // namespace

// Only what the guest made itself is widened: a stream it was given belongs to other programs.
int64_t wait_for_room(Thread &thread, FileDescription &file) {
  const bool is_stream = file.waits.fetch_add(1, std::memory_order_relaxed) == kWaitsOfStream;
  if (is_stream && !file.is_frozen && widen(file.host)) return 0;
  return wait_for(thread, file.host, POLLOUT);
}

uint64_t size_of(const iovec *vectors, int count) {
  uint64_t size = 0;
  for (int i = 0; i < count; ++i) size += vectors[i].iov_len;
  return size;
}

bool scatter(const GuestMemory &memory, const iovec *vectors, int count, uint64_t offset, const void *from,
             uint64_t size) {
  const auto *bytes = static_cast<const uint8_t *>(from);
  for (int i = 0; i < count && size > 0; ++i) {
    const uint64_t length = vectors[i].iov_len;
    if (offset >= length) {
      offset -= length;
      continue;
    }
    const uint64_t part = std::min(size, length - offset);
    if (!memory.write(memory.guest_address(vectors[i].iov_base) + offset, bytes, part)) return false;
    bytes += part;
    size -= part;
    offset = 0;
  }
  return size == 0;
}

uint64_t available(const FileDescription &file, int64_t offset, uint64_t size) {
  struct stat status;
  if (::fstat(file.host, &status) != 0 || !S_ISREG(status.st_mode)) return size;
  if (offset < 0) offset = ::lseek(file.host, 0, SEEK_CUR);
  const int64_t left = std::max<int64_t>(status.st_size - offset, VMP_PAGE_SIZE);
  return std::min(size, static_cast<uint64_t>(left));
}

// In one call, which moves the position once; but what is no file with an end, a device, in pieces.
int64_t read_file(Thread &thread, const FileDescription &file, iovec *vectors, int count, int64_t offset, int flags) {
  const uint64_t size = std::min(size_of(vectors, count), kMostInCall);
  struct stat status;
  const bool is_endless = size > kLargestPiece && ::fstat(file.host, &status) == 0 && !S_ISREG(status.st_mode);
  const uint64_t most = is_endless ? kLargestPiece : size > kLargestPiece ? available(file, offset, size) : size;
  for (uint64_t done = 0;;) {
    int64_t n;
    uint64_t asked;
    {
      const Piece piece(thread.process.memory(), vectors, count, std::min(most, size - done), VMP_PROTECTION_WRITE);
      asked = piece.size();
      n = errno_or(::preadv2(file.host, vectors, piece.count(), offset, flags));
    }
    if (n < 0) return done > 0 ? static_cast<int64_t>(done) : n;
    done += static_cast<uint64_t>(n);
    if (!is_endless || static_cast<uint64_t>(n) < asked || done == size) return static_cast<int64_t>(done);
    advance(vectors, count, asked);
    if (offset >= 0) offset += n;
  }
}

int64_t read_vectors(Thread &thread, FileDescription &file, iovec *vectors, int count, bool nonblocking) {
  if (file.text != nullptr) return read_text(thread, file, vectors, count);
  if (file.host < 0) return -EISDIR;
  if (file.waiting == Waiting::never) return read_file(thread, file, vectors, count, -1, 0);
  if (auto *signals = file.special_as<SignalFile>()) {
    return read_signals(thread, file, *signals, vectors, count, nonblocking);
  }
  if (file.is_terminal) {
    if (const int64_t error = check_terminal_read(thread); error != 0) return error;
  }
  for (;;) {
    const int64_t n = try_read(thread.process.memory(), file, vectors, count);
    if (n != -EAGAIN || nonblocking) return n;
    if (const int64_t error = wait_for(thread, file.host, POLLIN); error != 0) return error;
  }
}

int64_t write_vectors(Thread &thread, FileDescription &file, iovec *vectors, int count, bool nonblocking) {
  if (file.host < 0) return -EBADF;
  if (file.waiting == Waiting::never) {
    const int error = limit_write(thread, file, -1, vectors, count);
    return error != 0 ? error : write_file(thread.process.memory(), file, vectors, count);
  }
  if (file.special != nullptr) return -EINVAL;  // signalfd, epoll
  if (count == 0) return 0;
  if (file.is_terminal) {
    if (const int64_t error = check_terminal_write(thread, file.host); error != 0) return error;
  }
  int64_t written = 0;
  // All but the last may be dropped: a write of no bytes is the host's to judge.
  while (count > 1 && vectors->iov_len == 0) {
    ++vectors;
    --count;
  }
  for (;;) {
    uint64_t offered = 0;
    const int64_t n = try_write(thread.process.memory(), file, vectors, count, offered);
    if (n == -EPIPE) raise_broken_pipe(thread);
    if (n >= 0) {
      written += n;
      advance(vectors, count, static_cast<uint64_t>(n));
      if (count == 0) return written;
      // What a pipe takes of a write that does not wait is all that it had room for.
      const bool is_full = static_cast<uint64_t>(n) < offered;
      if (nonblocking && is_full && file.waiting != Waiting::shared) return written;
      if (n > 0 && (!is_full || file.waiting == Waiting::shared)) continue;
    } else if (n != -EAGAIN || nonblocking) {
      return written > 0 ? written : n;
    }
    const int64_t error = wait_for_room(thread, file);
    if (error != 0) return written > 0 ? written : error;
  }
}

}  // namespace vmp_linux
