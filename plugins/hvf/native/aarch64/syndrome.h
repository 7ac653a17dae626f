// What ESR_EL2 says of an exit (Arm ARM, D19.2.37).
#pragma once
#include <cstdint>

namespace vmp::hvf {

enum ExceptionClass : uint32_t {
  class_wfx = 0x01,
  class_hvc = 0x16,
  class_smc = 0x17,
  class_system_register = 0x18,
  class_instruction_abort = 0x20,
  class_data_abort = 0x24,
  class_breakpoint = 0x30,
  class_step = 0x32,
  class_watchpoint = 0x34,
  class_brk = 0x3c,
};

inline uint32_t class_of(uint64_t syndrome) { return syndrome >> 26 & 63; }

// A data abort whose instruction the syndrome describes.
struct Transfer {
  bool is_described;         // ISV: what follows holds
  bool is_write;             // WnR
  bool is_sign_extended;     // SSE
  bool is_64_bit;            // SF: of the register
  uint32_t size;             // SAS, in bytes
  uint32_t register_number;  // SRT; 31 is the zero register
};

inline Transfer transfer_of(uint64_t syndrome) {
  return {.is_described = (syndrome >> 24 & 1) != 0,
          .is_write = (syndrome >> 6 & 1) != 0,
          .is_sign_extended = (syndrome >> 21 & 1) != 0,
          .is_64_bit = (syndrome >> 15 & 1) != 0,
          .size = 1u << (syndrome >> 22 & 3),
          .register_number = static_cast<uint32_t>(syndrome >> 16 & 31)};
}

// S1PTW: the access was a walk of the guest's own page tables. CM: cache maintenance, which moves no data.
inline bool is_table_walk(uint64_t syndrome) { return (syndrome >> 7 & 1) != 0; }
inline bool is_cache_maintenance(uint64_t syndrome) { return (syndrome >> 8 & 1) != 0; }

}  // namespace vmp::hvf
