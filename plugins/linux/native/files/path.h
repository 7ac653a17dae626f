// Paths as text.
#ifndef VMP_LINUX_FILES_PATH_H
#define VMP_LINUX_FILES_PATH_H

#include <cstdint>
#include <string>
#include <string_view>

namespace vmp_linux {

inline constexpr uint64_t kPathCapacity = 4096;  // PATH_MAX, with the terminator

// `base` and `path` (relative to base unless absolute) as one absolute path without ".", ".." and doubled slashes. By
// its text alone, so only for names that are synthesized and for paths that are shown.
std::string normalize_path(std::string_view base, std::string_view path);

struct SplitPath {
  std::string_view directory;  // "." when the path has one component
  const char *name;            // the last component, with any slashes behind it
};
// path is terminated and not empty. For "/" both are ".".
SplitPath split_path(const char *path);

}  // namespace vmp_linux
#endif
