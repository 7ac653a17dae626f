#include "files/virtual_files.h"

#include <dirent.h>
#include <linux/magic.h>

#include <charconv>
#include <functional>
#include <set>

#include "personality.h"

namespace vmp_linux {
namespace {

struct Entry {
  const char *path;
  VirtualKind kind;
  bool is_public = true;
};

// Texts have tables of their own, beside the code that makes them.
constexpr Entry kSystemEntries[] = {
    {"/dev", VirtualKind::directory},
    {"/dev/fd", VirtualKind::link},
    {"/dev/full", VirtualKind::device},
    {"/dev/null", VirtualKind::device},
    {"/dev/random", VirtualKind::device},
    {"/dev/stderr", VirtualKind::link},
    {"/dev/stdin", VirtualKind::link},
    {"/dev/stdout", VirtualKind::link},
    {"/dev/tty", VirtualKind::terminal},
    {"/dev/urandom", VirtualKind::device},
    {"/dev/zero", VirtualKind::device},
    {"/proc", VirtualKind::directory},
    {"/proc/mounts", VirtualKind::link},
    {"/proc/self", VirtualKind::link},
    {"/proc/sys", VirtualKind::directory},
    {"/proc/sys/fs", VirtualKind::directory},
    {"/proc/sys/kernel", VirtualKind::directory},
    {"/proc/sys/kernel/random", VirtualKind::directory},
    {"/proc/sys/vm", VirtualKind::directory},
    {"/proc/thread-self", VirtualKind::link},
};

// Below /proc/PID, and below /proc/PID/task/TID but for "task" itself.
constexpr Entry kProcessEntries[] = {
    {"cwd", VirtualKind::working_directory, false},
    {"exe", VirtualKind::program, false},
    {"fd", VirtualKind::directory, false},
    {"root", VirtualKind::root, false},
    {"task", VirtualKind::directory},
};

bool is_link_kind(VirtualKind kind) { return kind >= VirtualKind::link; }

// Takes a decimal number without leading zeros off a path's front, and the slash behind it.
std::optional<uint32_t> take_number(std::string_view &path) {
  const std::string_view name = path.substr(0, path.find('/'));
  uint32_t value = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), value);
  if (error != std::errc() || end != name.data() + name.size() || (name.front() == '0' && name.size() > 1)) {
    return std::nullopt;
  }
  path.remove_prefix(std::min(name.size() + 1, path.size()));
  return value;
}

// A path below /proc/PID taken apart.
struct ProcessPath {
  uint32_t process = 0;
  bool is_thread = false;  // below task/TID
  std::string_view rest;   // below that, without a slash before it
};

std::optional<ProcessPath> split_process_path(std::string_view path) {
  constexpr std::string_view kProcesses = "/proc/", kThreads = "task/";
  if (!path.starts_with(kProcesses)) return std::nullopt;
  ProcessPath result;
  result.rest = path.substr(kProcesses.size());
  const auto process = take_number(result.rest);
  if (!process) return std::nullopt;
  result.process = *process;
  if (!result.rest.starts_with(kThreads)) return result;
  std::string_view rest = result.rest.substr(kThreads.size());
  if (take_number(rest) != process) return result;  // no thread but the first so far
  result.is_thread = true;
  result.rest = rest;
  return result;
}

// The process, when it belongs to the run of the one that asks.
bool is_visible(Process &asking, uint32_t id) {
  if (id == asking.id) return true;
  const auto found = asking.personality.find_process(id);
  return found != nullptr && found->run == asking.run;
}

std::optional<VirtualFile> find_in_process(Process &asking, const ProcessPath &parts, std::string_view path) {
  if (!is_visible(asking, parts.process)) return std::nullopt;
  VirtualFile file{VirtualKind::directory, std::string(path)};
  file.process = parts.process;
  if (parts.rest.empty()) return file;
  for (const Entry &entry : kProcessEntries) {
    if (parts.rest != entry.path || (parts.is_thread && parts.rest == "task")) continue;
    file.kind = entry.kind;
    file.is_link = is_link_kind(entry.kind);
    file.is_public = entry.is_public;
    return file;
  }
  for (const VirtualText &text : kProcessTexts) {
    if (parts.rest != text.path) continue;
    file.kind = VirtualKind::text;
    file.text = text.make;
    file.is_public = text.is_public;
    return file;
  }
  constexpr std::string_view kDescriptors = "fd/";
  if (!parts.rest.starts_with(kDescriptors) || parts.process != asking.id) return std::nullopt;
  std::string_view name = parts.rest.substr(kDescriptors.size());
  const auto number = take_number(name);
  if (!number || !name.empty() || asking.descriptors.find(static_cast<int>(*number)) == nullptr) return std::nullopt;
  file.kind = VirtualKind::descriptor;
  file.is_link = true;
  file.descriptor = static_cast<int>(*number);
  return file;
}

uint8_t type_of(const VirtualFile &file) {
  if (file.is_link) return DT_LNK;
  if (file.kind == VirtualKind::directory) return DT_DIR;
  return file.kind == VirtualKind::text ? DT_REG : DT_CHR;
}

std::vector<std::string> names_in_process(const Process &asking, const ProcessPath &parts) {
  std::vector<std::string> names;
  if (parts.rest == "task") names.push_back(std::to_string(parts.process));
  if (parts.rest == "fd") {
    for (int i = 0; i < asking.descriptors.size(); ++i) {
      if (asking.descriptors.find(i) != nullptr) names.push_back(std::to_string(i));
    }
  }
  if (!parts.rest.empty()) return names;
  for (const Entry &entry : kProcessEntries) names.emplace_back(entry.path);
  for (const VirtualText &text : kProcessTexts) names.emplace_back(text.path);
  return names;
}

std::vector<std::string> names_in_system(Process &asking, std::string_view path) {
  std::set<std::string> names;
  const auto add = [&](std::string_view full) {
    if (!full.starts_with(path) || full.size() <= path.size() || full[path.size()] != '/') return;
    const std::string_view rest = full.substr(path.size() + 1);
    names.emplace(rest.substr(0, rest.find('/')));
  };
  for (const Entry &entry : kSystemEntries) add(entry.path);
  for (const VirtualText &text : kSystemTexts) add(text.path);
  std::vector<std::string> result(names.begin(), names.end());
  if (path != "/proc") return result;
  for (const auto &process : asking.personality.processes_of(*asking.run)) {
    result.push_back(std::to_string(process->id));
  }
  return result;
}

}  // namespace

std::optional<VirtualFile> find_virtual_file(Process &process, std::string_view path) {
  if (const auto parts = split_process_path(path)) return find_in_process(process, *parts, path);
  for (const Entry &entry : kSystemEntries) {
    if (path == entry.path) return VirtualFile{entry.kind, std::string(path), is_link_kind(entry.kind)};
  }
  for (const VirtualText &text : kSystemTexts) {
    if (path == text.path) return VirtualFile{VirtualKind::text, std::string(path), false, -1, text.make};
  }
  return std::nullopt;
}

int list_virtual_directory(Process &process, std::string_view path, std::vector<VirtualEntry> &entries) {
  std::vector<std::string> names;
  if (const auto parts = split_process_path(path)) {
    const auto file = find_in_process(process, *parts, path);
    if (!file) return -ENOENT;
    if (!file->is_public && file->process != process.id) return -EACCES;
    names = names_in_process(process, *parts);
  } else {
    names = names_in_system(process, path);
  }
  for (std::string &name : names) {
    const std::string full = std::string(path) + "/" + name;
    const auto file = find_virtual_file(process, full);
    if (file) entries.push_back({std::move(name), type_of(*file), virtual_inode(full)});
  }
  return 0;
}

uint64_t virtual_inode(std::string_view path) { return std::hash<std::string_view>()(path) | 1; }

uint32_t virtual_file_system(std::string_view path) {
  if (path == "/proc" || path.starts_with("/proc/")) return PROC_SUPER_MAGIC;
  return path == "/dev" || path.starts_with("/dev/") ? TMPFS_MAGIC : RAMFS_MAGIC;
}

}  // namespace vmp_linux
