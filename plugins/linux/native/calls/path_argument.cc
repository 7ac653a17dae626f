#include "calls/path_argument.h"

namespace vmp_linux {

int Target::find_descriptor(Thread &thread, int descriptor) {
  return find_description(thread, thread.process.descriptors.share(descriptor));
}

int Target::find_description(Thread &thread, std::shared_ptr<FileDescription> description) {
  shared_ = std::move(description);
  if (shared_ == nullptr) return -EBADF;
  host = shared_->host;
  is_frozen = shared_->is_frozen;
  if (host < 0) {
    const VirtualKind kind = shared_->text != nullptr ? VirtualKind::text : VirtualKind::directory;
    file = VirtualFile{kind, false, -1, shared_->text, shared_->virtual_path};
    return stat_virtual_file(thread.process, *file, true, status);
  }
  return errno_or(::fstat(host, &status));
}

int Target::find(Thread &thread, int directory, GuestPointer path, uint32_t flags) {
  text[0] = '\0';
  if (path) {
    if (const int error = thread.process.memory().read_string(path, text, sizeof text); error != 0) return error;
  } else if ((flags & AT_EMPTY_PATH) == 0) {
    return -EFAULT;
  }
  if (text[0] == '\0') {
    if ((flags & AT_EMPTY_PATH) == 0) return -ENOENT;
    return directory == AT_FDCWD ? find_description(thread, thread.process.working_directory)
                                 : find_descriptor(thread, directory);
  }
  FileSystem &files = thread.personality.files();
  Place place;
  if (const int error = files.locate(thread.process, directory, text, place); error != 0) return error;
  const bool follow = (flags & AT_SYMLINK_NOFOLLOW) == 0;
  file = std::move(place.file);
  if (!file) {
    host = files.open(place, O_PATH | (follow ? 0 : O_NOFOLLOW), 0, status);
    if (follow && (host == -ENOENT || host == -EACCES)) file = files.find_linked(thread.process, place);
  }
  if (file) {
    host = -1;
    is_frozen = true;
    return stat_virtual_file(thread.process, *file, follow, status);
  }
  if (host < 0) return host;
  owned_ = OwnedDescriptor(host);
  is_frozen = files.read_only();
  return 0;
}

}  // namespace vmp_linux
