#include "files/virtual_files.h"

#include <dirent.h>

#include <charconv>
#include <set>

#include "personality.h"

namespace vmp_linux {
namespace {

struct Entry {
  const char *path;
  VirtualKind kind;
  int descriptor = -1;
};

// Texts have a table of their own, beside the code that makes them.
constexpr Entry kEntries[] = {
    {"/dev", VirtualKind::directory},
    {"/dev/fd", VirtualKind::directory},
    {"/dev/full", VirtualKind::device},
    {"/dev/null", VirtualKind::device},
    {"/dev/random", VirtualKind::device},
    {"/dev/stderr", VirtualKind::descriptor, 2},
    {"/dev/stdin", VirtualKind::descriptor, 0},
    {"/dev/stdout", VirtualKind::descriptor, 1},
    {"/dev/tty", VirtualKind::terminal},
    {"/dev/urandom", VirtualKind::device},
    {"/dev/zero", VirtualKind::device},
    {"/proc", VirtualKind::directory},
    {"/proc/self", VirtualKind::directory},
    {"/proc/self/cwd", VirtualKind::working_directory},
    {"/proc/self/exe", VirtualKind::program},
    {"/proc/self/fd", VirtualKind::directory},
    {"/proc/self/root", VirtualKind::root},
    {"/proc/sys", VirtualKind::directory},
    {"/proc/sys/kernel", VirtualKind::directory},
    {"/proc/sys/vm", VirtualKind::directory},
};

constexpr std::string_view kDescriptorFolders[] = {"/proc/self/fd", "/dev/fd"};

// "rest" when path is folder + "/" + rest.
std::optional<std::string_view> below(std::string_view path, std::string_view folder) {
  if (folder == "/") folder = "";
  if (path.size() <= folder.size() + 1 || !path.starts_with(folder) || path[folder.size()] != '/') return std::nullopt;
  return path.substr(folder.size() + 1);
}

std::optional<int> whole_number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.front() == '-') return std::nullopt;
  return value;
}

bool is_proc_or_dev(std::string_view path, std::string_view folder) {
  return path == folder || below(path, folder).has_value();
}

std::optional<VirtualFile> find_descriptor(const Process &process, std::string_view path) {
  for (const std::string_view folder : kDescriptorFolders) {
    const auto rest = below(path, folder);
    if (!rest) continue;
    const auto number = whole_number(*rest);
    if (!number || process.descriptors.find(*number) == nullptr) return std::nullopt;
    return VirtualFile{VirtualKind::descriptor, true, *number, nullptr, std::string(path)};
  }
  return std::nullopt;
}

}  // namespace

bool is_virtual_only(std::string_view path, bool has_root) { return !has_root || is_proc_or_dev(path, "/proc"); }

std::optional<VirtualFile> find_virtual_file(const Process &process, std::string_view path, bool has_root) {
  std::string own;
  if (const auto name = below(path, "/proc"); name && whole_number(name->substr(0, name->find('/'))) == process.id) {
    own = "/proc/self" + std::string(name->substr(std::min(name->find('/'), name->size())));
    path = own;
  }
  if (is_proc_or_dev(path, "/proc") || is_proc_or_dev(path, "/dev")) {
    for (const Entry &entry : kEntries) {
      if (path != entry.path) continue;
      const bool is_link = entry.kind == VirtualKind::descriptor || entry.kind == VirtualKind::program ||
                           entry.kind == VirtualKind::working_directory || entry.kind == VirtualKind::root;
      return VirtualFile{entry.kind, is_link, entry.descriptor, nullptr, std::string(path)};
    }
    for (const VirtualText &text : kVirtualTexts) {
      if (path == text.path) return VirtualFile{VirtualKind::text, false, -1, text.make, std::string(path)};
    }
    if (auto file = find_descriptor(process, path)) return file;
  }
  if (has_root) return std::nullopt;
  if (path == process.executable_path) return VirtualFile{VirtualKind::program, false, -1, nullptr, std::string(path)};
  if (path == "/" || below(process.executable_path, path)) {
    return VirtualFile{VirtualKind::directory, false, -1, nullptr, std::string(path)};
  }
  return std::nullopt;
}

std::vector<VirtualEntry> list_virtual_directory(const Process &process, std::string_view path, bool has_root) {
  std::set<std::string> names;
  const auto add = [&](std::string_view full) {
    if (const auto rest = below(full, path)) names.emplace(rest->substr(0, rest->find('/')));
  };
  for (const Entry &entry : kEntries) add(entry.path);
  for (const VirtualText &text : kVirtualTexts) add(text.path);
  if (!has_root) add(process.executable_path);
  if (path == "/proc") names.insert(std::to_string(process.id));
  for (const std::string_view folder : kDescriptorFolders) {
    for (int i = 0; path == folder && i < process.descriptors.size(); ++i) {
      if (process.descriptors.find(i) != nullptr) names.insert(std::to_string(i));
    }
  }
  std::vector<VirtualEntry> entries = {{".", DT_DIR}, {"..", DT_DIR}};
  for (const std::string &name : names) {
    const auto file = find_virtual_file(process, std::string(path == "/" ? "" : path) + "/" + name, has_root);
    if (!file) continue;
    const uint8_t type = file->is_link                                                              ? DT_LNK
                         : file->kind == VirtualKind::directory                                     ? DT_DIR
                         : file->kind == VirtualKind::device || file->kind == VirtualKind::terminal ? DT_CHR
                                                                                                    : DT_REG;
    entries.push_back({name, type});
  }
  return entries;
}

}  // namespace vmp_linux
