#include "files/file_system.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <sys/vfs.h>

#include <cerrno>
#include <cstring>

#include "files/path.h"
#include "process.h"

namespace vmp_linux {
namespace {

constexpr int kLinks = 40;  // MAXSYMLINKS
constexpr int kRaces = 16;  // openat2 answers EAGAIN when a rename raced with a ".."

int open_beneath(int base, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve) {
  struct open_how how {};
  how.flags = flags | O_CLOEXEC;
  how.mode = mode;
  how.resolve = resolve | RESOLVE_NO_MAGICLINKS;
  for (int i = 0;; ++i) {
    const long fd = ::syscall(SYS_openat2, base, path, &how, sizeof how);
    if (fd >= 0) return static_cast<int>(fd);
    if (errno != EAGAIN || i == kRaces) return -errno;
  }
}

// The kernel's own file systems: what they hold is about the host, not files that somebody granted.
bool is_kernel_file_system(int host) {
  struct statfs status;
  if (::fstatfs(host, &status) != 0) return true;
  switch (static_cast<uint32_t>(status.f_type)) {
    case PROC_SUPER_MAGIC:
    case SYSFS_MAGIC:
    case DEVPTS_SUPER_MAGIC:
    case DEBUGFS_MAGIC:
    case TRACEFS_MAGIC:
    case SECURITYFS_MAGIC:
    case SELINUX_MAGIC:
    case CGROUP_SUPER_MAGIC:
    case CGROUP2_SUPER_MAGIC:
    case BPF_FS_MAGIC:
    case EFIVARFS_MAGIC:
    case BINFMTFS_MAGIC:
    case NSFS_MAGIC:
    case 0x62656570:  // configfs
      return true;
    default:
      return false;
  }
}

bool may_be_directory(const VirtualFile &file) {
  switch (file.kind) {
    case VirtualKind::directory:
    case VirtualKind::working_directory:
    case VirtualKind::root:
    case VirtualKind::descriptor:
      return true;
    default:
      return false;
  }
}

bool is_device(const struct stat &status) { return S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode); }

// Where the host's kernel says that a descriptor's file lies.
int host_path(int host, char (&path)[kPathCapacity]) {
  const ssize_t size = ::readlink(DescriptorLink(host).path(), path, sizeof path - 1);
  if (size < 0) return -errno;
  path[size] = '\0';
  return 0;
}

}  // namespace

vmp_status FileSystem::open_root(const Settings &settings, vmp_error *error) {
  read_only_ = settings.read_only;
  if (!settings.root) return VMP_OK;
  const char *path = settings.root->c_str();
  root_ = OwnedDescriptor(::open(path, O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root_) {
    if (errno == ENOTDIR) {
      return fail(error, VMP_ERROR_PLUGIN, "ROOT_NOT_A_DIRECTORY", "the root %s is not a folder", path);
    }
    if (errno == ENOENT) return fail(error, VMP_ERROR_PLUGIN, "ROOT_NOT_FOUND", "the root %s does not exist", path);
    return fail(error, VMP_ERROR_PLUGIN, "ROOT_DENIED", "the root %s cannot be opened: %s", path, std::strerror(errno));
  }
  struct stat status;
  if (::fstat(root_.get(), &status) != 0 || is_kernel_file_system(root_.get())) {
    return fail(error, VMP_ERROR_PLUGIN, "ROOT_DENIED", "the root %s is a file system of the kernel's own", path);
  }
  root_device_ = status.st_dev;
  root_inode_ = status.st_ino;
  struct stat devices, host;
  if (::stat("/dev", &devices) == 0 && ::stat("/", &host) == 0 && devices.st_dev != host.st_dev &&
      devices.st_dev != root_device_) {
    devices_device_ = devices.st_dev;
  }
  const OwnedDescriptor self(open_beneath(root_.get(), ".", O_PATH, 0, RESOLVE_IN_ROOT));
  if (!self) {
    return fail(error, VMP_ERROR_UNSUPPORTED, "OPENAT2_MISSING",
                "the host has no openat2(2) (Linux 5.6, and allowed by its seccomp filter): a root cannot be granted");
  }
  const OwnedDescriptor dev(open_beneath(root_.get(), "dev", O_PATH | O_DIRECTORY, 0, RESOLVE_IN_ROOT));
  holds_devices_ = dev && ::fstat(dev.get(), &status) == 0 && devices_device_ != 0 && status.st_dev == devices_device_;
  has_own_dev_ = dev && !holds_devices_;
  return VMP_OK;
}

int FileSystem::locate(Process &process, int directory, const char *path, Place &place) const {
  std::string base = "/";
  bool absolute = path[0] == '/';
  if (!absolute) {
    const FileDescription *start =
        directory == AT_FDCWD ? process.working_directory.get() : process.descriptors.find(directory);
    if (start == nullptr) return -EBADF;
    if (!start->is_base) return -ENOTDIR;
    if (start->host < 0) {
      base = start->virtual_path;
      absolute = true;
    } else if (start->is_root) {
      absolute = true;
    } else {
      place.base = start->host;
      place.path = path;
      return 0;
    }
  }
  const std::string normalized = normalize_path(base, path);
  place.file = find_virtual_file(process, normalized, has_root());
  if (place.file && !may_be_directory(*place.file) && std::string_view(path).ends_with('/')) return -ENOTDIR;
  if (place.file && place.file->path == "/dev" && has_own_dev_) place.file.reset();
  if (place.file || is_virtual_only(normalized, has_root())) return 0;
  place.base = root_.get();
  place.from_root = true;
  place.path = path;
  return 0;
}

std::optional<VirtualFile> FileSystem::find_linked(Process &process, const Place &place) const {
  if (place.base < 0) return std::nullopt;
  std::string path = place.path;
  if (!place.from_root) {
    std::string base;
    if (path_of(place.base, base) != 0) return std::nullopt;
    path = base + "/" + path;
  }
  for (int i = 0; i < kLinks; ++i) {
    if (auto file = find_virtual_file(process, normalize_path("/", path), true)) return file;
    struct stat status;
    const OwnedDescriptor link(open({std::nullopt, root_.get(), true, path.c_str()}, O_PATH | O_NOFOLLOW, 0, status));
    char target[kPathCapacity];
    std::string own;
    if (!link || !S_ISLNK(status.st_mode) || path_of(link.get(), own) != 0) return std::nullopt;
    const ssize_t size = ::readlinkat(link.get(), "", target, sizeof target);
    if (size <= 0) return std::nullopt;
    path = target[0] == '/' ? std::string() : own.substr(0, own.rfind('/') + 1);
    path.append(target, static_cast<size_t>(size));
  }
  return std::nullopt;
}

int FileSystem::resolve(const Place &place, uint64_t flags, uint64_t mode) const {
  if (place.base < 0) return (flags & O_CREAT) != 0 ? -EROFS : -ENOENT;
  if (place.from_root) return open_beneath(place.base, place.path, flags, mode, RESOLVE_IN_ROOT);
  const int fd = open_beneath(place.base, place.path, flags, mode, RESOLVE_BENEATH);
  if (fd != -EXDEV) return fd;
  // The path leaves the directory that it starts in, by ".." or an absolute link: it starts at the root then.
  std::string path;
  if (const int error = path_of(place.base, path); error != 0) return error;
  path += '/';
  path += place.path;
  return open_beneath(root_.get(), path.c_str(), flags, mode, RESOLVE_IN_ROOT);
}

bool FileSystem::is_forbidden(int host, const struct stat &status) const {
  if (status.st_dev == root_device_) return false;
  return (devices_device_ != 0 && status.st_dev == devices_device_) || is_kernel_file_system(host);
}

int FileSystem::reopen(int host, int flags, mode_t mode, struct stat &status) const {
  if (::fstat(host, &status) != 0) return -errno;
  if (S_ISLNK(status.st_mode)) return -ELOOP;
  if ((flags & O_PATH) == 0 && is_device(status)) return -EACCES;
  return open_again(host, flags & ~O_NOFOLLOW, mode);
}

int FileSystem::resolve_beside_devices(const Place &place, int flags, mode_t mode) const {
  for (int i = 0;; ++i) {
    struct stat status;
    const OwnedDescriptor seen(open(place, O_PATH | (flags & (O_NOFOLLOW | O_DIRECTORY)), 0, status));
    if (seen) return reopen(seen.get(), flags, mode, status);
    if (seen.get() != -ENOENT || (flags & O_CREAT) == 0) return seen.get();
    // Only a file that is new for certain is no device. A link that leads nowhere stays so: EEXIST.
    const int made = resolve(place, static_cast<uint64_t>(flags) | O_EXCL, mode);
    if (made != -EEXIST || (flags & O_EXCL) != 0 || i == kRaces) return made;
  }
}

int FileSystem::open(const Place &place, int flags, mode_t mode, struct stat &status) const {
  const int fd = holds_devices_ && (flags & O_PATH) == 0 ? resolve_beside_devices(place, flags, mode)
                                                         : resolve(place, static_cast<uint64_t>(flags), mode);
  if (fd < 0) return fd;
  OwnedDescriptor host(fd);
  if (::fstat(fd, &status) != 0) return -errno;
  if (((flags & O_PATH) == 0 && is_device(status)) || is_forbidden(fd, status)) return -EACCES;
  return host.release();
}

int FileSystem::open_parent(const Place &place, ParentPlace &parent) const {
  if (place.file) return -EROFS;
  if (place.base < 0 || read_only_) return -EROFS;
  const SplitPath split = split_path(place.path);
  parent.name = split.name;
  if (split.directory == "." || (split.directory == "/" && place.from_root)) {
    parent.directory = place.base;
    return 0;
  }
  const std::string directory(split.directory);
  Place up = {std::nullopt, place.base, place.from_root, directory.c_str()};
  struct stat status;
  const int fd = open(up, O_PATH | O_DIRECTORY, 0, status);
  if (fd < 0) return fd;
  parent.owned = OwnedDescriptor(fd);
  parent.directory = fd;
  return 0;
}

int FileSystem::path_of(int host, std::string &path) const {
  char root[kPathCapacity], full[kPathCapacity];
  if (const int error = host_path(root_.get(), root); error != 0) return error;
  if (const int error = host_path(host, full); error != 0) return error;
  const size_t length = std::strcmp(root, "/") == 0 ? 0 : std::strlen(root);
  struct stat status;
  // A directory that was removed keeps its path with " (deleted)" behind it, and no links.
  if (::fstat(host, &status) != 0 || status.st_nlink == 0) return -ENOENT;
  if (std::strncmp(full, root, length) != 0 || (full[length] != '/' && full[length] != '\0')) return -ENOENT;
  path = full[length] == '\0' ? "/" : full + length;
  return 0;
}

std::shared_ptr<FileDescription> FileSystem::describe(OwnedDescriptor host, const struct stat &status) const {
  auto file = std::make_shared<FileDescription>();
  file->host = host.release();
  file->is_frozen = read_only_;
  file->is_directory = file->is_base = S_ISDIR(status.st_mode);
  file->is_root = file->is_directory && status.st_dev == root_device_ && status.st_ino == root_inode_;
  return file;
}

std::shared_ptr<FileDescription> FileSystem::describe_virtual_directory(std::string path) {
  auto file = std::make_shared<FileDescription>();
  file->is_directory = file->is_base = file->is_frozen = true;
  file->virtual_path = std::move(path);
  return file;
}

std::shared_ptr<FileDescription> FileSystem::open_root_directory() const {
  if (!root_) return describe_virtual_directory("/");
  struct stat status;
  OwnedDescriptor root(::fcntl(root_.get(), F_DUPFD_CLOEXEC, 3));
  return root && ::fstat(root.get(), &status) == 0 ? describe(std::move(root), status) : nullptr;
}

int FileSystem::open_device(const std::string &path, int flags) {
  return errno_or(::open(path.c_str(), flags | O_NOCTTY | O_CLOEXEC));
}

}  // namespace vmp_linux
