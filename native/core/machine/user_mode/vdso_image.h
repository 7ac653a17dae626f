// The ELF image that a program finds by AT_SYSINFO_EHDR (vdso(7)): a shared object of one page whose functions tell the
// time.
#pragma once

#include <cstdint>
#include <span>

namespace vmp {

// Fills a page of zeros, to be mapped at any guest address. False when there is no code for this host.
bool write_vdso(std::span<uint8_t> page);

}  // namespace vmp
