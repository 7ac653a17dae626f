#include <fcntl.h>
#include <unistd.h>

#include "calls/calls.h"
#include "calls/path_argument.h"

namespace vmp_linux::calls {
namespace {

// The host descriptor of an open file, or minus an errno.
int host_of(Thread &thread, int descriptor) {
  const FileDescription *file = thread.process.descriptors.find(descriptor);
  if (file == nullptr) return -EBADF;
  return file->host < 0 ? -EINVAL : file->host;
}

}  // namespace

int64_t ftruncate(Thread &thread, int descriptor, int64_t size) {
  const FileDescription *file = thread.process.descriptors.find(descriptor);
  if (file == nullptr || file->is_path()) return -EBADF;
  if (file->host < 0 || !file->writable()) return -EINVAL;
  return errno_or(::ftruncate(file->host, size));
}

int64_t truncate(Thread &thread, Ptr path, int64_t size) {
  PathArgument name;
  if (const int error = name.read(thread, AT_FDCWD, path); error != 0) return error;
  if (name.place.file) return name.place.file->kind == VirtualKind::directory ? -EISDIR : -EACCES;
  const FileSystem &files = thread.personality.files();
  struct stat status;
  const int host = files.open(name.place, (files.read_only() ? O_RDONLY : O_WRONLY) | O_NONBLOCK | O_NOCTTY, 0, status);
  if (host < 0) return host;
  const OwnedDescriptor owned(host);
  if (S_ISDIR(status.st_mode)) return -EISDIR;
  if (files.read_only()) return -EROFS;
  return errno_or(::ftruncate(host, size));
}

int64_t fallocate(Thread &thread, int descriptor, int mode, int64_t offset, int64_t size) {
  const FileDescription *file = thread.process.descriptors.find(descriptor);
  if (file == nullptr || file->host < 0 || !file->writable()) return -EBADF;
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
  const OwnedDescriptor root(thread.personality.files().open_root_file());
  if (root) ::syncfs(root.get());
  return 0;
}

int64_t syncfs(Thread &thread, int descriptor) {
  const int host = host_of(thread, descriptor);
  return host < 0 ? host : errno_or(::syncfs(host));
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
