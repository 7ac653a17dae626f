#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cerrno>

#include "files/file_description.h"
#include "files/owned_descriptor.h"

namespace vmp_linux {
namespace {

constexpr unsigned kMemoryDevices = 1;  // the major number of /dev/null, zero, full, random
const dev_t kNullDevice = makedev(kMemoryDevices, 3);

}  // namespace

std::shared_ptr<FileDescription> borrow_stream(int host, int *error) {
  auto file = std::make_shared<FileDescription>();
  struct stat status;
  const int flags = ::fcntl(host, F_GETFL);
  if (flags < 0 || ::fstat(host, &status) != 0) {
    *error = errno;
    return nullptr;
  }
  file->flags = static_cast<uint32_t>(flags) & (O_ACCMODE | O_APPEND);
  file->is_frozen = true;
  file->is_directory = S_ISDIR(status.st_mode);
  file->is_terminal = S_ISCHR(status.st_mode) && ::isatty(host) == 1;
  file->ignores_empty_write =
      S_ISREG(status.st_mode) || S_ISFIFO(status.st_mode) || (S_ISCHR(status.st_mode) && status.st_rdev == kNullDevice);
  if (S_ISSOCK(status.st_mode)) {
    file->waiting = Waiting::socket;
  } else if (S_ISFIFO(status.st_mode) || file->is_terminal) {
    // O_NONBLOCK belongs to the open file description, which the program that started us shares: opening the same pipe
    // or terminal again gives one of our own.
    file->host = open_again(host, (flags & O_ACCMODE) | O_NONBLOCK | O_NOCTTY);
    file->waiting = file->host >= 0 ? Waiting::nonblocking : Waiting::shared;
  } else if (S_ISCHR(status.st_mode) && major(status.st_rdev) != kMemoryDevices) {
    file->waiting = Waiting::shared;
  }
  if (file->host < 0) file->host = ::fcntl(host, F_DUPFD_CLOEXEC, 3);
  if (file->host < 0) {
    *error = errno;
    return nullptr;
  }
  return file;
}

}  // namespace vmp_linux
