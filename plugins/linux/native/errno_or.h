// What a call of the host's C library answered, as a system call of the guest answers it.
#ifndef VMP_LINUX_ERRNO_OR_H
#define VMP_LINUX_ERRNO_OR_H

#include <cerrno>

namespace vmp_linux {

// result, or minus errno where it is negative.
template <typename Integer>
inline Integer errno_or(Integer result) {
  return result >= 0 ? result : static_cast<Integer>(-errno);
}

}  // namespace vmp_linux
#endif
