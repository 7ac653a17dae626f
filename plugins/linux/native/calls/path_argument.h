// A path that a guest passes to a system call: copied once, then located.
#ifndef VMP_LINUX_CALLS_PATH_ARGUMENT_H
#define VMP_LINUX_CALLS_PATH_ARGUMENT_H

#include <fcntl.h>

#include "files/path.h"
#include "personality.h"

namespace vmp_linux {

// Reads and locates the path at `path`. 0 or minus an errno.
struct PathArgument {
  char text[kPathCapacity];
  Place place;

  int read(Thread &thread, int directory, GuestPointer path) {
    if (const int error = thread.process.memory().read_string(path, text, sizeof text); error != 0) return error;
    return locate(thread, directory);
  }
  int locate(Thread &thread, int directory) {
    if (text[0] == '\0') return -ENOENT;
    return thread.personality.files().locate(thread.process, directory, text, place);
  }
};

// What a path, or an empty path with AT_EMPTY_PATH, or a null one means to a call that only looks: a synthesized file,
// or a host descriptor (O_PATH, or the guest's own).
struct Target {
  char text[kPathCapacity];
  std::optional<VirtualFile> file;
  int host = -1;
  bool is_frozen = false;  // its attributes are not the guest's to change
  struct stat status;

  // flags: AT_SYMLINK_NOFOLLOW and AT_EMPTY_PATH count. 0 or minus an errno.
  int find(Thread &thread, int directory, GuestPointer path, uint32_t flags);
  // An open file. 0 or minus an errno.
  int find_descriptor(Thread &thread, int descriptor);

 private:
  int find_description(Thread &thread, std::shared_ptr<FileDescription> description);
  OwnedDescriptor owned_;
  std::shared_ptr<FileDescription> shared_;
};

}  // namespace vmp_linux
#endif
