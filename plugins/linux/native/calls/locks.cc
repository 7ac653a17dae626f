#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>

#include "calls/calls.h"
#include "waiting.h"

namespace vmp_linux::calls {
namespace {

// No descriptor says when a lock is free, so a wait tries again, ever less often.
constexpr int64_t kFirstRetry = kSecond / 1000;
constexpr int64_t kLastRetry = kSecond / 20;

// try_lock: 0 or minus an errno; -EAGAIN while somebody else holds the lock.
template <typename TryLock>
int64_t lock_in_time(Thread &thread, TryLock try_lock) {
  for (int64_t retry = kFirstRetry;; retry = std::min(retry * 2, kLastRetry)) {
    if (const int64_t result = try_lock(); result != -EAGAIN) return result;
    const int64_t error = wait_until(thread, -1, 0, monotonic_nanoseconds() + retry);
    if (error != -ETIMEDOUT) return error;
  }
}

}  // namespace

int64_t flock(Thread &thread, int descriptor, uint32_t operation) {
  const FileDescription *file = thread.process.descriptors.find(descriptor);
  if (file == nullptr || file->host < 0) return -EBADF;
  const auto try_lock = [&]() -> int64_t {
    return errno_or(::flock(file->host, static_cast<int>(operation | LOCK_NB)));
  };
  return (operation & LOCK_NB) != 0 ? try_lock() : lock_in_time(thread, try_lock);
}

// Locks of the guest are the host's locks of an open file description: a host process's own POSIX locks would be shared
// by every guest in it and vanish with any close.
int64_t lock_file(Thread &thread, FileDescription &file, uint32_t command, Ptr pointer) {
  struct ::flock lock;  // the same layout on every 64-bit architecture
  static_assert(sizeof lock == 32);
  if (file.host < 0) return -EBADF;
  if (!thread.process.memory().get(pointer, lock)) return -EFAULT;
  lock.l_pid = 0;
  if (command == F_GETLK || command == F_OFD_GETLK) {
    if (::fcntl(file.host, F_OFD_GETLK, &lock) != 0) return -errno;
    return thread.process.memory().put(pointer, lock) ? 0 : -EFAULT;
  }
  const auto try_lock = [&]() -> int64_t { return errno_or(::fcntl(file.host, F_OFD_SETLK, &lock)); };
  const bool waits = command == F_SETLKW || command == F_OFD_SETLKW;
  return waits ? lock_in_time(thread, try_lock) : try_lock();
}

}  // namespace vmp_linux::calls
