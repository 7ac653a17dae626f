// RLIMIT_FSIZE: how long the files may become that a process writes (setrlimit(2)).
#ifndef VMP_LINUX_FILES_FILE_SIZE_LIMIT_H
#define VMP_LINUX_FILES_FILE_SIZE_LIMIT_H

#include <sys/resource.h>
#include <sys/uio.h>

#include "process.h"

namespace vmp_linux {

inline bool has_file_size_limit(const Thread &thread) {
  return thread.process.limits[RLIMIT_FSIZE].soft != ~uint64_t{0};
}

// vCPU thread. How many of `size` bytes, at least one, may be written at `offset` (-1: where the file stands); -EFBIG
// with SIGXFSZ sent where there is no room for any. What is no regular file has no limit.
int64_t within_file_size_limit(Thread &thread, const FileDescription &file, int64_t offset, uint64_t size);

// vCPU thread. The same for a write of vectors, which are shortened to what may be written: 0 or -EFBIG.
int limit_write(Thread &thread, const FileDescription &file, int64_t offset, iovec *vectors, int count);

// vCPU thread. 0, or -EFBIG with SIGXFSZ sent when a file of the host may not become `size` bytes long.
int check_new_file_size(Thread &thread, int host, int64_t size);

}  // namespace vmp_linux
#endif
