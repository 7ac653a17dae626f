// A file or directory of the host, or one of its memory devices (/dev/null and the like): opened again.
#include "snapshot/file_keeper.h"

namespace vmp_linux {
namespace {

constexpr int kReopened = O_ACCMODE | O_APPEND | O_NONBLOCK | O_DIRECT | O_NOATIME | O_SYNC | O_PATH;

class KeptHostFile final : public KeptContents {
 public:
  KeptHostFile(OwnedDescriptor path, int flags, off_t offset)
      : path_(std::move(path)), flags_(flags), offset_(offset) {}

  int open(FileRestorer &, const KeptFile &, FileDescription &file) const override {
    file.host = open_again(path_.get(), flags_ | O_NOCTTY);
    if (file.host < 0) return std::exchange(file.host, -1);
    return offset_ > 0 && ::lseek(file.host, offset_, SEEK_SET) < 0 ? -errno : 0;
  }

 private:
  const OwnedDescriptor path_;  // O_PATH: a duplicate would keep the guest's locks
  const int flags_;
  const off_t offset_;
};

// A place alone (O_PATH): a duplicate shares nothing that changes.
class KeptPath final : public KeptContents {
 public:
  explicit KeptPath(OwnedDescriptor path) : path_(std::move(path)) {}

  int open(FileRestorer &, const KeptFile &, FileDescription &file) const override {
    const int host = ::fcntl(path_.get(), F_DUPFD_CLOEXEC, 3);
    if (host < 0) return -errno;
    file.host = host;
    return 0;
  }

 private:
  const OwnedDescriptor path_;
};

}  // namespace

std::unique_ptr<const KeptContents> keep_host_file(const FileDescription &file, KeepingProblem &problem) {
  const int flags = ::fcntl(file.host, F_GETFL);
  if (flags < 0) return problem.fail(errno);
  if ((flags & O_PATH) != 0) {
    OwnedDescriptor path(errno_or(::fcntl(file.host, F_DUPFD_CLOEXEC, 3)));
    if (!path) return problem.fail(-path.get());
    return std::make_unique<KeptPath>(std::move(path));
  }
  OwnedDescriptor path(open_again(file.host, O_PATH));
  if (!path) return problem.fail(-path.get());
  // Permissions may have changed since, or never have allowed it: creat(2) with a mode of 0.
  const OwnedDescriptor trial(open_again(path.get(), (flags & kReopened) | O_NOCTTY));
  if (trial.get() == -EMFILE || trial.get() == -ENFILE) return problem.fail(-trial.get());
  if (!trial) return problem.refuse("a file that the host does not let be opened again");
  const off_t offset = ::lseek(file.host, 0, SEEK_CUR);
  return std::make_unique<KeptHostFile>(std::move(path), flags & kReopened, offset);
}

}  // namespace vmp_linux
