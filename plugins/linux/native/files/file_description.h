// An open file, as the guest's descriptors share it: what POSIX calls an open file description. Processes share it too,
// so all that changes after it was made is atomic or under a mutex.
#ifndef VMP_LINUX_FILES_FILE_DESCRIPTION_H
#define VMP_LINUX_FILES_FILE_DESCRIPTION_H

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "files/special_file.h"

namespace vmp_linux {

struct Process;
class Epoll;
struct Mount;
struct MountPoint;
// Makes what a synthesized file says at this moment about a process. by_itself: that process is the one that asks.
using TextMaker = void (*)(Process &process, bool by_itself, std::string &text);

// How a read or write is made so that its thread can always be interrupted.
enum class Waiting : uint8_t {
  never,        // regular files, directories, memory devices: called directly
  nonblocking,  // a description of our own with O_NONBLOCK: tried, then waited for
  socket,       // tried with MSG_DONTWAIT, then waited for
  shared,       // other programs hold it, so O_NONBLOCK is not ours to set: polled, and written a page at a time
};

// What is fixed when the file is opened.
struct FileAttributes {
  const Mount *mount = nullptr;       // of the guest's file system, which holds it; null: none does
  const MountPoint *point = nullptr;  // of a directory: the mount point, or the name above one, that it is
  Waiting waiting = Waiting::never;
  bool is_directory = false;
  bool is_terminal = false;
  bool is_base = false;              // a directory of the guest's file system: relative paths may start here
  bool is_frozen = false;            // its mode, owner and times are not the guest's to change
  bool ignores_empty_write = false;  // a write of no bytes does nothing, so the host need not be asked
  bool is_semaphore = false;         // EFD_SEMAPHORE, of an eventfd
  std::optional<int> stream;         // it is standard stream 0, 1 or 2 of the run
  std::string virtual_path;          // of a synthesized directory or text
  TextMaker text = nullptr;          // of a synthesized text
};

struct FileDescription : FileAttributes {
  FileDescription() = default;
  FileDescription(const FileDescription &) = delete;
  FileDescription &operator=(const FileDescription &) = delete;
  ~FileDescription();

  bool readable() const { return !is_path() && (flags & O_ACCMODE) != O_WRONLY; }
  bool writable() const { return !is_path() && (flags & O_ACCMODE) != O_RDONLY; }
  bool is_path() const { return (flags & O_PATH) != 0; }
  // The guest's own O_NONBLOCK.
  bool is_nonblocking() const { return (flags & O_NONBLOCK) != 0; }

  // What it is beyond the host's descriptor, or null. T names its kind.
  template <typename T>
  T *special_as() const {
    return special != nullptr && special->kind == T::kKind ? static_cast<T *>(special.get()) : nullptr;
  }

  int host = -1;                   // owned; -1 for a synthesized directory or text
  std::atomic<uint32_t> flags{0};  // as F_GETFL answers: access mode and status flags, O_NONBLOCK as the guest set it
  std::atomic<uint32_t> waits{0};  // of writers for room in a pipe, so far
  std::mutex position_mutex;       // position
  uint64_t position = 0;           // entries of that directory already read, or where in that text the next read begins

  std::shared_ptr<SpecialFile> special;
  std::atomic<bool> is_watched{false};  // has ever been in `watchers`
  std::vector<Epoll *> watchers;        // one entry a registration; under epoll.cc's mutex
  std::atomic<int32_t> owner{0};        // F_SETOWN and F_SETSIG: kept and answered, since SIGIO is for nobody
  std::atomic<int32_t> owner_signal{0};
  std::shared_ptr<void> locks;  // lets go of its locks when the host's descriptor is closed; under Locks' mutex
};

// A descriptor of the spawning program as the guest's 0, 1 or 2: duplicated, or opened again where that makes it ours
// (a pipe, a terminal). Null with *error set to an errno.
std::shared_ptr<FileDescription> borrow_stream(int host, int *error);

}  // namespace vmp_linux
#endif
