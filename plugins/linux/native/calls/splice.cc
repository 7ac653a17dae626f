#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <algorithm>

#include "calls/calls.h"
#include "calls/vectors.h"
#include "files/file_size_limit.h"
#include "files/memory_file.h"
#include "files/transfer.h"
#include "terminal.h"
#include "waiting.h"

namespace vmp_linux::calls {
namespace {

constexpr uint32_t kKnownFlags = SPLICE_F_MOVE | SPLICE_F_NONBLOCK | SPLICE_F_MORE | SPLICE_F_GIFT;
constexpr uint64_t kMost = uint64_t{64} << 20;  // in one call, which nothing interrupts

struct Ends {
  FileDescription *in, *out;

  // 0 or minus an errno. What would block on the host without O_NONBLOCK is refused: programs copy then.
  int find(Thread &thread, int from, int to) {
    in = thread.process.descriptors.find(from);
    out = thread.process.descriptors.find(to);
    if (in == nullptr || out == nullptr || !in->readable() || !out->writable()) return -EBADF;
    const auto is_ours = [](const FileDescription &file) {
      return file.host >= 0 && (file.waiting == Waiting::never || file.waiting == Waiting::nonblocking);
    };
    return is_ours(*in) && is_ours(*out) ? 0 : -EINVAL;
  }
};

// move: of the host, which answers as splice(2) does.
template <typename Move>
int64_t move_in_time(Thread &thread, const Ends &ends, uint32_t flags, Move move) {
  const bool nonblocking = (flags & SPLICE_F_NONBLOCK) != 0 || ends.in->is_nonblocking() || ends.out->is_nonblocking();
  for (;;) {
    const ssize_t n = move();
    if (n >= 0) return n;
    if (errno == EPIPE) {
      raise_broken_pipe(thread);
      return -EPIPE;
    }
    if (errno != EAGAIN || nonblocking) return -errno;
    // Nothing says which of the two is not ready.
    if (const int64_t error = wait_for(thread, ends.in->host, POLLIN); error != 0) return error;
    if (const int64_t error = wait_for(thread, ends.out->host, POLLOUT); error != 0) return error;
  }
}

bool is_nameless(const FileDescription &file) {
  struct stat status;
  return ::fstat(file.host, &status) == 0 && (status.st_mode & S_IFMT) == 0;
}

bool is_pipe(const FileDescription &file) { return file.host >= 0 && ::fcntl(file.host, F_GETPIPE_SZ) > 0; }

}  // namespace

int64_t splice(Thread &thread, int from, Ptr from_offset, int to, Ptr to_offset, uint64_t size, uint32_t flags) {
  if ((flags & ~kKnownFlags) != 0) return -EINVAL;
  if (size == 0) return 0;
  const GuestMemory &memory = thread.process.memory();
  Ends ends;
  if (const int error = ends.find(thread, from, to); error != 0) return error;
  int64_t in = 0, out = 0;
  const bool from_pipe = is_pipe(*ends.in), to_pipe = is_pipe(*ends.out);
  if ((from_offset && from_pipe) || (to_offset && to_pipe)) return -ESPIPE;
  // What is no file of any kind (eventfd, timerfd, ...) has no splice, whatever the host's own has.
  if (!from_pipe && (!to_pipe || is_nameless(*ends.in))) return -EINVAL;
  if (ends.in->is_terminal) {
    if (const int64_t error = check_terminal_read(thread); error != 0) return error;
  }
  if (ends.out->is_terminal) {
    if (const int64_t error = check_terminal_write(thread, ends.out->host); error != 0) return error;
  }
  if (from_offset && !memory.get(from_offset, in)) return -EFAULT;
  if (to_offset && !memory.get(to_offset, out)) return -EFAULT;
  const int64_t allowed = within_file_size_limit(thread, *ends.out, to_offset ? out : -1, std::min(size, kMost));
  if (allowed < 0) return allowed;
  const auto asked = static_cast<uint64_t>(allowed);
  size = asked;
  const int64_t moved = move_in_time(thread, ends, flags, [&]() -> ssize_t {
    if (ends.out->special_as<MemoryFile>() != nullptr) {
      // Room for what the pipe has, and not for all that it might get.
      int waiting = 0;
      ::ioctl(ends.in->host, FIONREAD, &waiting);
      size = std::min(asked, std::max(static_cast<uint64_t>(waiting), uint64_t{VMP_PAGE_SIZE}));
      const int full = to_offset ? reserve_at(*ends.out, static_cast<uint64_t>(out), size)
                                 : reserve_next(*ends.out, size, (ends.out->flags & O_APPEND) != 0);
      if (full != 0) {
        errno = -full;
        return -1;
      }
    }
    return ::splice(ends.in->host, from_offset ? &in : nullptr, ends.out->host, to_offset ? &out : nullptr, size,
                    flags | SPLICE_F_NONBLOCK);
  });
  if (moved < 0) return moved;
  if (from_offset && !memory.put(from_offset, in)) return -EFAULT;
  if (to_offset && !memory.put(to_offset, out)) return -EFAULT;
  return moved;
}

int64_t tee(Thread &thread, int from, int to, uint64_t size, uint32_t flags) {
  if ((flags & ~kKnownFlags) != 0) return -EINVAL;
  if (size == 0) return 0;
  Ends ends;
  if (const int error = ends.find(thread, from, to); error != 0) return error;
  return move_in_time(thread, ends, flags,
                      [&] { return ::tee(ends.in->host, ends.out->host, size, flags | SPLICE_F_NONBLOCK); });
}

// Copied: a pipe that kept the guest's pages would see what becomes of them later, even in another process.
int64_t vmsplice(Thread &thread, int descriptor, Ptr from, uint64_t count, uint32_t flags) {
  if ((flags & ~kKnownFlags) != 0) return -EINVAL;
  FileDescription *file = thread.process.descriptors.find(descriptor);
  if (file == nullptr || file->is_path() || !is_pipe(*file)) return -EBADF;
  const bool nonblocking = (flags & SPLICE_F_NONBLOCK) != 0 || file->is_nonblocking();
  Vectors vectors;
  if (const int error = vectors.read(thread.process.memory(), from, count); error != 0) return error;
  return file->writable() ? write_vectors(thread, *file, vectors.data(), vectors.count(), nonblocking)
                          : read_vectors(thread, *file, vectors.data(), vectors.count(), nonblocking);
}

}  // namespace vmp_linux::calls
