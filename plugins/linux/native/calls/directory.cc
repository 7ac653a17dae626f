#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "calls/calls.h"
#include "calls/path_argument.h"

namespace vmp_linux::calls {
namespace {

constexpr uint64_t kEntryHeader = 19;  // struct linux_dirent64 before d_name

int64_t list_virtual(Thread &thread, FileDescription &file, Ptr to, uint64_t size) {
  const auto entries = list_virtual_directory(thread.process, file.virtual_path, thread.personality.files().has_root());
  uint64_t done = 0;
  for (; file.position < entries.size(); ++file.position) {
    const VirtualEntry &entry = entries[file.position];
    uint8_t record[kEntryHeader + 256 + 8] = {};
    const uint64_t length = std::min<uint64_t>(entry.name.size(), 255);
    const auto record_size = static_cast<uint16_t>((kEntryHeader + length + 1 + 7) & ~uint64_t{7});
    const uint64_t inode = file.position + 1;
    const uint64_t next = file.position + 1;
    std::memcpy(record, &inode, 8);
    std::memcpy(record + 8, &next, 8);
    std::memcpy(record + 16, &record_size, 2);
    record[18] = entry.type;
    std::memcpy(record + kEntryHeader, entry.name.data(), length);
    if (done + record_size > size) return done == 0 ? -EINVAL : static_cast<int64_t>(done);
    if (!thread.process.memory().write(to + done, record, record_size)) {
      return done == 0 ? -EFAULT : static_cast<int64_t>(done);
    }
    done += record_size;
  }
  return static_cast<int64_t>(done);
}

int64_t set_directory(Process &process, std::shared_ptr<FileDescription> directory) {
  process.working_directory = std::move(directory);
  return 0;
}

}  // namespace

int64_t getdents64(Thread &thread, int descriptor, Ptr entries, uint32_t size) {
  FileDescription *file = thread.process.descriptors.find(descriptor);
  if (file == nullptr) return -EBADF;
  if (file->text != nullptr) return -ENOTDIR;
  if (file->host < 0) return list_virtual(thread, *file, entries, size);
  uint8_t *host = thread.process.memory().host_range(entries, size);
  if (host == nullptr) return -EFAULT;
  return errno_or(::syscall(SYS_getdents64, file->host, host, size));
}

int64_t readlinkat(Thread &thread, int directory, Ptr path, Ptr buffer, int size) {
  if (size <= 0) return -EINVAL;
  Target target;
  if (const int error = target.find(thread, directory, path, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH); error != 0)
    return error;
  std::string link;
  if (target.file) {
    if (!target.file->is_link) return -EINVAL;
    link = virtual_link_target(thread.process, *target.file);
  } else {
    char text[kPathCapacity];
    if (!S_ISLNK(target.status.st_mode)) return target.text[0] == '\0' ? -ENOENT : -EINVAL;
    const ssize_t n = ::readlinkat(target.host, "", text, sizeof text);
    if (n < 0) return -errno;
    link.assign(text, static_cast<size_t>(n));
  }
  const uint64_t length = std::min<uint64_t>(link.size(), static_cast<uint64_t>(size));
  return thread.process.memory().write(buffer, link.data(), length) ? static_cast<int64_t>(length) : -EFAULT;
}

int64_t chdir(Thread &thread, Ptr path) {
  PathArgument name;
  if (const int error = name.read(thread, AT_FDCWD, path); error != 0) return error;
  const FileSystem &files = thread.personality.files();
  struct stat status;
  OwnedDescriptor host;
  if (!name.place.file) {
    host = OwnedDescriptor(files.open(name.place, O_PATH | O_DIRECTORY, 0, status));
    if (host.get() == -ENOENT || host.get() == -EACCES) {
      name.place.file = files.find_linked(thread.process, name.place);
    }
  }
  if (name.place.file) {
    int error = 0;
    auto directory = open_virtual_file(thread.process, *name.place.file, O_RDONLY | O_DIRECTORY, &error);
    if (directory == nullptr) return -error;
    return directory->is_base ? set_directory(thread.process, std::move(directory)) : -ENOTDIR;
  }
  if (!host) return host.get();
  if (::syscall(SYS_faccessat2, host.get(), "", X_OK, AT_EMPTY_PATH | AT_EACCESS) != 0) return -errno;
  return set_directory(thread.process, files.describe(std::move(host), status));
}

int64_t fchdir(Thread &thread, int descriptor) {
  auto directory = thread.process.descriptors.share(descriptor);
  if (directory == nullptr) return -EBADF;
  return directory->is_base ? set_directory(thread.process, std::move(directory)) : -ENOTDIR;
}

int64_t getcwd(Thread &thread, Ptr buffer, uint64_t size) {
  const FileDescription &directory = *thread.process.working_directory;
  std::string path = directory.virtual_path;
  if (directory.is_root) path = "/";
  if (path.empty()) {
    if (const int error = thread.personality.files().path_of(directory.host, path); error != 0) return error;
  }
  if (path.size() + 1 > size) return -ERANGE;
  if (!thread.process.memory().write(buffer, path.c_str(), path.size() + 1)) return -EFAULT;
  return static_cast<int64_t>(path.size() + 1);
}

}  // namespace vmp_linux::calls
