#include "services.h"

#include <cstdarg>
#include <cstdio>

namespace vmp_linux {

vmp_status load_services(const vmp_host *host, Services &services, vmp_error *error) {
  const auto find = [&](const char *id, auto *&table) {
    table = static_cast<std::remove_reference_t<decltype(table)>>(host->service(host, id));
    if (table != nullptr) return true;
    fail(error, VMP_ERROR_UNSUPPORTED, "SERVICE_MISSING", "the host does not offer the service %s", id);
    return false;
  };
  services.host = host;
  if (!find(VMP_MEMORY_SERVICE, services.memory) || !find(VMP_MACHINE_SERVICE, services.machine) ||
      !find(VMP_LOG_SERVICE, services.log) || !find(VMP_CONFIG_SERVICE, services.config)) {
    return VMP_ERROR_UNSUPPORTED;
  }
  return VMP_OK;
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

void log_line(const Services &services, uint32_t level, const char *format, ...) {
  if (services.log->enabled(services.host, level) == 0) return;
  char line[512];
  std::va_list arguments;
  va_start(arguments, format);
  const int size = std::vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  if (size < 0) return;
  const uint64_t length = static_cast<uint64_t>(size) < sizeof line ? static_cast<uint64_t>(size) : sizeof line - 1;
  services.log->log(services.host, level, vmp_string{line, length});
}

}  // namespace vmp_linux
