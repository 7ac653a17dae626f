#include "files/transfer.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>

#include "errno_or.h"
#include "files/virtual_files.h"
#include "process.h"
#include "waiting.h"

namespace vmp_linux {
namespace {

// A pipe that poll(2) calls writable takes this much without waiting (POSIX: PIPE_BUF).
constexpr size_t kSharedWrite = 4096;

bool is_ready(int host, short events) {
  struct pollfd one = {host, events, 0};
  return ::poll(&one, 1, 0) == 1;
}

// -EAGAIN: it would have waited.
int64_t try_read(const FileDescription &file, iovec *vectors, int count) {
  ssize_t n;
  if (file.waiting == Waiting::socket) {
    msghdr message{};
    message.msg_iov = vectors;
    message.msg_iovlen = static_cast<size_t>(count);
    n = ::recvmsg(file.host, &message, MSG_DONTWAIT);
  } else if (file.waiting == Waiting::shared && !is_ready(file.host, POLLIN)) {
    return -EAGAIN;
  } else {
    n = ::readv(file.host, vectors, count);
  }
  return errno_or(n);
}

int64_t try_write(const FileDescription &file, iovec *vectors, int count) {
  ssize_t n;
  if (file.waiting == Waiting::socket) {
    msghdr message{};
    message.msg_iov = vectors;
    message.msg_iovlen = static_cast<size_t>(count);
    n = ::sendmsg(file.host, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  } else if (file.waiting == Waiting::shared) {
    if (!is_ready(file.host, POLLOUT)) return -EAGAIN;
    n = ::write(file.host, vectors->iov_base, std::min(vectors->iov_len, kSharedWrite));
  } else {
    n = ::writev(file.host, vectors, count);
  }
  return errno_or(n);
}

// A write to a pipe without a reader must not kill the host: the guest's SIGPIPE is its own. For the rest of the
// thread's life, which is the virtual CPU's.
void block_host_signal() {
  thread_local bool blocked = false;
  if (blocked) return;
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  blocked = true;
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

}  // namespace

int64_t read_vectors(Thread &thread, FileDescription &file, iovec *vectors, int count) {
  if (file.text != nullptr) {
    const int64_t n = read_virtual_text(thread.process, file, file.position, vectors, count);
    if (n > 0) file.position += static_cast<uint64_t>(n);
    return n;
  }
  if (file.host < 0) return -EISDIR;
  if (file.waiting == Waiting::never) {
    return errno_or(::readv(file.host, vectors, count));
  }
  for (;;) {
    const int64_t n = try_read(file, vectors, count);
    if (n != -EAGAIN || (file.flags & O_NONBLOCK) != 0) return n;
    if (const int64_t error = wait_for(thread, file.host, POLLIN); error != 0) return error;
  }
}

int64_t write_vectors(Thread &thread, FileDescription &file, iovec *vectors, int count) {
  if (file.host < 0) return -EBADF;
  if (file.waiting == Waiting::never) {
    return errno_or(::writev(file.host, vectors, count));
  }
  block_host_signal();
  int64_t written = 0;
  advance(vectors, count, 0);
  if (count == 0) return 0;
  for (;;) {
    const int64_t n = try_write(file, vectors, count);
    if (n == -EPIPE) raise_broken_pipe(thread);
    if (n >= 0) {
      written += n;
      advance(vectors, count, static_cast<uint64_t>(n));
      if (count == 0) return written;
      if ((file.flags & O_NONBLOCK) != 0 && file.waiting != Waiting::shared) return written;
      continue;
    }
    if (n != -EAGAIN || (file.flags & O_NONBLOCK) != 0) return written > 0 ? written : n;
    const int64_t error = wait_for(thread, file.host, POLLOUT);
    if (error != 0) return written > 0 ? written : error;
  }
}

}  // namespace vmp_linux
