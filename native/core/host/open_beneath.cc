#include "core/host/open_beneath.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace vmp {

int open_beneath(const std::string &root, const std::string &path) {
  // NONBLOCK: a FIFO in the place of a program must not hang its opener.
  constexpr int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  if (root.empty()) return open(path.c_str(), flags);
  int folder = open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return -1;
  struct open_how how {};
  how.flags = flags;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  auto opened = static_cast<int>(syscall(SYS_openat2, folder, path.c_str(), &how, sizeof(how)));
  int reason = errno;
  close(folder);
  errno = reason;
  return opened;
}

}  // namespace vmp
