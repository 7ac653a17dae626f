// An open file, as the guest's descriptors share it: what POSIX calls an open file description.
#ifndef VMP_LINUX_FILES_FILE_DESCRIPTION_H
#define VMP_LINUX_FILES_FILE_DESCRIPTION_H

#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <memory>
#include <string>

namespace vmp_linux {

struct Process;
// Makes what a synthesized file says at this moment.
using TextMaker = void (*)(Process &process, std::string &text);

// How a read or write is made so that its thread can always be interrupted.
enum class Waiting : uint8_t {
  never,        // regular files, directories, memory devices: called directly
  nonblocking,  // a description of our own with O_NONBLOCK: tried, then waited for
  socket,       // tried with MSG_DONTWAIT, then waited for
  shared,       // other programs hold it, so O_NONBLOCK is not ours to set: polled, and written a page at a time
};

struct FileDescription {
  FileDescription() = default;
  FileDescription(const FileDescription &) = delete;
  FileDescription &operator=(const FileDescription &) = delete;
  ~FileDescription() {
    if (host >= 0) ::close(host);
  }

  bool readable() const { return !is_path() && (flags & O_ACCMODE) != O_WRONLY; }
  bool writable() const { return !is_path() && (flags & O_ACCMODE) != O_RDONLY; }
  bool is_path() const { return (flags & O_PATH) != 0; }

  int host = -1;  // owned; -1 for a synthesized directory or text
  Waiting waiting = Waiting::never;
  bool is_directory = false;
  bool is_terminal = false;
  bool is_base = false;      // a directory of the guest's file system: relative paths may start here
  bool is_root = false;      // of that file system
  bool is_frozen = false;    // its mode, owner and times are not the guest's to change: not below a writable root
  uint32_t flags = 0;        // as F_GETFL answers: access mode and status flags, O_NONBLOCK as the guest set it
  std::string virtual_path;  // of a synthesized directory or text
  TextMaker text = nullptr;  // of a synthesized text
  uint64_t position = 0;     // entries of that directory already read, or where in that text the next read begins
};

// A descriptor of the spawning program as the guest's 0, 1 or 2: duplicated, or opened again where that makes it ours
// (a pipe, a terminal). Null with *error set to an errno.
std::shared_ptr<FileDescription> borrow_stream(int host, int *error);

}  // namespace vmp_linux
#endif
