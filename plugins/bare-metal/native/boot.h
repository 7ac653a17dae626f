// What a guest finds when it begins: tables and information in memory, and the first virtual CPU's state.
#pragma once

#include <vm_plugin/vcpu.h>

#include <string>

#include "memory_map.h"
#include "settings.h"

namespace vmp_bare_metal {

// Writes the boot area for a mode other than real: descriptors, page tables for 64-bit mode, and hvm_start_info (Xen,
// include/public/arch-x86/hvm/start_info.h) with the memory map and the command line. RANGE errors name a command line
// or a map that is too long.
vmp_status write_boot_area(const vmp_memory_service &memory, vmp_address_space *space, Mode mode, const MemoryMap &map,
                           const std::string &command_line, vmp_error *error);

// The state from that after a reset to that at the entry; rbx is the address of hvm_start_info but in real mode. The
// caller stores VMP_STATE_SYSTEM. entry: below 1 MiB in real mode, below 4 GiB in any other.
void enter(vmp_x86_64_state &state, Mode mode, uint64_t entry);

}  // namespace vmp_bare_metal
