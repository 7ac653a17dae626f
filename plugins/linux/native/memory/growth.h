// Whether a process may have more memory.
#ifndef VMP_LINUX_MEMORY_GROWTH_H
#define VMP_LINUX_MEMORY_GROWTH_H

#include <cstdint>

#include "memory/memory_map.h"

namespace vmp_linux {

struct Thread;

// A mapping of [address, address + size), in place of what is there: 0, or -ENOMEM when RLIMIT_AS or RLIMIT_DATA is
// passed, or when the machine has not so much left (is_reserved: whether it would be taken from there). Under
// `placing`.
int check_growth(const Thread &thread, uint64_t address, uint64_t size, uint32_t protection, AreaTag tag,
                 bool is_reserved);

}  // namespace vmp_linux
#endif
