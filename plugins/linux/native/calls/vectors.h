// The iovec array of a system call.
#ifndef VMP_LINUX_CALLS_VECTORS_H
#define VMP_LINUX_CALLS_VECTORS_H

#include <limits.h>
#include <sys/uio.h>

#include <array>

#include "memory/guest_memory.h"

namespace vmp_linux {

// The guest's array as one of host addresses: copied first, then checked.
class Vectors {
 public:
  // 0 or minus an errno. The ranges are not prepared.
  int read(const GuestMemory &memory, GuestPointer from, uint64_t count) {
    if (count > IOV_MAX) return -EINVAL;
    if (!memory.read(from, vectors_.data(), count * sizeof(iovec))) return -EFAULT;
    uint64_t total = 0;
    for (uint64_t i = 0; i < count; ++i) {
      iovec &vector = vectors_[i];
      if (vector.iov_len > SSIZE_MAX - total) return -EINVAL;
      total += vector.iov_len;
      const GuestPointer at(reinterpret_cast<uint64_t>(vector.iov_base));
      uint8_t *host = memory.unprepared_range(at, vector.iov_len);
      if (host == nullptr) return -EFAULT;
      vector.iov_base = host;
    }
    count_ = static_cast<int>(count);
    return 0;
  }
  iovec *data() { return vectors_.data(); }
  int count() const { return count_; }

 private:
  std::array<iovec, IOV_MAX> vectors_;
  int count_ = 0;
};

}  // namespace vmp_linux
#endif
