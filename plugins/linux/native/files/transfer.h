// Reads and writes that may wait, made so that a request to the virtual CPU ends them at once.
#ifndef VMP_LINUX_FILES_TRANSFER_H
#define VMP_LINUX_FILES_TRANSFER_H

#include <sys/uio.h>

#include <cstdint>

#include "files/file_description.h"

namespace vmp_linux {

struct Thread;

// vCPU thread. vectors: host addresses, changed on the way. Bytes, or minus an errno or Restart, as read(2) and
// write(2).
int64_t read_vectors(Thread &thread, FileDescription &file, iovec *vectors, int count);
int64_t write_vectors(Thread &thread, FileDescription &file, iovec *vectors, int count);

}  // namespace vmp_linux
#endif
