#include <fcntl.h>
#include <unistd.h>

#include "calls/calls.h"
#include "calls/path_argument.h"
#include "files/file_size_limit.h"
#include "files/memory_file.h"
#include "files/mount_open.h"
#include "files/owned_descriptor.h"

namespace vmp_linux::calls {
namespace {

// The host descriptor of an open file, or minus an errno.
int host_of(Thread &thread, int descriptor) {
  const FileDescription *file = thread.process.descriptors.find(descriptor);
  if (file == nullptr || file->is_path()) return -EBADF;
  return file->host < 0 ? -EINVAL : file->host;
}

}  // namespace

int64_t ftruncate(Thread &thread, int descriptor, int64_t size) {
  const FileDescription *file = thread.process.descriptors.find(descriptor);
  if (file == nullptr || file->is_path()) return -EBADF;
  if (file->host < 0 || !file->writable() || size < 0) return -EINVAL;
  if (const int error = check_new_file_size(thread, file->host, size); error != 0) return error;
  if (const int error = reserve_end(*file, static_cast<uint64_t>(size)); error != 0) return error;
  return errno_or(::ftruncate(file->host, size));
}

int64_t truncate(Thread &thread, Ptr path, int64_t size) {
  PathArgument name;
  if (const int error = name.read(thread, path); error != 0) return error;
  Found found;
  const int error = thread.process.run->files.find(thread.process, AT_FDCWD, name.text, O_PATH, 0, found);
  if (error != 0) return error;
  if (!found.file) {
    // Not opened before it is known: to open a FIFO is seen at its other end.
    if (!S_ISREG(found.status.st_mode)) return S_ISDIR(found.status.st_mode) ? -EISDIR : -EINVAL;
    const OwnedDescriptor host(open_seen(found.mount, found.host.get(), O_WRONLY | O_NOCTTY, found.status));
    if (!host) return host.get();
    const int refused = check_new_file_size(thread, host.get(), size);
    return refused != 0 ? refused : errno_or(::ftruncate(host.get(), size));
  }
  if (found.file->kind == VirtualKind::descriptor) return ftruncate(thread, found.file->descriptor, size);
  return found.file->kind == VirtualKind::directory ? -EISDIR : -EACCES;
}

int64_t fallocate(Thread &thread, int descriptor, int mode, int64_t offset, int64_t size) {
  const FileDescription *file = thread.process.descriptors.find(descriptor);
  if (file == nullptr || file->host < 0 || !file->writable()) return -EBADF;
  if (offset < 0 || size <= 0) return -EINVAL;
  if (offset > INT64_MAX - size) return -EFBIG;
  if (const int error = check_new_file_size(thread, file->host, offset + size); error != 0) return error;
  if (const int error = reserve_at(*file, static_cast<uint64_t>(offset), static_cast<uint64_t>(size)); error != 0) {
    return error;
  }
  return errno_or(::fallocate(file->host, mode, offset, size));
}

int64_t fsync(Thread &thread, int descriptor) {
  const int host = host_of(thread, descriptor);
  return host < 0 ? host : errno_or(::fsync(host));
}

int64_t fdatasync(Thread &thread, int descriptor) {
  const int host = host_of(thread, descriptor);
  return host < 0 ? host : errno_or(::fdatasync(host));
}

// Only the file system that the guest sees, not all of the host's.
int64_t sync(Thread &thread) {
  thread.process.run->files.sync();
  return 0;
}

int64_t syncfs(Thread &thread, int descriptor) {
  const int host = host_of(thread, descriptor);
  return host < 0 ? host : errno_or(::syncfs(host));
}

int64_t sync_file_range(Thread &thread, int descriptor, int64_t offset, int64_t size, uint32_t flags) {
  const int host = host_of(thread, descriptor);
  return host < 0 ? host : errno_or(::sync_file_range(host, offset, size, flags));
}

int64_t fadvise64(Thread &thread, int descriptor, int64_t offset, uint64_t size, int advice) {
  const FileDescription *file = thread.process.descriptors.find(descriptor);
  if (file == nullptr || file->host < 0) return -EBADF;
  return -::posix_fadvise(file->host, offset, static_cast<off_t>(size), advice);
}

int64_t readahead(Thread &thread, int descriptor, int64_t offset, uint64_t size) {
  const FileDescription *file = thread.process.descriptors.find(descriptor);
  if (file == nullptr || file->host < 0 || !file->readable()) return -EBADF;
  return errno_or(::readahead(file->host, offset, size));
}

}  // namespace vmp_linux::calls
