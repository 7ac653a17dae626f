// Descriptors of the host: one that is closed at the end of its scope, and the kernel's own name for an open one.
#ifndef VMP_LINUX_FILES_OWNED_DESCRIPTOR_H
#define VMP_LINUX_FILES_OWNED_DESCRIPTOR_H

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

#include "errno_or.h"

namespace vmp_linux {

class OwnedDescriptor {
 public:
  OwnedDescriptor() = default;
  explicit OwnedDescriptor(int descriptor) : descriptor_(descriptor) {}
  OwnedDescriptor(OwnedDescriptor &&other) noexcept : descriptor_(other.release()) {}
  OwnedDescriptor &operator=(OwnedDescriptor &&other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~OwnedDescriptor() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  int get() const { return descriptor_; }
  int release() { return std::exchange(descriptor_, -1); }
  explicit operator bool() const { return descriptor_ >= 0; }

 private:
  int descriptor_ = -1;
};

// The link in /proc that leads to a descriptor's file itself, without another look at any name.
class DescriptorLink {
 public:
  explicit DescriptorLink(int descriptor) { std::snprintf(path_, sizeof path_, "/proc/self/fd/%d", descriptor); }
  const char *path() const { return path_; }

 private:
  char path_[32];
};

// The file of a descriptor as an open file description of its own: a host descriptor, or minus an errno.
inline int open_again(int descriptor, int flags, mode_t mode = 0) {
  return errno_or(::open(DescriptorLink(descriptor).path(), flags | O_CLOEXEC, mode));
}

}  // namespace vmp_linux
#endif
