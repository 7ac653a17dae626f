// A path that a guest passes to a system call: copied once, then followed.
#ifndef VMP_LINUX_CALLS_PATH_ARGUMENT_H
#define VMP_LINUX_CALLS_PATH_ARGUMENT_H

#include <fcntl.h>

#include "files/file_system.h"
#include "files/path.h"
#include "personality.h"

namespace vmp_linux {

struct PathArgument {
  char text[kPathCapacity];

  // 0 or minus an errno: -ENOENT for an empty one.
  int read(Thread &thread, GuestPointer path) {
    const int error = thread.process.memory().read_string(path, text, sizeof text);
    return error == 0 && text[0] == '\0' ? -ENOENT : error;
  }
};

// What a path, or an empty path with AT_EMPTY_PATH, or a null one means to a call that only looks: a synthesized file,
// or a host descriptor (O_PATH, or the guest's own).
struct Target {
  char text[kPathCapacity];
  std::optional<VirtualFile> file;
  int host = -1;
  const Mount *mount = nullptr;  // that holds the host's; null: none does
  bool is_frozen = false;        // its attributes are not the guest's to change
  struct stat status;

  // flags: AT_SYMLINK_NOFOLLOW and AT_EMPTY_PATH count. 0 or minus an errno.
  int find(Thread &thread, int directory, GuestPointer path, uint32_t flags);
  // An open file. 0 or minus an errno.
  int find_descriptor(Thread &thread, int descriptor);

  // Why a frozen one cannot be changed.
  int refusal() const { return mount != nullptr && mount->read_only ? -EROFS : -EPERM; }

 private:
  int find_description(Thread &thread, std::shared_ptr<FileDescription> description);
  OwnedDescriptor owned_;
  std::shared_ptr<FileDescription> shared_;
};

}  // namespace vmp_linux
#endif
