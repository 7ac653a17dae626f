// What the host's kernel says of an open descriptor (proc(5), /proc/PID/fd and /proc/PID/fdinfo).
#ifndef VMP_LINUX_FILES_DESCRIPTOR_INFORMATION_H
#define VMP_LINUX_FILES_DESCRIPTOR_INFORMATION_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vmp_linux {

// The lines of fdinfo. 0 or minus an errno.
int read_descriptor_information(int host, std::string &text);
// The number behind "NAME:" in them.
std::optional<uint64_t> number_in(std::string_view text, std::string_view name, int base = 10);

// What a descriptor's link holds: "anon_inode:[eventfd]", "/memfd:NAME (deleted)". Empty when it cannot be read.
std::string descriptor_name(int host);

}  // namespace vmp_linux
#endif
