// Calls that make and remove names in directories.
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>

#include "calls/calls.h"
#include "calls/creation_mode.h"
#include "calls/path_argument.h"

namespace vmp_linux::calls {
namespace {

// The parent of a name in the guest's memory.
struct Name {
  PathArgument path;
  ParentPlace parent;

  // 0 or minus an errno. exists: what a synthesized name answers.
  int find(Thread &thread, int directory, Ptr pointer, int exists) {
    if (const int error = path.read(thread, directory, pointer); error != 0) return error;
    if (path.place.file) return exists;
    return thread.personality.files().open_parent(path.place, parent);
  }
};

}  // namespace

int64_t mkdirat(Thread &thread, int directory, Ptr path, uint32_t mode) {
  Name name;
  if (const int error = name.find(thread, directory, path, -EEXIST); error != 0) return error;
  const uint32_t wanted = masked_mode(thread, mode);
  if (::mkdirat(name.parent.directory, name.parent.name, wanted) != 0) return -errno;
  set_mode_of_new(thread, name.parent, S_IFDIR | wanted);
  return 0;
}

int64_t mknodat(Thread &thread, int directory, Ptr path, uint32_t mode, uint32_t) {
  Name name;
  if (const int error = name.find(thread, directory, path, -EEXIST); error != 0) return error;
  if (S_ISCHR(mode) || S_ISBLK(mode)) return -EPERM;
  const uint32_t wanted = ((mode & S_IFMT) != 0 ? mode & S_IFMT : S_IFREG) | masked_mode(thread, mode);
  if (::mknodat(name.parent.directory, name.parent.name, wanted, 0) != 0) return -errno;
  set_mode_of_new(thread, name.parent, wanted);
  return 0;
}

int64_t unlinkat(Thread &thread, int directory, Ptr path, uint32_t flags) {
  if ((flags & ~uint32_t{AT_REMOVEDIR}) != 0) return -EINVAL;
  Name name;
  if (const int error = name.find(thread, directory, path, -EPERM); error != 0) return error;
  return errno_or(::unlinkat(name.parent.directory, name.parent.name, static_cast<int>(flags)));
}

int64_t renameat2(Thread &thread, int from_directory, Ptr from, int to_directory, Ptr to, uint32_t flags) {
  Name source, target;
  if (const int error = source.find(thread, from_directory, from, -EPERM); error != 0) return error;
  if (const int error = target.find(thread, to_directory, to, -EPERM); error != 0) return error;
  constexpr uint32_t kWhiteout = 4;  // would make a device node
  if ((flags & kWhiteout) != 0) return -EPERM;
  return errno_or(::syscall(SYS_renameat2, source.parent.directory, source.parent.name, target.parent.directory,
                            target.parent.name, flags));
}

int64_t linkat(Thread &thread, int from_directory, Ptr from, int to_directory, Ptr to, uint32_t flags) {
  if ((flags & ~uint32_t{AT_SYMLINK_FOLLOW | AT_EMPTY_PATH}) != 0) return -EINVAL;
  const bool follow = (flags & AT_SYMLINK_FOLLOW) != 0;
  Target source;
  const uint32_t look = (flags & AT_EMPTY_PATH) | (follow ? 0u : AT_SYMLINK_NOFOLLOW);
  if (const int error = source.find(thread, from_directory, from, look); error != 0) return error;
  Name target;
  if (const int error = target.find(thread, to_directory, to, -EEXIST); error != 0) return error;
  // A file that is not below a writable root has no second name there.
  if (source.host < 0 || source.is_frozen) return -EXDEV;
  const DescriptorLink link(source.host);
  return errno_or(::linkat(AT_FDCWD, link.path(), target.parent.directory, target.parent.name, AT_SYMLINK_FOLLOW));
}

int64_t symlinkat(Thread &thread, Ptr target, int directory, Ptr path) {
  char text[kPathCapacity];
  if (const int error = thread.process.memory().read_string(target, text, sizeof text); error != 0) return error;
  if (text[0] == '\0') return -ENOENT;
  Name name;
  if (const int error = name.find(thread, directory, path, -EEXIST); error != 0) return error;
  return errno_or(::symlinkat(text, name.parent.directory, name.parent.name));
}

}  // namespace vmp_linux::calls
