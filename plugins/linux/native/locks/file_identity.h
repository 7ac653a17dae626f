// Which file an open description is of, however it was opened.
#ifndef VMP_LINUX_LOCKS_FILE_IDENTITY_H
#define VMP_LINUX_LOCKS_FILE_IDENTITY_H

#include <sys/stat.h>

#include <compare>
#include <optional>

namespace vmp_linux {

struct FileIdentity {
  dev_t device = 0;
  ino_t inode = 0;
  auto operator<=>(const FileIdentity &) const = default;
};

// Nothing for a descriptor that the host does not know.
inline std::optional<FileIdentity> identify(int host) {
  struct stat status;
  if (host < 0 || ::fstat(host, &status) != 0) return std::nullopt;
  return FileIdentity{status.st_dev, status.st_ino};
}

}  // namespace vmp_linux
#endif
