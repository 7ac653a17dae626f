// Reads and writes that may wait, made so that a request to the virtual CPU ends them at once.
#ifndef VMP_LINUX_FILES_TRANSFER_H
#define VMP_LINUX_FILES_TRANSFER_H

#include <sys/uio.h>

#include <cstdint>

#include "files/file_description.h"
#include "memory/guest_memory.h"

namespace vmp_linux {

struct Thread;

// The most that is prepared of the guest's memory before it is known that there are as many bytes.
inline constexpr uint64_t kLargestPiece = uint64_t{1} << 20;

// vCPU thread. vectors: host addresses, not prepared yet, changed on the way. nonblocking: answers -EAGAIN instead of
// waiting. Bytes, or minus an errno or Restart, as read(2) and write(2).
int64_t read_vectors(Thread &thread, FileDescription &file, iovec *vectors, int count, bool nonblocking);
int64_t write_vectors(Thread &thread, FileDescription &file, iovec *vectors, int count, bool nonblocking);

// vCPU thread. The same for what never waits, at `offset` (-1: its own position). flags: RWF_*.
int64_t read_file(Thread &thread, const FileDescription &file, iovec *vectors, int count, int64_t offset, int flags);

// How many bytes of `size` a regular file may give at `offset` (-1: its own position): not fewer than it has, and at
// least a page, since what the kernel makes up has no size. Of others, all.
uint64_t available(const FileDescription &file, int64_t offset, uint64_t size);

// vCPU thread. As wait_for, for what could not take a byte more.
int64_t wait_for_room(Thread &thread, FileDescription &file);

uint64_t size_of(const iovec *vectors, int count);

// Our own bytes to the vectors' host addresses in the guest's memory, `offset` bytes behind their start. False: EFAULT.
bool scatter(const GuestMemory &memory, const iovec *vectors, int count, uint64_t offset, const void *from,
             uint64_t size);

}  // namespace vmp_linux
#endif
