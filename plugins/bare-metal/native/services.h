// What the host offers to this plugin, and how it says that something went wrong.
#pragma once

#include <vm_plugin/config.h>
#include <vm_plugin/machine.h>
#include <vm_plugin/memory.h>

#include <string_view>

namespace vmp_bare_metal {

struct Services {
  const vmp_memory_service *memory = nullptr;
  const vmp_machine_service *machine = nullptr;
  const vmp_config_service *config = nullptr;
};

// UNSUPPORTED with the service's id when the host lacks one.
vmp_status load_services(const vmp_host *host, Services &services, vmp_error *error);

// Fills `error` (which may be null) and answers `status`. code: UPPER_SNAKE_CASE.
[[gnu::format(printf, 4, 5)]] vmp_status fail(vmp_error *error, vmp_status status, const char *code, const char *format,
                                              ...);

inline std::string_view view(const vmp_string &text) {
  return text.size == 0 ? std::string_view() : std::string_view(text.data, text.size);
}

}  // namespace vmp_bare_metal
