#include "services.h"

#include <cstdarg>
#include <cstdio>
#include <type_traits>

namespace vmp_bare_metal {

vmp_status load_services(const vmp_host *host, Services &services, vmp_error *error) {
  const auto find = [&](const char *id, auto *&table) {
    table = static_cast<std::remove_reference_t<decltype(table)>>(host->service(host, id));
    if (table != nullptr) return true;
    fail(error, VMP_ERROR_UNSUPPORTED, "SERVICE_MISSING", "the host does not offer the service %s", id);
    return false;
  };
  const bool has_all = find(VMP_MEMORY_SERVICE, services.memory) && find(VMP_MACHINE_SERVICE, services.machine) &&
                       find(VMP_CONFIG_SERVICE, services.config);
  if (!has_all) return VMP_ERROR_UNSUPPORTED;
  if (VMP_KNOWS(services.machine, vmp_machine_service, power_off)) return VMP_OK;
  return fail(error, VMP_ERROR_UNSUPPORTED, "SERVICE_TOO_OLD", "the host's %s knows no guest that owns the processor",
              VMP_MACHINE_SERVICE);
}

vmp_status fail(vmp_error *error, vmp_status status, const char *code, const char *format, ...) {
  if (!VMP_CAN_EXPLAIN(error)) return status;
  error->status = status;
  std::snprintf(error->code, sizeof error->code, "%s", code);
  std::va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(error->message, sizeof error->message, format, arguments);
  va_end(arguments);
  return status;
}

}  // namespace vmp_bare_metal
