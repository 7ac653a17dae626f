#include "files/path.h"

namespace vmp_linux {

std::string normalize_path(std::string_view base, std::string_view path) {
  std::string result;
  const auto append = [&](std::string_view part) {
    while (!part.empty()) {
      const size_t slash = part.find('/');
      const std::string_view name = part.substr(0, slash);
      part = slash == std::string_view::npos ? std::string_view() : part.substr(slash + 1);
      if (name.empty() || name == ".") continue;
      if (name == "..") {
        const size_t parent = result.rfind('/');
        result.resize(parent == std::string::npos ? 0 : parent);
        continue;
      }
      result += '/';
      result += name;
    }
  };
  if (path.empty() || path.front() != '/') append(base);
  append(path);
  return result.empty() ? std::string("/") : result;
}

SplitPath split_path(const char *path) {
  const std::string_view text(path);
  size_t end = text.size();
  while (end > 0 && text[end - 1] == '/') --end;
  if (end == 0) return {".", "."};
  size_t start = end;
  while (start > 0 && text[start - 1] != '/') --start;
  return {start == 0 ? std::string_view(".") : text.substr(0, start), path + start};
}

}  // namespace vmp_linux
