#include "files/file_system.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>

#include "files/mount_open.h"
#include "process.h"

namespace vmp_linux {
namespace {

constexpr int kRaces = 40;  // between a file that is made and one that somebody else makes or removes

// The file of a name in a directory of a mount, for a call that may make it: 0 with what was found, 1 with the target
// of a link, or minus an errno.
int look_at(const Directory &directory, const char *name, int flags, Found &found, std::string &link) {
  struct stat status;
  const OwnedDescriptor seen(
      open_in(*directory.mount, directory.host, name, O_PATH | O_NOFOLLOW, 0, RESOLVE_BENEATH, status));
  if (!seen) return seen.get();
  if (S_ISLNK(status.st_mode) && (flags & O_NOFOLLOW) == 0) {
    char target[kPathCapacity];
    const ssize_t size = ::readlinkat(seen.get(), "", target, sizeof target);
    if (size < 0) return -errno;
    link.assign(target, static_cast<size_t>(size));
    return 1;
  }
  if (S_ISDIR(status.st_mode)) return -EISDIR;
  const int host = open_seen(directory.mount, seen.get(), flags, status);
  if (host < 0) return host;
  found.host = OwnedDescriptor(host);
  found.status = status;
  found.mount = directory.mount;
  return 0;
}

}  // namespace

int FileSystem::start(const Process &process, int directory, std::string_view path, Directory &start) const {
  if (path.starts_with('/')) return 0;
  const FileDescription *description =
      directory == AT_FDCWD ? process.working_directory.get() : process.descriptors.find(directory);
  if (description == nullptr) return -EBADF;
  auto found = directory_of(*mounts_, *description);
  if (!found) return -ENOTDIR;
  start = std::move(*found);
  return 0;
}

int FileSystem::find(Process &process, int directory, std::string_view path, int flags, mode_t mode,
                     Found &found) const {
  Directory from;
  if (const int error = start(process, directory, path, from); error != 0) return error;
  return Walk(*mounts_, &process, std::move(from), path).find(flags, mode, found);
}

int FileSystem::find_parent(Process &process, int directory, std::string_view path, Parent &parent) const {
  Directory from;
  if (const int error = start(process, directory, path, from); error != 0) return error;
  Walk walk(*mounts_, &process, std::move(from), path);
  if (const int error = walk.find_parent(parent.name); error != 0) return error;
  parent.directory = walk.take_directory();
  return 0;
}

int FileSystem::make(Process &process, int directory, std::string_view path, int flags, mode_t mode, Found &found,
                     bool &is_new) const {
  is_new = false;
  Directory from;
  if (const int error = start(process, directory, path, from); error != 0) return error;
  Walk walk(*mounts_, &process, std::move(from), path);
  const bool is_exclusive = (flags & O_EXCL) != 0;
  const int flags_of_old = flags & ~(O_CREAT | O_EXCL);
  std::string name, link;
  for (int races = 0; races < kRaces;) {
    if (const int error = walk.find_parent(name); error != 0) return error;
    const std::string_view plain = std::string_view(name).substr(0, name.find('/'));
    if (plain == "." || plain == "..") return is_exclusive ? -EEXIST : -EISDIR;
    if (plain.size() < name.size()) return -EISDIR;
    if (name.size() > NAME_MAX) return -ENAMETOOLONG;
    const Directory &parent = walk.directory();
    const bool is_point = parent.point != nullptr && parent.point->child(name) != nullptr;
    if (parent.mount == nullptr || is_point) {
      const int error = walk.find(is_exclusive ? O_PATH | O_NOFOLLOW : flags_of_old, 0, found);
      if (error == -ENOENT) return -EROFS;
      return error == 0 && is_exclusive ? -EEXIST : error;
    }
    if (is_exclusive && parent.mount->read_only) {
      struct stat status;
      const OwnedDescriptor seen(
          open_in(*parent.mount, parent.host, name.c_str(), O_PATH | O_NOFOLLOW, 0, RESOLVE_BENEATH, status));
      return seen ? -EEXIST : seen.get() == -ENOENT ? -EROFS : seen.get();
    }
    if (!is_exclusive) {
      const int seen = look_at(parent, name.c_str(), flags_of_old, found, link);
      if (seen == 1) {
        if (const int error = walk.follow(link); error != 0) return error;
        continue;
      }
      if (seen != -ENOENT) return seen;
      if (parent.mount->read_only) return -EROFS;
    }
    // Only a file that is new for certain is no device, and has the mode that was asked for.
    const int made = open_beneath(parent.host, name.c_str(), static_cast<uint64_t>(flags | O_EXCL | O_NOFOLLOW), mode,
                                  RESOLVE_BENEATH);
    if (made == -EEXIST && !is_exclusive) {
      ++races;
      continue;
    }
    if (made < 0) return made;
    found.host = OwnedDescriptor(made);
    found.mount = parent.mount;
    is_new = true;
    return ::fstat(made, &found.status) == 0 ? 0 : -errno;
  }
  return -EAGAIN;
}

std::shared_ptr<FileDescription> FileSystem::describe(Found found) {
  auto file = std::make_shared<FileDescription>();
  if (found.file) {
    file->is_directory = file->is_base = file->is_frozen = true;
    file->virtual_path = std::move(found.file->path);
    return file;
  }
  file->host = found.host.release();
  file->mount = found.mount;
  file->point = found.point;
  file->is_frozen = found.mount != nullptr && found.mount->read_only;
  file->is_directory = S_ISDIR(found.status.st_mode);
  file->ignores_empty_write = S_ISREG(found.status.st_mode);
  file->is_base = file->is_directory && found.mount != nullptr;
  return file;
}

int FileSystem::open_directory(Process &process, std::string_view path,
                               std::shared_ptr<FileDescription> &directory) const {
  Found found;
  if (const int error = find(process, AT_FDCWD, path, O_PATH | O_DIRECTORY, 0, found); error != 0) return error;
  // What the spawning program lent is no directory of this file system.
  if (found.file && found.file->kind != VirtualKind::directory) return -ENOTDIR;
  if (!found.file && ::syscall(SYS_faccessat2, found.host.get(), "", X_OK, AT_EMPTY_PATH | AT_EACCESS) != 0) {
    return -errno;
  }
  directory = describe(std::move(found));
  return 0;
}

std::shared_ptr<FileDescription> FileSystem::open_root_directory() const {
  Found found;
  if (Walk(*mounts_, nullptr, {}, "/").find(O_PATH | O_DIRECTORY, 0, found) != 0) return nullptr;
  return describe(std::move(found));
}

int FileSystem::path_of(const FileDescription &file, std::string &path) const {
  if (!file.virtual_path.empty() || file.point != nullptr) {
    path = file.point != nullptr ? file.point->path : file.virtual_path;
    return 0;
  }
  if (file.mount == nullptr) return -ENOENT;
  std::string below;
  if (const int error = path_below(*file.mount, file.host, below); error != 0) return error;
  path = file.mount->point->parent == nullptr && !below.empty() ? below : file.mount->point->path + below;
  return 0;
}

int FileSystem::open_device(const std::string &path, int flags) {
  return errno_or(::open(path.c_str(), flags | O_NOCTTY | O_CLOEXEC));
}

}  // namespace vmp_linux
