#include "files/mount_open.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace vmp_linux {
namespace {

constexpr int kRaces = 16;  // openat2 answers EAGAIN when a rename raced with a ".."

// What they hold is about the host, not files that somebody granted.
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

bool is_device(const struct stat &status) { return S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode); }

// The device number of the host's /dev, when it is a file system of its own; else 0.
dev_t device_folder() {
  static const dev_t device = [] {
    struct stat devices, root;
    const bool is_own = ::stat("/dev", &devices) == 0 && ::stat("/", &root) == 0 && devices.st_dev != root.st_dev;
    return is_own ? devices.st_dev : dev_t{0};
  }();
  return device;
}

bool writes(int flags) { return (flags & O_PATH) == 0 && ((flags & O_ACCMODE) != O_RDONLY || (flags & O_TRUNC) != 0); }

bool makes_nameless(int flags) { return (flags & O_PATH) == 0 && (flags & O_TMPFILE) == O_TMPFILE; }

// Below a read-only root. What is behind a FIFO is no part of it.
int refuse_write(const Mount &mount, mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFDIR:
      return -EISDIR;
    case S_IFIFO:
      return 0;
    case S_IFSOCK:
      return -ENXIO;
    case S_IFREG:
      return mount.is_program ? -ETXTBSY : -EROFS;
    default:
      return -EACCES;
  }
}

}  // namespace

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

int check_visible(const Mount &mount, int host, const struct stat &status) {
  if (status.st_dev == mount.device) return 0;
  const dev_t devices = device_folder();
  return (devices != 0 && status.st_dev == devices) || is_kernel_file_system(host) ? -EACCES : 0;
}

int open_seen(const Mount *mount, int seen, int flags, const struct stat &status) {
  if ((flags & O_PATH) == 0) {
    if (S_ISLNK(status.st_mode)) return -ELOOP;
    if (is_device(status)) return -EACCES;
    if (makes_nameless(flags)) {
      if (!S_ISDIR(status.st_mode)) return -ENOTDIR;
      if (mount == nullptr || mount->read_only) return -EROFS;
    } else if (writes(flags) && mount != nullptr && mount->read_only) {
      if (const int error = refuse_write(*mount, status.st_mode); error != 0) return error;
    }
  }
  return open_again(seen, flags & ~(O_NOFOLLOW | O_CREAT | O_EXCL));
}

int open_in(const Mount &mount, int base, const char *path, int flags, mode_t mode, uint64_t resolve,
            struct stat &status) {
  // Where the opening alone may already do something, the file that was looked at is the one that is opened.
  const bool looks_first = (flags & O_PATH) == 0 && (mount.holds_devices || (mount.read_only && writes(flags)));
  const int first = looks_first ? O_PATH | (flags & (O_NOFOLLOW | (makes_nameless(flags) ? 0 : O_DIRECTORY))) : flags;
  OwnedDescriptor host(open_beneath(base, path, static_cast<uint64_t>(first), looks_first ? 0 : mode, resolve));
  if (!host) return host.get();
  if (::fstat(host.get(), &status) != 0) return -errno;
  if (const int error = check_visible(mount, host.get(), status); error != 0) return error;
  if (!looks_first) return (flags & O_PATH) == 0 && is_device(status) ? -EACCES : host.release();
  if (makes_nameless(flags)) {
    if (mount.read_only) return S_ISDIR(status.st_mode) ? -EROFS : -ENOTDIR;
    const int made = open_beneath(host.get(), ".", static_cast<uint64_t>(flags), mode, RESOLVE_BENEATH);
    return made >= 0 ? (::fstat(made, &status), made) : made;
  }
  return open_seen(&mount, host.get(), flags, status);
}

int host_path(int host, char (&path)[kPathCapacity]) {
  const ssize_t size = ::readlink(DescriptorLink(host).path(), path, sizeof path - 1);
  if (size < 0) return -errno;
  path[size] = '\0';
  return 0;
}

int path_below(const Mount &mount, int host, std::string &path) {
  char root[kPathCapacity], full[kPathCapacity];
  if (const int error = host_path(mount.root.get(), root); error != 0) return error;
  if (const int error = host_path(host, full); error != 0) return error;
  const size_t length = std::strcmp(root, "/") == 0 ? 0 : std::strlen(root);
  struct stat status;
  // What was removed keeps its path with " (deleted)" behind it, and no links.
  if (::fstat(host, &status) != 0 || status.st_nlink == 0) return -ENOENT;
  if (std::strncmp(full, root, length) != 0 || (full[length] != '/' && full[length] != '\0')) return -ENOENT;
  path = full + length;
  if (path == "/") path.clear();
  return 0;
}

std::unique_ptr<Mount> open_mount(const char *path, bool read_only, int *error) {
  auto mount = std::make_unique<Mount>();
  mount->root = OwnedDescriptor(::open(path, O_PATH | O_CLOEXEC));
  struct stat status;
  if (!mount->root || ::fstat(mount->root.get(), &status) != 0) {
    *error = errno;
    return nullptr;
  }
  mount->is_directory = S_ISDIR(status.st_mode);
  mount->read_only = read_only;
  if (check_visible(*mount, mount->root.get(), status) != 0 || is_device(status)) {
    *error = EACCES;
    return nullptr;
  }
  if (!mount->is_directory && !S_ISREG(status.st_mode)) {
    *error = EINVAL;
    return nullptr;
  }
  mount->device = status.st_dev;
  mount->inode = status.st_ino;
  if (!mount->is_directory) return mount;
  const OwnedDescriptor self(open_beneath(mount->root.get(), ".", O_PATH, 0, RESOLVE_IN_ROOT));
  if (!self) {
    *error = -self.get();
    return nullptr;
  }
  const OwnedDescriptor devices(::open("/dev", O_PATH | O_DIRECTORY | O_CLOEXEC));
  std::string below;
  mount->holds_devices = device_folder() != 0 && devices && path_below(*mount, devices.get(), below) == 0;
  return mount;
}

}  // namespace vmp_linux
