// The instance's configuration, read once and checked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "services.h"

namespace vmp_bare_metal {

// How the first virtual CPU begins. automatic: by the PVH entry of an ELF file, and in 64-bit mode in any other file.
enum class Mode { automatic, real, protected32, long64, pvh };

struct Settings {
  Mode mode = Mode::automatic;           // "mode": "auto", "real", "protected", "long", "pvh"
  std::optional<uint64_t> load_address;  // "loadAddress", of a flat image; default 0x7c00 in real mode, else 1 MiB
  std::optional<uint64_t> entry;         // "entry"; default: a flat image's first byte, an ELF file's own
  std::optional<uint64_t> memory;        // "memory": bytes, whole pages; default: all that the machine has
  uint32_t cpus = 1;                     // "cpus"; more than 1 need the controller, by which the first starts them
  bool interrupt_controller = false;     // "interruptController": with a timer; HLT then waits for an interrupt
  bool strict = false;                   // "strict": an access that no device claims ends the guest
};

// INVALID_ARGUMENT with a code and the value. `configuration` may be null: every default.
vmp_status read_settings(const vmp_config_service &config, const vmp_configuration *configuration, Settings &settings,
                         vmp_error *error);

}  // namespace vmp_bare_metal
