// The flags of a program.
#pragma once

#include <cstdint>

namespace vmp {

// What the program may have in rflags (Intel SDM volume 1, section 3.4.3): CF PF AF ZF SF TF DF OF NT RF AC ID; what it
// has always: the bit that reads 1, and interrupts on.
inline constexpr uint64_t own_flags = 0x254dd5, fixed_flags = 0x202;

inline uint64_t program_flags(uint64_t flags) { return (flags & own_flags) | fixed_flags; }

}  // namespace vmp
