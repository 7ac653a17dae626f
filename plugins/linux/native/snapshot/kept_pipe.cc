// An end of a pipe between the guest's processes: of a new pipe with the same unread bytes.
#include <sys/ioctl.h>

#include "snapshot/file_keeper.h"
#include "snapshot/file_restorer.h"

namespace vmp_linux {
namespace {

constexpr int kDefaultSize = 16 * 4096;  // pipe(7), "Pipe capacity"
constexpr size_t kAll = size_t{1} << 30;

class KeptPipeEnd final : public KeptContents {
 public:
  KeptPipeEnd(size_t pipe, int flags) : pipe_(pipe), flags_(flags) {}

  int open(FileRestorer &restorer, const KeptFile &, FileDescription &file) const override {
    const int host = restorer.open_pipe(pipe_, flags_ & O_ACCMODE);
    if (host < 0) return host;
    file.host = host;
    // Packet mode (pipe2(2), O_DIRECT) and the like.
    const bool is_plain = (flags_ & ~(O_ACCMODE | O_NONBLOCK)) == 0;
    return is_plain ? 0 : errno_or(::fcntl(host, F_SETFL, flags_ & ~O_ACCMODE));
  }

 private:
  const size_t pipe_;
  const int flags_;  // of the host's description
};

// The bytes of one pipe into an empty one of the same size; they stay in the first, packets as they are (tee(2)).
// 0 or minus an errno.
int copy_unread(int from, int to) {
  int unread = 0, copied = 0;
  if (::ioctl(from, FIONREAD, &unread) != 0) return -errno;
  if (unread == 0) return 0;
  if (::tee(from, to, kAll, SPLICE_F_NONBLOCK) < 0) return -errno;
  // What a pipe has to read, its writing end tells too.
  if (::ioctl(to, FIONREAD, &copied) != 0) return -errno;
  return copied == unread ? 0 : -ENOBUFS;
}

// 0 or minus an errno. contents: the reading end of a pipe to copy; -1: none.
int open_ends(int size, int contents, OwnedDescriptor (&ends)[2]) {
  int host[2];
  if (::pipe2(host, O_CLOEXEC | O_NONBLOCK) != 0) return -errno;
  ends[0] = OwnedDescriptor(host[0]);
  ends[1] = OwnedDescriptor(host[1]);
  if (size != kDefaultSize && ::fcntl(host[1], F_SETPIPE_SZ, size) < 0) return -errno;
  return contents < 0 ? 0 : copy_unread(contents, host[1]);
}

}  // namespace

int64_t FileKeeper::pipe(const FileDescription &file) {
  const auto identity = identify(file.host);
  if (!identity) return -EBADF;
  const auto [entry, is_new] = pipes_.emplace(*identity, state_.pipes.size());
  if (is_new) {
    KeptPipe &kept = state_.pipes.emplace_back();
    kept.size = ::fcntl(file.host, F_GETPIPE_SZ);
    if (kept.size < 0) return -errno;
  }
  KeptPipe &kept = state_.pipes[entry->second];
  int unread = 0;
  // Without a reader nobody will ever read them.
  if (!kept.unread && file.readable() && ::ioctl(file.host, FIONREAD, &unread) == 0 && unread > 0) {
    OwnedDescriptor ends[2];
    if (const int error = open_ends(kept.size, file.host, ends); error != 0) return error;
    kept.unread = std::move(ends[0]);
  }
  return static_cast<int64_t>(entry->second);
}

std::unique_ptr<const KeptContents> keep_pipe(const FileDescription &file, FileKeeper &keeper,
                                              KeepingProblem &problem) {
  const int flags = ::fcntl(file.host, F_GETFL);
  if (flags < 0) return problem.fail(errno);
  const int64_t pipe = keeper.pipe(file);
  if (pipe < 0) return problem.fail(static_cast<int>(-pipe));
  constexpr int kKept = O_ACCMODE | O_APPEND | O_NONBLOCK | O_DIRECT | O_NOATIME;
  return std::make_unique<KeptPipeEnd>(static_cast<size_t>(pipe), flags & kKept);
}

int FileRestorer::make_pipe(const KeptPipe &kept, Pipe &pipe) const {
  return open_ends(kept.size, kept.unread.get(), pipe.ends);
}

// The first reader and the first writer have the ends themselves, all others open them again.
int FileRestorer::open_pipe(size_t index, int access) {
  Pipe &pipe = pipes_[index];
  if (pipe.any(0) < 0) {
    if (const int error = make_pipe(state_.pipes[index], pipe); error != 0) return error;
  }
  const int end = access == O_RDONLY ? 0 : 1;
  if (access == O_RDWR || !pipe.ends[end]) return open_again(pipe.any(end), access | O_NONBLOCK);
  return pipe.known[end] = pipe.ends[end].release();
}

}  // namespace vmp_linux
