#include "calls/path_argument.h"

namespace vmp_linux {

int Target::find_descriptor(Thread &thread, int directory) {
  shared_ = directory == AT_FDCWD ? thread.process.working_directory : thread.process.descriptors.share(directory);
  if (shared_ == nullptr) return -EBADF;
  host = shared_->host;
  is_frozen = shared_->is_frozen;
  if (host < 0) {
    file = VirtualFile{VirtualKind::directory, false, -1, nullptr, shared_->virtual_path};
    return stat_virtual_file(thread.process, *file, true, status);
  }
  return ::fstat(host, &status) == 0 ? 0 : -errno;
}

int Target::find(Thread &thread, int directory, GuestPointer path, uint32_t flags) {
  text[0] = '\0';
  if (path) {
    if (const int error = thread.process.memory().read_string(path, text, sizeof text); error != 0) return error;
  } else if ((flags & AT_EMPTY_PATH) == 0) {
    return -EFAULT;
  }
  if (text[0] == '\0') return (flags & AT_EMPTY_PATH) != 0 ? find_descriptor(thread, directory) : -ENOENT;
  FileSystem &files = thread.personality.files();
  Place place;
  if (const int error = files.locate(thread.process, directory, text, place); error != 0) return error;
  const bool follow = (flags & AT_SYMLINK_NOFOLLOW) == 0;
  if (place.file) {
    file = std::move(place.file);
    is_frozen = true;
    return stat_virtual_file(thread.process, *file, follow, status);
  }
  host = files.open(place, O_PATH | (follow ? 0 : O_NOFOLLOW), 0, status);
  if (host < 0) return host;
  owned_ = OwnedDescriptor(host);
  is_frozen = files.read_only();
  return 0;
}

}  // namespace vmp_linux
