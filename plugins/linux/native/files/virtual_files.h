// The files that are not below the root but made up: /proc of the guest itself, a few of /dev, and, without a root, the
// program. Found by the text of their path.
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
  text,        // its text is made when it is read
  device,      // the host's device of the same path: null, zero, full, random, urandom
  terminal,    // /dev/tty
  descriptor,  // /dev/stdin, /dev/fd/N, /proc/self/fd/N
  program,     // /proc/self/exe, and the program's own path without a root
  working_directory,
  root,
};

struct VirtualFile {
  VirtualKind kind;
  bool is_link = false;  // readlink answers; lstat says so
  int descriptor = -1;
  TextMaker text = nullptr;
  std::string path;
};

// path: normalized. has_root: whether there are other files than these.
std::optional<VirtualFile> find_virtual_file(const Process &process, std::string_view path, bool has_root);
// Whether a path can only be a synthesized one: nothing of the root is looked up for it.
bool is_virtual_only(std::string_view path, bool has_root);
// The names in a synthesized directory, with their kinds as d_type has them.
struct VirtualEntry {
  std::string name;
  uint8_t type;
};
std::vector<VirtualEntry> list_virtual_directory(const Process &process, std::string_view path, bool has_root);

// The target that readlink shows.
std::string virtual_link_target(const Process &process, const VirtualFile &file);
// 0 or minus an errno.
int stat_virtual_file(Process &process, const VirtualFile &file, bool follow, struct stat &status);
// Null with *error set to an errno.
std::shared_ptr<FileDescription> open_virtual_file(Process &process, const VirtualFile &file, uint32_t flags,
                                                   int *error);

// Bytes of a synthesized text from `offset` on, into the guest's memory at the vectors' host addresses, or minus an
// errno.
int64_t read_virtual_text(Process &process, const FileDescription &file, uint64_t offset, const iovec *vectors,
                          int count);

// virtual_text.cc
struct VirtualText {
  const char *path;
  TextMaker make;
};
extern const std::span<const VirtualText> kVirtualTexts;

}  // namespace vmp_linux
#endif
