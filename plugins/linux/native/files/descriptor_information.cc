#include "files/descriptor_information.h"

#include <charconv>
#include <climits>

#include "files/owned_descriptor.h"

namespace vmp_linux {

int read_descriptor_information(int host, std::string &text) {
  char path[40];
  std::snprintf(path, sizeof path, "/proc/self/fdinfo/%d", host);
  const OwnedDescriptor file(errno_or(::open(path, O_RDONLY | O_CLOEXEC)));
  if (!file) return file.get();
  char part[4096];
  for (;;) {
    const ssize_t size = ::read(file.get(), part, sizeof part);
    if (size < 0) return -errno;
    if (size == 0) return 0;
    text.append(part, static_cast<size_t>(size));
  }
}

std::optional<uint64_t> number_in(std::string_view text, std::string_view name, int base) {
  const std::string line = std::string(name) + ":";
  const size_t found = text.find(line);
  if (found == std::string_view::npos) return std::nullopt;
  const size_t start = text.find_first_not_of(" \t", found + line.size());
  if (start == std::string_view::npos) return std::nullopt;
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data() + start, text.data() + text.size(), value, base);
  return error == std::errc() ? std::optional(value) : std::nullopt;
}

std::string descriptor_name(int host) {
  char name[PATH_MAX];
  const ssize_t size = ::readlink(DescriptorLink(host).path(), name, sizeof name);
  return size < 0 ? std::string() : std::string(name, static_cast<size_t>(size));
}

}  // namespace vmp_linux
