#include <fcntl.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstdio>
#include <functional>

#include "files/virtual_files.h"
#include "personality.h"

namespace vmp_linux {
namespace {

FileDescription *terminal_of(const Process &process) {
  for (int i = 0; i < 3; ++i) {
    FileDescription *file = process.descriptors.find(i);
    if (file != nullptr && file->is_terminal) return file;
  }
  return nullptr;
}

int open_again(int host, int flags) {
  char path[32];
  std::snprintf(path, sizeof path, "/proc/self/fd/%d", host);
  const int fd = ::open(path, flags | O_CLOEXEC);
  return fd >= 0 ? fd : -errno;
}

int open_text(Process &process, const VirtualFile &file) {
  std::string text;
  file.text(process, text);
  const int writable = ::memfd_create("proc", MFD_CLOEXEC);
  if (writable < 0) return -errno;
  const OwnedDescriptor owned(writable);
  for (size_t done = 0; done < text.size();) {
    const ssize_t n = ::write(writable, text.data() + done, text.size() - done);
    if (n < 0) return -errno;
    done += static_cast<size_t>(n);
  }
  return open_again(writable, O_RDONLY);
}

int host_of(Process &process, const VirtualFile &file, uint32_t flags) {
  const bool writes = (flags & O_ACCMODE) != O_RDONLY;
  switch (file.kind) {
    case VirtualKind::text:
      return writes ? -EACCES : open_text(process, file);
    case VirtualKind::program:
      return writes ? -ETXTBSY : open_again(process.executable->host, O_RDONLY);
    case VirtualKind::device: {
      const int fd = ::open(file.path.c_str(), static_cast<int>(flags & (O_ACCMODE | O_APPEND)) | O_CLOEXEC);
      return fd >= 0 ? fd : -errno;
    }
    default:
      return -ENOENT;
  }
}

std::shared_ptr<FileDescription> open_directory(Process &process, const VirtualFile &file, int *error) {
  std::shared_ptr<FileDescription> start;
  if (file.kind == VirtualKind::working_directory) start = process.working_directory;
  if (file.kind == VirtualKind::root) start = process.personality.files().open_root_directory();
  auto directory = std::make_shared<FileDescription>();
  directory->is_directory = directory->is_base = directory->is_frozen = true;
  if (start == nullptr || start->host < 0) {
    directory->virtual_path = start == nullptr ? file.path : start->virtual_path;
    return directory;
  }
  directory->is_root = start->is_root;
  // "." of a directory below the root is that directory.
  directory->host = ::openat(start->host, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory->host >= 0) return directory;
  *error = errno;
  return nullptr;
}

}  // namespace

std::string virtual_link_target(const Process &process, const VirtualFile &file) {
  const FileSystem &files = process.personality.files();
  std::string path;
  switch (file.kind) {
    case VirtualKind::program:
      return process.executable_path;
    case VirtualKind::root:
      return "/";
    case VirtualKind::working_directory:
      if (process.working_directory->host < 0) return process.working_directory->virtual_path;
      return files.path_of(process.working_directory->host, path) == 0 ? path : "/";
    default:
      break;
  }
  if (file.path.starts_with("/dev/std")) return "/proc/self/fd/" + std::to_string(file.descriptor);
  const FileDescription &open = *process.descriptors.find(file.descriptor);
  if (open.host < 0) return open.virtual_path;
  if (open.is_terminal) return "/dev/tty";
  struct stat status {};
  ::fstat(open.host, &status);
  const char *kind = S_ISFIFO(status.st_mode) ? "pipe" : S_ISSOCK(status.st_mode) ? "socket" : nullptr;
  if (kind == nullptr && files.has_root() && files.path_of(open.host, path) == 0) return path;
  return std::string(kind == nullptr ? "file" : kind) + ":[" + std::to_string(status.st_ino) + "]";
}

int stat_virtual_file(Process &process, const VirtualFile &file, bool follow, struct stat &status) {
  status = {};
  status.st_nlink = 1;
  status.st_ino = std::hash<std::string>()(file.path) | 1;
  status.st_blksize = VMP_PAGE_SIZE;
  status.st_uid = process.credentials.effective_user;
  status.st_gid = process.credentials.effective_group;
  if (file.is_link && !follow) {
    status.st_mode = S_IFLNK | 0777;
    return 0;
  }
  if (file.kind == VirtualKind::device) return ::stat(file.path.c_str(), &status) == 0 ? 0 : -errno;
  int host = -1;
  if (file.kind == VirtualKind::program) host = process.executable->host;
  if (file.kind == VirtualKind::working_directory) host = process.working_directory->host;
  if (file.kind == VirtualKind::descriptor) {
    const FileDescription *open = process.descriptors.find(file.descriptor);
    if (open == nullptr) return -ENOENT;
    host = open->host;
  }
  std::shared_ptr<FileDescription> root;
  if (file.kind == VirtualKind::root) {
    root = process.personality.files().open_root_directory();
    host = root == nullptr ? -1 : root->host;
  }
  if (file.kind == VirtualKind::terminal) {
    const FileDescription *terminal = terminal_of(process);
    if (terminal == nullptr) return ::stat("/dev/tty", &status) == 0 ? 0 : -errno;
    host = terminal->host;
  }
  if (host >= 0) return ::fstat(host, &status) == 0 ? 0 : -errno;
  status.st_mode = file.kind == VirtualKind::text ? S_IFREG | 0444 : S_IFDIR | 0555;
  return 0;
}

std::shared_ptr<FileDescription> open_virtual_file(Process &process, const VirtualFile &file, uint32_t flags,
                                                   int *error) {
  const bool writes = (flags & O_ACCMODE) != O_RDONLY;
  *error = 0;
  if (file.is_link && (flags & O_NOFOLLOW) != 0) *error = ELOOP;
  const bool directory = file.kind == VirtualKind::directory || file.kind == VirtualKind::working_directory ||
                         file.kind == VirtualKind::root;
  if (directory && writes) *error = EISDIR;
  if (!directory && (flags & O_DIRECTORY) != 0 && file.kind != VirtualKind::descriptor) *error = ENOTDIR;
  if (*error != 0) return nullptr;
  if (directory) return open_directory(process, file, error);
  if (file.kind == VirtualKind::terminal) {
    const FileDescription *terminal = terminal_of(process);
    if (terminal != nullptr) return borrow_stream(terminal->host, error);
    *error = ENXIO;
    return nullptr;
  }
  if (file.kind == VirtualKind::descriptor) {
    auto open = process.descriptors.share(file.descriptor);
    if (open == nullptr) *error = ENOENT;
    if (open != nullptr && ((writes && !open->writable()) || ((flags & O_ACCMODE) != O_WRONLY && !open->readable()))) {
      *error = EACCES;
    }
    return *error == 0 ? open : nullptr;
  }
  auto opened = std::make_shared<FileDescription>();
  opened->is_frozen = true;
  opened->host = host_of(process, file, flags);
  opened->flags = flags & (O_ACCMODE | O_APPEND | O_NONBLOCK);
  if (opened->host >= 0) return opened;
  *error = -opened->host;
  opened->host = -1;
  return nullptr;
}

}  // namespace vmp_linux
