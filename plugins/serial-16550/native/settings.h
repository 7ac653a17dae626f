// The instance's configuration, read once and checked.
#pragma once
#include <vm_plugin/config.h>
#include <vm_plugin/device_virtual.h>

namespace vmp_serial {

struct Settings {
  uint64_t port = 0x3f8;  // "port": the first of eight
  uint64_t address = 0;   // "address": a page for memory-mapped registers instead of ports; 0: none
  uint32_t stride = 1;    // "stride": bytes from register to register there: 1, 2, 4 or 8
  uint32_t line = 4;      // "line": its interrupt
};

// Fills `error` (which may be null) with the code and answers INVALID_ARGUMENT.
[[gnu::format(printf, 3, 4)]] vmp_status fail(vmp_error *error, const char *code, const char *format, ...);

// INVALID_ARGUMENT with a code and the value. `configuration` may be null: every default.
vmp_status read_settings(const vmp_config_service &config, const vmp_configuration *configuration, Settings &settings,
                         vmp_error *error);

}  // namespace vmp_serial
