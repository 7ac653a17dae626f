// How a run's file system is put together, and what it says about that.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "files/file_system.h"
#include "files/mount_open.h"
#include "files/virtual_text.h"

namespace vmp_linux {
namespace {

constexpr int kLinks = 40;  // MAXSYMLINKS

vmp_status openat2_missing(const char *path, vmp_error *error) {
  return fail(error, VMP_ERROR_UNSUPPORTED, "OPENAT2_MISSING",
              "%s cannot be granted: the host has no openat2(2) (Linux 5.6, and allowed by its seccomp filter)", path);
}

template <typename Visit>
void for_each_point(const MountPoint &point, Visit visit) {
  visit(point);
  for (const auto &[name, child] : point.children) for_each_point(*child, visit);
}

// As in /proc/mounts: what separates is written in octal.
std::string escaped(std::string_view path) {
  std::string text;
  for (const char c : path) {
    if (c == ' ' || c == '\t' || c == '\n' || c == '\\' || c == '#') {
      append(text, "\\%03o", static_cast<unsigned char>(c));
    } else {
      text += c;
    }
  }
  return text;
}

struct MountLine {
  const char *source;
  const char *type;
  bool read_only;
};

// Null source: nothing that is shown is mounted there.
MountLine describe_mount(const MountPoint &point) {
  const bool is_root = point.parent == nullptr;
  if (point.mount != nullptr && !point.mount->is_program) {
    return {is_root ? "root" : "host", is_root ? "rootfs" : "bind", point.mount->read_only};
  }
  if (point.synthesized != nullptr) return {point.synthesized, point.synthesized, false};
  return {is_root ? "none" : nullptr, "tmpfs", true};
}

}  // namespace

vmp_status FileSystem::open_root(const Settings &settings, vmp_error *error) {
  return settings.root ? mount_root(*settings.root, settings.read_only, error) : VMP_OK;
}

vmp_status FileSystem::open(const Settings &settings, const vmp_spawn &request, vmp_error *error) {
  const std::string_view root = view(request.root);
  const vmp_status status =
      root.empty() ? open_root(settings, error) : mount_root(std::string(root), request.root_read_only != 0, error);
  if (status != VMP_OK) return status;
  mount_synthesized();
  if (!has_root() && request.program >= 0) mount_program(request);
  for (uint64_t i = 0; i < request.mount_count; ++i) {
    if (const vmp_status bound = mount_bind(request.mounts[i], error); bound != VMP_OK) return bound;
  }
  return VMP_OK;
}

vmp_status FileSystem::mount_root(const std::string &path, bool read_only, vmp_error *error) {
  int reason = ENOENT;
  auto mount = path.find('\0') != std::string::npos ? nullptr : open_mount(path.c_str(), read_only, &reason);
  if (mount != nullptr && mount->is_directory) {
    MountTable::put(mounts_->make("/"), std::move(mount));
    return VMP_OK;
  }
  if (mount != nullptr || reason == ENOTDIR || reason == EINVAL) {
    return fail(error, VMP_ERROR_PLUGIN, "ROOT_NOT_A_DIRECTORY", "the root %s is not a folder", path.c_str());
  }
  switch (reason) {
    case ENOENT:
      return fail(error, VMP_ERROR_PLUGIN, "ROOT_NOT_FOUND", "the root %s does not exist", path.c_str());
    case EACCES:
      return fail(error, VMP_ERROR_PLUGIN, "ROOT_DENIED",
                  "the root %s is a file system of the kernel's own, a device, or not readable", path.c_str());
    case ENOSYS:
      return openat2_missing(path.c_str(), error);
    default:
      return fail(error, VMP_ERROR_PLUGIN, "ROOT_DENIED", "the root %s cannot be opened: %s", path.c_str(),
                  std::strerror(reason));
  }
}

void FileSystem::mount_synthesized() {
  for (const auto &[path, type] : {std::pair{"/proc", "proc"}, std::pair{"/dev", "devtmpfs"}}) {
    MountPoint &point = mounts_->make(path);
    point.synthesized = type;
    // A root looks as it is on the host: they are there to be named.
    point.is_listed = !has_root();
  }
}

void FileSystem::mount_program(const vmp_spawn &request) {
  const std::string path = normalize_path(view(request.working_directory), view(request.path));
  int reason = 0;
  auto mount = open_mount(DescriptorLink(request.program).path(), true, &reason);
  // What cannot be a program is refused when it is loaded.
  if (path == "/" || mount == nullptr || mount->is_directory) return;
  mount->is_program = true;
  MountTable::put(mounts_->make(path), std::move(mount));
}

vmp_status FileSystem::mount_bind(const vmp_mount &request, vmp_error *error) {
  const std::string host(view(request.host)), guest(view(request.guest));
  const auto refuse = [&](const char *code, const char *reason) {
    return fail(error, VMP_ERROR_PLUGIN, code, "the bind %s:%s: %s", host.c_str(), guest.c_str(), reason);
  };
  if (!guest.starts_with('/') || guest.find('\0') != std::string::npos || guest.size() >= kPathCapacity) {
    return refuse("BIND_INVALID", "the path in the guest must be absolute");
  }
  int reason = ENOENT;
  auto mount = host.empty() || host.find('\0') != std::string::npos
                   ? nullptr
                   : open_mount(host.c_str(), request.read_only != 0, &reason);
  if (mount == nullptr) {
    switch (reason) {
      case ENOENT:
      case ENOTDIR:
        return refuse("BIND_NOT_FOUND", "it does not exist on the host");
      case EACCES:
        return refuse("BIND_DENIED", "it is a file system of the host kernel's own, a device, or not readable");
      case EINVAL:
        return refuse("BIND_INVALID", "it is neither a folder nor a regular file");
      case ENOSYS:
        return openat2_missing(host.c_str(), error);
      default:
        return refuse("BIND_DENIED", std::strerror(reason));
    }
  }
  std::string path;
  if (const int failed = canonical_path(guest, path); failed != 0) {
    return refuse("BIND_INVALID", failed == -ELOOP ? "too many links lead to the path in the guest"
                                                   : "on its way in the guest lies a file that is no folder");
  }
  if (path == "/") return refuse("BIND_INVALID", "it would be the guest's \"/\"; give that as the root");
  if (path.starts_with("/proc/")) return refuse("BIND_INVALID", "what lies below the guest's /proc is its processes'");
  MountTable::put(mounts_->make(path), std::move(mount));
  return VMP_OK;
}

int FileSystem::canonical_path(std::string_view path, std::string &canonical) const {
  std::string rest(path);
  canonical.clear();
  for (int links = 0; !rest.empty();) {
    const size_t start = std::min(rest.find_first_not_of('/'), rest.size());
    const size_t end = std::min(rest.find('/', start), rest.size());
    const std::string name = rest.substr(start, end - start);
    rest.erase(0, end);
    if (name.empty() || name == ".") continue;
    if (name == "..") {
      canonical.resize(canonical.empty() ? 0 : canonical.rfind('/'));
      continue;
    }
    const std::string here = canonical + "/" + name;
    Found found;
    const int error = Walk(*mounts_, nullptr, {}, here).find(O_PATH | O_NOFOLLOW, 0, found);
    if (error == 0 && found.host && S_ISLNK(found.status.st_mode)) {
      char target[kPathCapacity];
      const ssize_t size = ::readlinkat(found.host.get(), "", target, sizeof target);
      if (size <= 0 || ++links > kLinks) return -ELOOP;
      if (target[0] == '/') canonical.clear();
      rest.insert(0, target, static_cast<size_t>(size));
      continue;
    }
    const bool is_file = error == 0 && found.host && !S_ISDIR(found.status.st_mode);
    if (is_file && rest.find_first_not_of('/') != std::string::npos) return -ENOTDIR;
    canonical = here;
  }
  if (canonical.empty()) canonical = "/";
  return 0;
}

std::string FileSystem::mounts_text(bool full) const {
  std::string text;
  int id = 20;  // of the root; the others are its children
  for_each_point(mounts_->root(), [&](const MountPoint &point) {
    const MountLine line = describe_mount(point);
    if (line.source == nullptr) return;
    const char *access = line.read_only ? "ro" : "rw";
    const std::string path = escaped(point.path);
    if (full) {
      append(text, "%d %d 0:%d / ", id, point.parent == nullptr ? 1 : 20, id);
      text += path;
      append(text, " %s,relatime - %s %s %s\n", access, line.type, line.source, access);
    } else {
      append(text, "%s ", line.source);
      text += path;
      append(text, " %s %s,relatime 0 0\n", line.type, access);
    }
    ++id;
  });
  return text;
}

void FileSystem::sync() const {
  for_each_point(mounts_->root(), [](const MountPoint &point) {
    if (point.mount == nullptr || point.mount->read_only) return;
    const OwnedDescriptor host(open_again(point.mount->root.get(), O_RDONLY | O_NONBLOCK));
    if (host) ::syncfs(host.get());
  });
}

}  // namespace vmp_linux
