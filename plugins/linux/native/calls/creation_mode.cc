#include "calls/creation_mode.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cstdio>
#include <cstring>
#include <memory>

#include "files/mount_open.h"
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

// Whether the host's umask takes something of a mode that the guest's left.
bool host_masks(uint32_t mode) {
  static const uint32_t mask = host_mask();
  return (mode & mask) != 0;
}

}  // namespace

uint32_t masked_mode(const Thread &thread, uint32_t mode) { return mode & 07777 & ~thread.process.mode_mask; }

void set_mode_of_new(const Parent &parent, uint32_t mode) {
  if (!host_masks(mode)) return;
  // With a slash behind it, the name would be followed if a link has taken its place meanwhile.
  const std::string name = parent.name.substr(0, parent.name.find('/'));
  struct stat status;
  const OwnedDescriptor made(open_in(*parent.directory.mount, parent.directory.host, name.c_str(), O_PATH | O_NOFOLLOW,
                                     0, RESOLVE_BENEATH, status));
  if (!made || (status.st_mode & S_IFMT) != (mode & S_IFMT)) return;
  ::chmod(DescriptorLink(made.get()).path(), (mode & 07777) | (status.st_mode & S_ISGID));  // that of its folder stays
}

void set_mode_of_open(Found &file, uint32_t mode) {
  if (host_masks(mode) && ::fchmod(file.host.get(), mode) == 0) ::fstat(file.host.get(), &file.status);
}

}  // namespace vmp_linux
