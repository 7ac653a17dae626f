#include "files/file_size_limit.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

namespace vmp_linux {
namespace {

int refuse(Thread &thread) {
  SignalInformation information;
  information.number = SIGXFSZ;
  information.code = SI_USER;
  information.sender.process = static_cast<int32_t>(thread.process.id);
  information.sender.user = thread.process.credentials.user;
  send_signal(thread.process, &thread, information);
  return -EFBIG;
}

}  // namespace

int64_t within_file_size_limit(Thread &thread, const FileDescription &file, int64_t offset, uint64_t size) {
  struct stat status;
  if (!has_file_size_limit(thread) || size == 0) return static_cast<int64_t>(size);
  if (file.host < 0 || ::fstat(file.host, &status) != 0 || !S_ISREG(status.st_mode)) return static_cast<int64_t>(size);
  const uint64_t limit = thread.process.limits[RLIMIT_FSIZE].soft;
  if ((file.flags & O_APPEND) != 0) {
    offset = status.st_size;
  } else if (offset < 0) {
    offset = std::max<int64_t>(::lseek(file.host, 0, SEEK_CUR), 0);
  }
  const auto at = static_cast<uint64_t>(offset);
  if (at >= limit) return refuse(thread);
  return static_cast<int64_t>(std::min(size, limit - at));
}

int limit_write(Thread &thread, const FileDescription &file, int64_t offset, iovec *vectors, int count) {
  if (!has_file_size_limit(thread)) return 0;
  uint64_t size = 0;
  for (int i = 0; i < count; ++i) size += vectors[i].iov_len;
  const int64_t allowed = within_file_size_limit(thread, file, offset, size);
  if (allowed < 0) return static_cast<int>(allowed);
  auto left = static_cast<uint64_t>(allowed);
  for (int i = 0; i < count; ++i) {
    vectors[i].iov_len = std::min(vectors[i].iov_len, left);
    left -= vectors[i].iov_len;
  }
  return 0;
}

int check_new_file_size(Thread &thread, int host, int64_t size) {
  struct stat status;
  if (!has_file_size_limit(thread) || size < 0) return 0;
  const bool grows = ::fstat(host, &status) == 0 && S_ISREG(status.st_mode) && status.st_size < size;
  return grows && static_cast<uint64_t>(size) > thread.process.limits[RLIMIT_FSIZE].soft ? refuse(thread) : 0;
}

}  // namespace vmp_linux
