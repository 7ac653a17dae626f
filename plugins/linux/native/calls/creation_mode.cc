#include "calls/creation_mode.h"

#include <fcntl.h>

#include <cerrno>
#include <cstdio>
#include <memory>

#include "personality.h"

namespace vmp_linux {
namespace {

// Read without setting it: umask(2) would change it for every thread in between.
uint32_t host_mask() {
  const std::unique_ptr<FILE, int (*)(FILE *)> status(std::fopen("/proc/self/status", "re"), std::fclose);
  char line[256];
  unsigned mask = 0777;
  while (status != nullptr && std::fgets(line, sizeof line, status.get()) != nullptr) {
    if (std::sscanf(line, "Umask: %o", &mask) == 1) break;
  }
  return mask;
}

}  // namespace

uint32_t masked_mode(const Thread &thread, uint32_t mode) { return mode & 07777 & ~thread.process.mode_mask; }

bool host_masks(uint32_t mode) {
  static const uint32_t mask = host_mask();
  return (mode & mask) != 0;
}

int open_with_mode(Thread &thread, const Place &place, int flags, uint32_t mode, struct stat &status) {
  const FileSystem &files = thread.personality.files();
  const uint32_t wanted = masked_mode(thread, mode);
  if (!host_masks(wanted)) return files.open(place, flags, wanted, status);
  // Only with O_EXCL is it known whether the file is new.
  const bool makes_sure = (flags & O_CREAT) != 0 && (flags & O_EXCL) == 0;
  int host = files.open(place, flags | (makes_sure ? O_EXCL : 0), wanted, status);
  if (host == -EEXIST && makes_sure) return files.open(place, flags, wanted, status);
  if (host >= 0 && ::fchmod(host, wanted) == 0) ::fstat(host, &status);
  return host;
}

}  // namespace vmp_linux
