#include "calls/creation_mode.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
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

// Whether the host's umask takes something of a mode that the guest's left.
bool host_masks(uint32_t mode) {
  static const uint32_t mask = host_mask();
  return (mode & mask) != 0;
}

}  // namespace

uint32_t masked_mode(const Thread &thread, uint32_t mode) { return mode & 07777 & ~thread.process.mode_mask; }

void set_mode_of_new(Thread &thread, const ParentPlace &parent, uint32_t mode) {
  if (!host_masks(mode)) return;
  // With a slash behind it, the name would be followed if a link has taken its place meanwhile.
  const std::string name(parent.name, std::strcspn(parent.name, "/"));
  struct stat status;
  const Place place = {std::nullopt, parent.directory, false, name.c_str()};
  const OwnedDescriptor made(thread.personality.files().open(place, O_PATH | O_NOFOLLOW, 0, status));
  if (!made || (status.st_mode & S_IFMT) != (mode & S_IFMT)) return;
  ::chmod(DescriptorLink(made.get()).path(), (mode & 07777) | (status.st_mode & S_ISGID));  // that of its folder stays
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
