#include <dirent.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "calls/calls.h"
#include "calls/path_argument.h"

namespace vmp_linux::calls {
namespace {

// struct linux_dirent64, which is the same on every architecture: inode, offset, then these, then the name.
constexpr uint64_t kSizeOffset = 16, kTypeOffset = 18, kNameOffset = 19;
constexpr uint64_t kLongestName = 255;

// Writes entries into the guest's buffer one after another.
class EntryWriter {
 public:
  EntryWriter(Thread &thread, Ptr to, uint64_t size) : thread_(thread), to_(to), size_(size) {}

  // False when it is not written: the buffer is full, or no memory of the guest.
  bool put(const VirtualEntry &entry, uint64_t next) {
    uint8_t record[kNameOffset + kLongestName + 8] = {};
    const uint64_t length = std::min<uint64_t>(entry.name.size(), kLongestName);
    const auto record_size = static_cast<uint16_t>((kNameOffset + length + 1 + 7) & ~uint64_t{7});
    std::memcpy(record, &entry.inode, 8);
    std::memcpy(record + 8, &next, 8);
    std::memcpy(record + kSizeOffset, &record_size, 2);
    record[kTypeOffset] = entry.type;
    std::memcpy(record + kNameOffset, entry.name.data(), length);
    return put_record(record, record_size);
  }
  bool put_record(const uint8_t *record, uint64_t record_size) {
    if (done_ + record_size > size_) {
      error_ = -EINVAL;
    } else if (!thread_.process.memory().write(to_ + done_, record, record_size)) {
      error_ = -EFAULT;
    } else {
      done_ += record_size;
      return true;
    }
    return false;
  }
  uint64_t done() const { return done_; }
  int64_t result() const { return done_ > 0 ? static_cast<int64_t>(done_) : error_; }

 private:
  Thread &thread_;
  Ptr to_;
  uint64_t size_;
  uint64_t done_ = 0;
  int64_t error_ = 0;
};

// What is mounted in a directory, or on a way that begins there.
std::vector<VirtualEntry> mounted_entries(const MountPoint *point) {
  std::vector<VirtualEntry> entries;
  if (point == nullptr) return entries;
  for (const auto &[name, child] : point->children) {
    if (!child->is_listed) continue;
    const bool is_file = child->mount != nullptr && !child->mount->is_directory;
    const uint64_t inode = child->mount != nullptr ? child->mount->inode : virtual_inode(child->path);
    entries.push_back({name, static_cast<uint8_t>(is_file ? DT_REG : DT_DIR), inode});
  }
  return entries;
}

bool is_mounted(const MountPoint &point, const char *name) {
  const MountPoint *child = point.child(name);
  return child != nullptr && child->is_listed;
}

int64_t list_synthesized(Thread &thread, FileDescription &file, Ptr to, uint64_t size) {
  const MountPoint *point = MountTable::find(thread.process.run->files.mounts().root(), file.virtual_path);
  const std::string parent = file.virtual_path.substr(0, file.virtual_path.rfind('/'));
  std::vector<VirtualEntry> entries = {{".", DT_DIR, virtual_inode(file.virtual_path)},
                                       {"..", DT_DIR, virtual_inode(parent.empty() ? "/" : parent)}};
  std::vector<VirtualEntry> own;
  if (const int error = list_virtual_directory(thread.process, file.virtual_path, own); error != 0) return error;
  for (VirtualEntry &entry : own) {
    if (point == nullptr || !is_mounted(*point, entry.name.c_str())) entries.push_back(std::move(entry));
  }
  for (VirtualEntry &entry : mounted_entries(point)) entries.push_back(std::move(entry));
  EntryWriter writer(thread, to, size);
  std::lock_guard lock(file.position_mutex);
  while (file.position < entries.size() && writer.put(entries[file.position], file.position + 1)) ++file.position;
  return writer.result();
}

// The host's entries but for those that are hidden, then what is mounted there. file.position counts the latter.
int64_t list_with_mounts(Thread &thread, FileDescription &file, Ptr to, uint64_t size) {
  alignas(uint64_t) std::array<uint8_t, 32768> buffer;
  EntryWriter writer(thread, to, size);
  std::lock_guard lock(file.position_mutex);
  if (::lseek(file.host, 0, SEEK_CUR) == 0) file.position = 0;
  while (file.position == 0 && writer.done() == 0) {
    const long n = ::syscall(SYS_getdents64, file.host, buffer.data(), std::min<uint64_t>(size, buffer.size()));
    if (n < 0) return -errno;
    if (n == 0) break;
    for (long at = 0; at < n;) {
      const uint8_t *record = buffer.data() + at;
      uint16_t record_size;
      std::memcpy(&record_size, record + kSizeOffset, sizeof record_size);
      const auto *name = reinterpret_cast<const char *>(record + kNameOffset);
      if (!is_mounted(*file.point, name) && !writer.put_record(record, record_size)) return writer.result();
      at += record_size;
    }
  }
  if (writer.done() > 0) return writer.result();
  const auto entries = mounted_entries(file.point);
  const auto end = static_cast<uint64_t>(::lseek(file.host, 0, SEEK_CUR));
  while (file.position < entries.size() && writer.put(entries[file.position], end)) ++file.position;
  return writer.result();
}

int64_t set_directory(Process &process, std::shared_ptr<FileDescription> directory) {
  process.working_directory = std::move(directory);
  return 0;
}

}  // namespace

int64_t getdents64(Thread &thread, int descriptor, Ptr entries, uint32_t size) {
  FileDescription *file = thread.process.descriptors.find(descriptor);
  if (file == nullptr || file->is_path()) return -EBADF;
  if (!file->is_directory) return -ENOTDIR;
  if (file->host < 0) return list_synthesized(thread, *file, entries, size);
  if (file->point != nullptr && !file->point->children.empty()) return list_with_mounts(thread, *file, entries, size);
  uint8_t *host = thread.process.memory().host_range(entries, size, VMP_PROTECTION_WRITE);
  if (host == nullptr) return -EFAULT;
  return errno_or(::syscall(SYS_getdents64, file->host, host, size));
}

int64_t readlinkat(Thread &thread, int directory, Ptr path, Ptr buffer, int size) {
  if (size <= 0) return -EINVAL;
  Target target;
  const int error = target.find(thread, directory, path, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH);
  if (error != 0) return error;
  std::string link;
  if (target.file) {
    if (!target.file->is_link) return target.text[0] == '\0' ? -ENOENT : -EINVAL;
    if (!target.file->is_public && target.file->process != thread.process.id) return -EACCES;
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
  if (const int error = name.read(thread, path); error != 0) return error;
  std::shared_ptr<FileDescription> directory;
  const int error = thread.process.run->files.open_directory(thread.process, name.text, directory);
  return error != 0 ? error : set_directory(thread.process, std::move(directory));
}

int64_t fchdir(Thread &thread, int descriptor) {
  auto directory = thread.process.descriptors.share(descriptor);
  if (directory == nullptr) return -EBADF;
  if (!directory->is_base) return -ENOTDIR;
  if (directory->host >= 0 && ::syscall(SYS_faccessat2, directory->host, "", X_OK, AT_EMPTY_PATH | AT_EACCESS) != 0) {
    return -errno;
  }
  return set_directory(thread.process, std::move(directory));
}

int64_t getcwd(Thread &thread, Ptr buffer, uint64_t size) {
  std::string path;
  const int error = thread.process.run->files.path_of(*thread.process.working_directory, path);
  if (error != 0) return error;
  if (path.size() + 1 > size) return -ERANGE;
  if (!thread.process.memory().write(buffer, path.c_str(), path.size() + 1)) return -EFAULT;
  return static_cast<int64_t>(path.size() + 1);
}

}  // namespace vmp_linux::calls
