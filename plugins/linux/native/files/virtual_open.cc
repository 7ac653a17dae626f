#include <fcntl.h>

#include <cerrno>

#include "files/transfer.h"
#include "files/virtual_files.h"
#include "personality.h"

namespace vmp_linux {
namespace {

// The run's terminal, by the process's standard streams.
FileDescription *terminal_of(const Process &process) {
  for (int i = 0; i < 3; ++i) {
    FileDescription *file = process.descriptors.find(i);
    if (file != nullptr && file->is_terminal) return file;
  }
  return nullptr;
}

std::shared_ptr<FileDescription> open_host(int host, uint32_t flags, int *error) {
  if (host < 0) {
    *error = -host;
    return nullptr;
  }
  auto file = std::make_shared<FileDescription>();
  file->host = host;
  file->is_frozen = true;
  file->flags = flags & (O_ACCMODE | O_APPEND | O_NONBLOCK | O_PATH);
  return file;
}

std::shared_ptr<FileDescription> open_terminal(const Process &process, uint32_t flags, int *error) {
  const FileDescription *terminal = terminal_of(process);
  if (terminal == nullptr) {
    *error = ENXIO;
    return nullptr;
  }
  auto file = borrow_stream(terminal->host, error);
  if (file == nullptr) return nullptr;
  file->flags = file->flags | (flags & O_NONBLOCK);
  file->stream = terminal->stream;
  return file;
}

// What the spawning program lent stays shared: its description itself, as dup(2) gives it.
std::shared_ptr<FileDescription> open_descriptor(Process &process, const VirtualFile &file, uint32_t flags,
                                                 int *error) {
  auto open = process.descriptors.share(file.descriptor);
  if (open == nullptr) {
    *error = ENOENT;
    return nullptr;
  }
  if (open->host < 0 && open->special == nullptr) {
    const auto again = find_virtual_file(process, open->virtual_path);
    if (again) return open_virtual_file(process, *again, flags, error);
    *error = ENOENT;
    return nullptr;
  }
  const uint32_t access = flags & O_ACCMODE;
  if ((flags & O_DIRECTORY) != 0 && !open->is_directory) *error = ENOTDIR;
  if ((access != O_RDONLY && !open->writable()) || (access != O_WRONLY && !open->readable())) *error = EACCES;
  return *error == 0 ? open : nullptr;
}

// No file of the host stands behind it.
std::shared_ptr<FileDescription> open_made_up(const VirtualFile &file, uint32_t flags) {
  auto opened = std::make_shared<FileDescription>();
  opened->is_frozen = true;
  opened->is_directory = opened->is_base = file.kind == VirtualKind::directory;
  opened->virtual_path = file.path;
  opened->text = file.text;
  opened->flags = flags & (O_ACCMODE | O_APPEND | O_NONBLOCK | O_PATH);
  return opened;
}

}  // namespace

std::string virtual_link_target(Process &process, const VirtualFile &file) {
  const FileSystem &files = process.run->files;
  std::string path;
  switch (file.kind) {
    case VirtualKind::program:
      return process.public_facts().executable_path;
    case VirtualKind::root:
      return "/";
    case VirtualKind::working_directory:
      return files.path_of(*process.working_directory, path) == 0 ? path : "/ (deleted)";
    case VirtualKind::descriptor:
      break;
    default: {
      const std::string id = std::to_string(process.id);
      if (file.path == "/proc/self") return id;
      if (file.path == "/proc/thread-self") return id + "/task/" + id;
      if (file.path == "/proc/mounts") return "self/mounts";
      if (file.path == "/dev/stdin") return "/proc/self/fd/0";
      if (file.path == "/dev/stdout") return "/proc/self/fd/1";
      if (file.path == "/dev/stderr") return "/proc/self/fd/2";
      return "/proc/self/fd";  // /dev/fd
    }
  }
  const FileDescription *open = process.descriptors.find(file.descriptor);
  if (open == nullptr) return "/";
  if (open->is_terminal) return "/dev/tty";
  if (!open->virtual_path.empty() || open->mount != nullptr) {
    return files.path_of(*open, path) == 0 ? path : "/ (deleted)";
  }
  struct stat status {};
  ::fstat(open->host, &status);
  const char *kind = S_ISFIFO(status.st_mode)   ? "pipe"
                     : S_ISSOCK(status.st_mode) ? "socket"
                     : open->special != nullptr ? "anon_inode"
                                                : "file";
  return std::string(kind) + ":[" + std::to_string(status.st_ino) + "]";
}

int stat_virtual_file(Process &process, const VirtualFile &file, struct stat &status) {
  status = {};
  status.st_nlink = 1;
  status.st_ino = virtual_inode(file.path);
  status.st_blksize = VMP_PAGE_SIZE;
  status.st_uid = process.credentials.effective_user;
  status.st_gid = process.credentials.effective_group;
  if (file.is_link) {
    status.st_mode = S_IFLNK | (file.kind == VirtualKind::descriptor ? 0700 : 0777);
    return 0;
  }
  int host = -1;
  switch (file.kind) {
    case VirtualKind::device:
      return errno_or(::stat(file.path.c_str(), &status));
    case VirtualKind::program:
      host = process.executable->host;
      break;
    case VirtualKind::descriptor: {
      const FileDescription *open = process.descriptors.find(file.descriptor);
      if (open == nullptr) return -ENOENT;
      host = open->host;
      break;
    }
    case VirtualKind::terminal: {
      const FileDescription *terminal = terminal_of(process);
      if (terminal == nullptr) return errno_or(::stat("/dev/tty", &status));
      host = terminal->host;
      break;
    }
    default:
      break;
  }
  if (host >= 0) return errno_or(::fstat(host, &status));
  const bool is_directory = file.kind == VirtualKind::directory;
  status.st_mode = (is_directory ? S_IFDIR | 0555u : S_IFREG | 0444u) & (file.is_public ? ~0u : ~0077u);
  return 0;
}

std::shared_ptr<FileDescription> open_virtual_file(Process &process, const VirtualFile &file, uint32_t flags,
                                                   int *error) {
  const bool is_path = (flags & O_PATH) != 0;
  const bool writes = !is_path && ((flags & O_ACCMODE) != O_RDONLY || (flags & O_TRUNC) != 0);
  *error = 0;
  if (file.is_link && !is_path) *error = ELOOP;
  const bool is_directory = file.kind == VirtualKind::directory;
  if (is_directory && (writes || (flags & O_TMPFILE) == O_TMPFILE)) *error = writes ? EISDIR : EROFS;
  if (!is_directory && (flags & O_DIRECTORY) != 0 && file.kind != VirtualKind::descriptor) *error = ENOTDIR;
  if (!is_path && !file.is_public && file.process != process.id) *error = EACCES;
  if (file.kind == VirtualKind::text && writes) *error = EACCES;
  if (*error != 0) return nullptr;
  if (file.is_link) return open_made_up(file, flags);
  switch (file.kind) {
    case VirtualKind::program:
      if (writes) *error = ETXTBSY;
      return writes ? nullptr
                    : open_host(open_again(process.executable->host, is_path ? O_PATH : O_RDONLY), flags, error);
    case VirtualKind::device:
      return open_host(FileSystem::open_device(file.path, static_cast<int>(flags & (O_ACCMODE | O_APPEND | O_PATH))),
                       flags, error);
    case VirtualKind::terminal:
      return open_terminal(process, flags, error);
    case VirtualKind::descriptor:
      return open_descriptor(process, file, flags, error);
    default:
      return open_made_up(file, flags);
  }
}

int64_t read_virtual_text(Process &process, const FileDescription &file, uint64_t offset, const iovec *vectors,
                          int count) {
  // rw_verify_area(): no byte lies behind the greatest position.
  if (size_of(vectors, count) > INT64_MAX - offset) return -EINVAL;
  const auto found = find_virtual_file(process, file.virtual_path);
  if (!found || found->text == nullptr) return -ESRCH;
  std::string text;
  if (found->process == 0 || found->process == process.id) {
    found->text(process, true, text);
  } else {
    if (!found->is_public) return -EACCES;
    const auto other = process.personality.find_process(found->process);
    if (other == nullptr) return -ESRCH;
    found->text(*other, false, text);
  }
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
