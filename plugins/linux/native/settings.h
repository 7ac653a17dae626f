// The instance's configuration, read once and checked.
#ifndef VMP_LINUX_SETTINGS_H
#define VMP_LINUX_SETTINGS_H

#include <cstdint>
#include <optional>
#include <string>

#include "services.h"

namespace vmp_linux {

struct Settings {
  std::optional<std::string> root;  // "root": a folder of the host; without one the guest has its own program only
  bool read_only = false;           // "readOnly"
  uint32_t user = 0;                // "user", "group": what the guest is told; default the host process's own
  uint32_t group = 0;
  std::string host_name = "vm";                // "hostname": 1 to 64 bytes
  std::optional<uint32_t> address_space_bits;  // "addressSpaceBits": 28 to 47
};

// INVALID_ARGUMENT with a code and the value. `configuration` may be null: every default.
vmp_status read_settings(const vmp_config_service &config, const vmp_configuration *configuration, Settings &settings,
                         vmp_error *error);

}  // namespace vmp_linux
#endif
