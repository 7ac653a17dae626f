#include "calls/path_argument.h"

namespace vmp_linux {

int Target::find_descriptor(Thread &thread, int descriptor) {
  return find_description(thread, thread.process.descriptors.share(descriptor));
}

int Target::find_description(Thread &thread, std::shared_ptr<FileDescription> description) {
  shared_ = std::move(description);
  if (shared_ == nullptr) return -EBADF;
  host = shared_->host;
  mount = shared_->mount;
  is_frozen = shared_->is_frozen;
  if (host >= 0) return errno_or(::fstat(host, &status));
  file = find_virtual_file(thread.process, shared_->virtual_path);
  if (!file && !shared_->is_directory) return -ESRCH;  // of a process that is gone
  if (!file) file = VirtualFile{VirtualKind::directory, shared_->virtual_path};
  return stat_virtual_file(thread.process, *file, status);
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
  const int look = O_PATH | ((flags & AT_SYMLINK_NOFOLLOW) != 0 ? O_NOFOLLOW : 0);
  Found found;
  const int error = thread.process.run->files.find(thread.process, directory, text, look, 0, found);
  if (error != 0) return error;
  file = std::move(found.file);
  if (file) {
    // What a link of /proc/PID/fd leads to is the open file itself.
    if (file->kind == VirtualKind::descriptor && !file->is_link) {
      const int descriptor = file->descriptor;
      file.reset();
      return find_descriptor(thread, descriptor);
    }
    is_frozen = true;
    return stat_virtual_file(thread.process, *file, status);
  }
  owned_ = std::move(found.host);
  host = owned_.get();
  mount = found.mount;
  is_frozen = mount->read_only;
  status = found.status;
  return 0;
}

}  // namespace vmp_linux
