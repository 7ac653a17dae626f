// The files that no mount holds but that are made up: what is below /proc and /dev. Found by the text of their path,
// which is absolute, normalized, and has no link in it.
#ifndef VMP_LINUX_FILES_VIRTUAL_FILES_H
#define VMP_LINUX_FILES_VIRTUAL_FILES_H

#include <sys/stat.h>
#include <sys/uio.h>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "files/file_description.h"

namespace vmp_linux {

enum class VirtualKind : uint8_t {
  directory,
  text,      // made when it is read
  device,    // the host's device of the same path: null, zero, full, random, urandom
  terminal,  // /dev/tty
  link,      // holds a path
  // Links that lead to a file itself, whatever its path:
  descriptor,         // /proc/PID/fd/N
  program,            // /proc/PID/exe
  working_directory,  // /proc/PID/cwd
  root,               // /proc/PID/root
};

struct VirtualFile {
  VirtualKind kind;
  std::string path;
  bool is_link = false;  // the link itself is meant, not what it leads to
  int descriptor = -1;
  TextMaker text = nullptr;  // given the process that it is about
  uint32_t process = 0;      // that process; 0: none in particular
  bool is_public = true;     // other processes may look into it
};

// Threads: all of these run on the thread of `process`, which is the one that asks.
std::optional<VirtualFile> find_virtual_file(Process &process, std::string_view path);

struct VirtualEntry {
  std::string name;
  uint8_t type;  // DT_*
  uint64_t inode;
};
// What a synthesized directory holds, without "." and ".." and what is mounted there. 0, or minus an errno.
int list_virtual_directory(Process &process, std::string_view path, std::vector<VirtualEntry> &entries);

uint64_t virtual_inode(std::string_view path);
// statfs(2)'s f_type.
uint32_t virtual_file_system(std::string_view path);

// What a link holds.
std::string virtual_link_target(Process &process, const VirtualFile &file);
// 0 or minus an errno.
int stat_virtual_file(Process &process, const VirtualFile &file, struct stat &status);
// flags: the guest's. Null with *error set to an errno.
std::shared_ptr<FileDescription> open_virtual_file(Process &process, const VirtualFile &file, uint32_t flags,
                                                   int *error);

// Bytes of a synthesized text from `offset` on, into the guest's memory at the vectors' host addresses, or minus an
// errno.
int64_t read_virtual_text(Process &process, const FileDescription &file, uint64_t offset, const iovec *vectors,
                          int count);

// The texts, by name: of /proc/PID (virtual_process_text.cc), and of the whole system by path (virtual_system_text.cc).
struct VirtualText {
  const char *path;
  TextMaker make;
  bool is_public = true;
};
extern const std::span<const VirtualText> kProcessTexts;
extern const std::span<const VirtualText> kSystemTexts;

}  // namespace vmp_linux
#endif
