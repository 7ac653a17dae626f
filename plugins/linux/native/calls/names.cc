// Calls that make and remove names in directories.
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "calls/calls.h"
#include "calls/creation_mode.h"
#include "calls/path_argument.h"

namespace vmp_linux::calls {
namespace {

// A name in the guest's memory, and the directory that has it or will.
class Name {
 public:
  // Each: 0 or minus an errno.
  int find(Thread &thread, int directory, Ptr pointer) {
    PathArgument path;
    if (const int error = path.read(thread, pointer); error != 0) return error;
    is_root_ = std::string_view(path.text).find_first_not_of('/') == std::string_view::npos;
    return thread.process.run->files.find_parent(thread.process, directory, path.text, parent_);
  }
  // Whether the name can be made.
  int check_new(Thread &thread) const {
    if (is_mount_point()) return -EEXIST;
    if (mount() == nullptr) return is_synthesized(thread) ? -EEXIST : -EROFS;
    if (!mount()->read_only) return 0;
    // With a slash behind it, a link would be followed: by the host, to wherever it leads there.
    struct stat status;
    return ::fstatat(host(), plain_name().c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 ? -EEXIST : -EROFS;
  }
  // Whether it can be taken away, or replaced. missing: what it is when nothing is there.
  int check_old(Thread &thread, int missing) const {
    if (is_root_ || is_mount_point()) return -EBUSY;
    if (mount() == nullptr) return is_synthesized(thread) ? -EPERM : missing;
    return mount()->read_only ? -EROFS : 0;
  }
  int find_new(Thread &thread, int directory, Ptr pointer) {
    const int error = find(thread, directory, pointer);
    return error != 0 ? error : check_new(thread);
  }

  int host() const { return parent_.directory.host; }
  const char *name() const { return parent_.name.c_str(); }
  const Mount *mount() const { return parent_.directory.mount; }
  const Parent &parent() const { return parent_; }
  bool is_root() const { return is_root_; }  // the path is "/"

 private:
  std::string plain_name() const { return parent_.name.substr(0, parent_.name.find('/')); }
  // A mount point, or a name above one: it stays where it is.
  bool is_mount_point() const {
    const MountPoint *point = parent_.directory.point;
    return point != nullptr && point->child(plain_name()) != nullptr;
  }
  bool is_synthesized(Thread &thread) const {
    const std::string path = normalize_path(parent_.directory.path, plain_name());
    return plain_name() == "." || plain_name() == ".." || find_virtual_file(thread.process, path).has_value();
  }

  Parent parent_;
  bool is_root_ = false;
};

}  // namespace

int64_t mkdirat(Thread &thread, int directory, Ptr path, uint32_t mode) {
  Name name;
  if (const int error = name.find_new(thread, directory, path); error != 0) return error;
  const uint32_t wanted = masked_mode(thread, mode);
  if (::mkdirat(name.host(), name.name(), wanted) != 0) return -errno;
  set_mode_of_new(name.parent(), S_IFDIR | wanted);
  return 0;
}

int64_t mknodat(Thread &thread, int directory, Ptr path, uint32_t mode, uint32_t) {
  Name name;
  if (const int error = name.find_new(thread, directory, path); error != 0) return error;
  if (S_ISCHR(mode) || S_ISBLK(mode)) return -EPERM;
  const uint32_t wanted = ((mode & S_IFMT) != 0 ? mode & S_IFMT : S_IFREG) | masked_mode(thread, mode);
  if (::mknodat(name.host(), name.name(), wanted, 0) != 0) return -errno;
  set_mode_of_new(name.parent(), wanted);
  return 0;
}

int64_t unlinkat(Thread &thread, int directory, Ptr path, uint32_t flags) {
  if ((flags & ~uint32_t{AT_REMOVEDIR}) != 0) return -EINVAL;
  Name name;
  if (const int error = name.find(thread, directory, path); error != 0) return error;
  if (name.is_root() && (flags & AT_REMOVEDIR) == 0) return -EISDIR;
  if (const int error = name.check_old(thread, -ENOENT); error != 0) return error;
  return errno_or(::unlinkat(name.host(), name.name(), static_cast<int>(flags)));
}

int64_t renameat2(Thread &thread, int from_directory, Ptr from, int to_directory, Ptr to, uint32_t flags) {
  Name source, target;
  if (const int error = source.find(thread, from_directory, from); error != 0) return error;
  if (const int error = target.find(thread, to_directory, to); error != 0) return error;
  if (source.mount() != target.mount()) return -EXDEV;
  if (const int error = source.check_old(thread, -ENOENT); error != 0) return error;
  if (const int error = target.check_old(thread, -EROFS); error != 0) return error;
  if ((flags & RENAME_WHITEOUT) != 0) return -EPERM;  // it would make a device node
  return errno_or(::syscall(SYS_renameat2, source.host(), source.name(), target.host(), target.name(), flags));
}

int64_t linkat(Thread &thread, int from_directory, Ptr from, int to_directory, Ptr to, uint32_t flags) {
  if ((flags & ~uint32_t{AT_SYMLINK_FOLLOW | AT_EMPTY_PATH}) != 0) return -EINVAL;
  const bool follow = (flags & AT_SYMLINK_FOLLOW) != 0;
  Target source;
  const uint32_t look = (flags & AT_EMPTY_PATH) | (follow ? 0u : AT_SYMLINK_NOFOLLOW);
  if (const int error = source.find(thread, from_directory, from, look); error != 0) return error;
  Name target;
  if (const int error = target.find_new(thread, to_directory, to); error != 0) return error;
  // What the spawning program lent has no second name here, nor has a file of another mount.
  if (source.host < 0 || source.mount != target.mount()) return -EXDEV;
  const DescriptorLink link(source.host);
  return errno_or(::linkat(AT_FDCWD, link.path(), target.host(), target.name(), AT_SYMLINK_FOLLOW));
}

int64_t symlinkat(Thread &thread, Ptr target, int directory, Ptr path) {
  PathArgument link;
  if (const int error = link.read(thread, target); error != 0) return error;
  Name name;
  if (const int error = name.find_new(thread, directory, path); error != 0) return error;
  return errno_or(::symlinkat(link.text, name.host(), name.name()));
}

}  // namespace vmp_linux::calls
