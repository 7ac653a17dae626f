#include <fcntl.h>

#include <cerrno>
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

int host_of(Process &process, const VirtualFile &file, uint32_t flags) {
  switch (file.kind) {
    case VirtualKind::program:
      return (flags & O_ACCMODE) != O_RDONLY ? -ETXTBSY : open_again(process.executable->host, O_RDONLY);
    case VirtualKind::device:
      return FileSystem::open_device(file.path, static_cast<int>(flags & (O_ACCMODE | O_APPEND)));
    default:
      return -ENOENT;
  }
}

std::shared_ptr<FileDescription> open_directory(Process &process, const VirtualFile &file, int *error) {
  const FileSystem &files = process.personality.files();
  std::shared_ptr<FileDescription> start;
  if (file.kind == VirtualKind::working_directory) start = process.working_directory;
  if (file.kind == VirtualKind::root) start = files.open_root_directory();
  if (start == nullptr) return FileSystem::describe_virtual_directory(file.path);
  if (start->host < 0) return FileSystem::describe_virtual_directory(start->virtual_path);
  struct stat status;
  OwnedDescriptor host(files.reopen(start->host, O_RDONLY | O_DIRECTORY, 0, status));
  if (host) return files.describe(std::move(host), status);
  *error = -host.get();
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
  if (file.kind == VirtualKind::device) return errno_or(::stat(file.path.c_str(), &status));
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
    if (terminal == nullptr) return errno_or(::stat("/dev/tty", &status));
    host = terminal->host;
  }
  if (host >= 0) return errno_or(::fstat(host, &status));
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
    if (open != nullptr && open->host < 0) {
      const VirtualKind kind = open->text != nullptr ? VirtualKind::text : VirtualKind::directory;
      return open_virtual_file(process, {kind, false, -1, open->text, open->virtual_path}, flags, error);
    }
    if (open == nullptr) *error = ENOENT;
    if (open != nullptr && (flags & O_DIRECTORY) != 0 && !open->is_directory) *error = ENOTDIR;
    if (open != nullptr && ((writes && !open->writable()) || ((flags & O_ACCMODE) != O_WRONLY && !open->readable()))) {
      *error = EACCES;
    }
    return *error == 0 ? open : nullptr;
  }
  auto opened = std::make_shared<FileDescription>();
  opened->is_frozen = true;
  opened->flags = flags & (O_ACCMODE | O_APPEND | O_NONBLOCK);
  if (file.kind == VirtualKind::text) {
    opened->virtual_path = file.path;
    opened->text = file.text;
    *error = writes ? EACCES : 0;
    return writes ? nullptr : opened;
  }
  OwnedDescriptor host(host_of(process, file, flags));
  if (!host) {
    *error = -host.get();
    return nullptr;
  }
  opened->host = host.release();
  return opened;
}

int64_t read_virtual_text(Process &process, const FileDescription &file, uint64_t offset, const iovec *vectors,
                          int count) {
  std::string text;
  file.text(process, text);
  const GuestMemory &memory = process.memory();
  int64_t done = 0;
  for (int i = 0; i < count && offset < text.size(); ++i) {
    const uint64_t size = std::min<uint64_t>(vectors[i].iov_len, text.size() - offset);
    if (!memory.write(memory.guest_address(vectors[i].iov_base), text.data() + offset, size)) {
      return done > 0 ? done : -EFAULT;
    }
    offset += size;
    done += static_cast<int64_t>(size);
  }
  return done;
}

}  // namespace vmp_linux
