#include "files/path_walk.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstring>

#include "files/mount_open.h"
#include "process.h"

namespace vmp_linux {
namespace {

constexpr int kLinks = 40;  // MAXSYMLINKS

// What a link of the host holds. 0 or minus an errno.
int read_link(int link, std::string &target) {
  char text[kPathCapacity];
  const ssize_t size = ::readlinkat(link, "", text, sizeof text);
  if (size < 0) return -errno;
  target.assign(text, static_cast<size_t>(size));
  return size == 0 ? -ENOENT : 0;
}

}  // namespace

std::optional<Directory> directory_of(const MountTable &mounts, const FileDescription &description) {
  if (!description.is_base) return std::nullopt;
  Directory directory;
  directory.mount = description.mount;
  directory.point = description.point;
  directory.host = description.host;
  if (description.host < 0) {
    directory.path = description.virtual_path;
    directory.point = MountTable::find(mounts.root(), directory.path);
  }
  return directory;
}

Walk::Walk(const MountTable &mounts, Process *process, Directory start, std::string_view path)
    : mounts_(mounts), process_(process), here_(std::move(start)), path_(path) {
  if (path_.starts_with('/')) enter(mounts_.root());
}

void Walk::skip_slashes() {
  while (at_ < path_.size() && path_[at_] == '/') ++at_;
}

Walk::Name Walk::peek() const {
  const std::string_view rest = std::string_view(path_).substr(at_);
  const size_t size = std::min(rest.find('/'), rest.size());
  const size_t behind = rest.find_first_not_of('/', size);
  return {rest.substr(0, size), behind == std::string_view::npos, size == rest.size()};
}

bool Walk::has_parent_names(const char *path) const {
  for (const char *at = std::strstr(path, ".."); at != nullptr; at = std::strstr(at + 1, "..")) {
    if ((at == path || at[-1] == '/') && (at[2] == '/' || at[2] == '\0')) return true;
  }
  return false;
}

bool Walk::leap(const char *path, int flags, mode_t mode, Found &found, int &result) const {
  if (here_.host < 0) return false;
  uint64_t resolve = RESOLVE_BENEATH;
  if (is_above_mounts()) {
    // Only a path that is just what it says passes no mount point.
    const std::string_view first(path, std::strcspn(path, "/"));
    if (first == "." || here_.point->child(first) != nullptr || has_parent_names(path)) return false;
    resolve |= RESOLVE_NO_SYMLINKS;
  }
  result = open_in(*here_.mount, here_.host, path, flags, mode, resolve, found.status);
  // It leads out of this directory, or has a link; or renames race.
  if (result == -EXDEV || result == -EAGAIN || (result == -ELOOP && (resolve & RESOLVE_NO_SYMLINKS) != 0)) return false;
  if (result < 0) return true;
  found.host = OwnedDescriptor(result);
  found.mount = here_.mount;
  found.point = here_.mount->is_root(found.status) ? here_.mount->point : nullptr;
  result = 0;
  return true;
}

int Walk::find(int flags, mode_t mode, Found &found) {
  for (;;) {
    skip_slashes();
    if (at_ == path_.size()) return finish(flags, mode, found);
    int result = 0;
    if (leap(path_.c_str() + at_, flags, mode, found, result)) return result;
    Step next = Step::next;
    result = step(flags, found, next);
    if (result != 0 || next == Step::done) return result;
  }
}

int Walk::find_parent(std::string &name) {
  for (;;) {
    skip_slashes();
    if (at_ == path_.size()) {
      name = ".";
      return 0;
    }
    if (peek().is_last) {
      name = path_.substr(at_);
      return 0;
    }
    size_t end = path_.find_last_not_of('/');
    end = path_.rfind('/', end) + 1;
    const std::string above = path_.substr(at_, end - at_);
    Found found;
    int result = 0;
    if (leap(above.c_str(), O_PATH | O_DIRECTORY, 0, found, result)) {
      if (result != 0) return result;
      here_ = Directory{found.mount, found.point, found.host.get(), {}, std::move(found.host)};
      at_ = end;
      continue;
    }
    Step next = Step::next;
    result = step(O_PATH | O_DIRECTORY, found, next);
    if (result != 0) return result;
  }
}

int Walk::follow(std::string_view target) { return replace(peek(), target); }

int Walk::replace(const Name &name, std::string_view target) {
  if (++links_ > kLinks) return -ELOOP;
  std::string path(target);
  path.append(path_, at_ + name.text.size());
  path_ = std::move(path);
  at_ = 0;
  return path_.starts_with('/') ? enter(mounts_.root()) : 0;
}

int Walk::step(int flags, Found &found, Step &next) {
  const Name name = peek();
  if (name.text.size() > NAME_MAX) return -ENAMETOOLONG;
  if (name.text == "." || name.text == "..") {
    const int error = name.text == "." ? 0 : step_up();
    at_ += name.text.size();
    return error;
  }
  const MountPoint *point = here_.point == nullptr ? nullptr : here_.point->child(name.text);
  if (point == nullptr) {
    return here_.host >= 0 ? step_on_host(name, flags, found, next) : step_synthesized(name, flags, found, next);
  }
  if (point->mount == nullptr || point->mount->is_directory) {
    at_ += name.text.size();
    return enter(*point);
  }
  if (!name.is_plain) return -ENOTDIR;
  const Mount &mount = *point->mount;
  if (::fstat(mount.root.get(), &found.status) != 0) return -errno;
  const int host = open_seen(&mount, mount.root.get(), flags, found.status);
  if (host < 0) return host;
  found.host = OwnedDescriptor(host);
  found.mount = &mount;
  next = Step::done;
  return 0;
}

int Walk::step_on_host(const Name &name, int flags, Found &found, Step &next) {
  const std::string text(name.text);
  struct stat status;
  OwnedDescriptor host(
      open_in(*here_.mount, here_.host, text.c_str(), O_PATH | O_NOFOLLOW, 0, RESOLVE_BENEATH, status));
  if (!host) return host.get();
  if (S_ISLNK(status.st_mode) && (!name.is_plain || (flags & O_NOFOLLOW) == 0)) {
    std::string target;
    const int error = read_link(host.get(), target);
    return error != 0 ? error : replace(name, target);
  }
  if (S_ISDIR(status.st_mode)) {
    at_ += name.text.size();
    here_ = Directory{here_.mount, nullptr, host.get(), {}, std::move(host)};
    return 0;
  }
  if (!name.is_plain) return -ENOTDIR;
  next = Step::done;
  found.status = status;
  found.mount = here_.mount;
  if ((flags & O_PATH) != 0) {
    found.host = std::move(host);
    return (flags & O_DIRECTORY) != 0 ? -ENOTDIR : 0;
  }
  const int opened = open_seen(here_.mount, host.get(), flags, status);
  if (opened >= 0) found.host = OwnedDescriptor(opened);
  return opened < 0 ? opened : 0;
}

int Walk::step_synthesized(const Name &name, int flags, Found &found, Step &next) {
  if (process_ == nullptr) return -ENOENT;
  std::string path = (here_.path == "/" ? "" : here_.path) + "/" + std::string(name.text);
  auto file = find_virtual_file(*process_, path);
  if (!file) return -ENOENT;
  if (file->is_link && (!name.is_plain || (flags & O_NOFOLLOW) == 0)) {
    if (file->kind != VirtualKind::link) return pass_magic_link(*file, name, found, next);
    return replace(name, virtual_link_target(*process_, *file));
  }
  if (file->kind == VirtualKind::directory) {
    at_ += name.text.size();
    enter_synthesized(std::move(path), nullptr);
    return 0;
  }
  if (!name.is_plain || (flags & O_DIRECTORY) != 0) return -ENOTDIR;
  found.file = std::move(file);
  next = Step::done;
  return 0;
}

int Walk::pass_magic_link(const VirtualFile &link, const Name &name, Found &found, Step &next) {
  if (link.process != process_->id) return -EACCES;
  at_ += name.text.size();
  if (link.kind == VirtualKind::root) return enter(mounts_.root());
  if (link.kind == VirtualKind::working_directory) return enter_description(*process_->working_directory);
  if (link.kind == VirtualKind::descriptor) {
    const FileDescription *description = process_->descriptors.find(link.descriptor);
    if (description == nullptr) return -ENOENT;
    if (description->is_base) return enter_description(*description);
  }
  if (!name.is_plain) return -ENOTDIR;
  found.file = link;
  found.file->is_link = false;
  next = Step::done;
  return 0;
}

int Walk::step_up() {
  if (here_.point != nullptr) return here_.point->parent == nullptr ? 0 : enter(*here_.point->parent);
  if (here_.host < 0) {
    std::string path = here_.path.substr(0, here_.path.rfind('/'));
    if (const MountPoint *point = MountTable::find(mounts_.root(), path)) return enter(*point);
    enter_synthesized(std::move(path), nullptr);
    return 0;
  }
  OwnedDescriptor parent(::openat(here_.host, "..", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!parent) return -errno;
  // At this moment it lies in the mount, by the kernel's own word: what moves it later does so below the same root.
  std::string below;
  if (const int error = path_below(*here_.mount, parent.get(), below); error != 0) return error;
  const MountPoint *point = MountTable::find(*here_.mount->point, below);
  here_ = Directory{here_.mount, point, parent.get(), {}, std::move(parent)};
  return 0;
}

int Walk::finish(int flags, mode_t mode, Found &found) const {
  if (here_.host < 0) {
    if (process_ != nullptr) found.file = find_virtual_file(*process_, here_.path);
    if (!found.file) found.file = VirtualFile{VirtualKind::directory, here_.path};
    return 0;
  }
  found.mount = here_.mount;
  found.point = here_.point;
  int host = ::fstat(here_.host, &found.status);
  if (host != 0) return -errno;
  const bool is_nameless = (flags & O_PATH) == 0 && (flags & O_TMPFILE) == O_TMPFILE;
  host = is_nameless ? open_in(*here_.mount, here_.host, ".", flags, mode, RESOLVE_BENEATH, found.status)
                     : open_seen(here_.mount, here_.host, flags, found.status);
  if (host < 0) return host;
  found.host = OwnedDescriptor(host);
  return 0;
}

int Walk::enter(const MountPoint &point) {
  if (point.mount != nullptr) {
    here_ = Directory{point.mount.get(), &point, point.mount->root.get(), {}, {}};
    return 0;
  }
  const MountPoint *above = &point;
  while (above->parent != nullptr && above->mount == nullptr && above->synthesized == nullptr) above = above->parent;
  if (above->mount != nullptr && above->mount->is_directory) {
    const char *below = point.path.c_str() + (above->parent == nullptr ? 1 : above->path.size() + 1);
    struct stat status;
    OwnedDescriptor host(open_in(*above->mount, above->mount->root.get(), below, O_PATH | O_DIRECTORY, 0,
                                 RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS, status));
    if (host.get() == -EACCES || host.get() == -EMFILE) return host.get();
    if (host) {
      here_ = Directory{above->mount.get(), &point, host.get(), {}, std::move(host)};
      return 0;
    }
  }
  enter_synthesized(point.path, &point);
  return 0;
}

int Walk::enter_description(const FileDescription &directory) {
  auto entered = directory_of(mounts_, directory);
  if (!entered) return -ENOTDIR;
  here_ = std::move(*entered);
  return 0;
}

void Walk::enter_synthesized(std::string path, const MountPoint *point) {
  here_ = Directory{nullptr, point, -1, path.empty() ? "/" : std::move(path), {}};
}

}  // namespace vmp_linux
