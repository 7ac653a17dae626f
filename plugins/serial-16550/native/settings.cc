#include "settings.h"

#include <cstdarg>
#include <cstdio>
#include <type_traits>

namespace vmp_serial {

vmp_status fail(vmp_error *error, const char *code, const char *format, ...) {
  if (!VMP_CAN_EXPLAIN(error)) return VMP_ERROR_INVALID_ARGUMENT;
  error->status = VMP_ERROR_INVALID_ARGUMENT;
  std::snprintf(error->code, sizeof error->code, "%s", code);
  std::va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(error->message, sizeof error->message, format, arguments);
  va_end(arguments);
  return VMP_ERROR_INVALID_ARGUMENT;
}

vmp_status read_settings(const vmp_config_service &config, const vmp_configuration *from, Settings &settings,
                         vmp_error *error) {
  settings = {};
  constexpr int64_t last_port = 0xffff - 7, last_page = (int64_t{1} << 52) - 4096, last_line = 23;
  const auto number = [&](const char *path, int64_t highest, int64_t multiple, auto &value) -> vmp_status {
    int64_t given = 0;
    const vmp_status status = config.integer(from, path, &given);
    if (status == VMP_ERROR_NOT_FOUND) return VMP_OK;
    if (status != VMP_OK) return fail(error, "CONFIGURATION_TYPE", "%s must be an integer", path);
    if (given < 0 || given > highest || given % multiple != 0) {
      return fail(error, "CONFIGURATION_RANGE", "%s is %lld; it may be 0 to %lld, in steps of %lld", path,
                  static_cast<long long>(given), static_cast<long long>(highest), static_cast<long long>(multiple));
    }
    value = static_cast<std::remove_reference_t<decltype(value)>>(given);
    return VMP_OK;
  };
  if (from == nullptr) return VMP_OK;
  vmp_status status = number("port", last_port, 1, settings.port);
  if (status == VMP_OK) status = number("address", last_page, 4096, settings.address);
  if (status == VMP_OK) status = number("line", last_line, 1, settings.line);
  if (status == VMP_OK) status = number("stride", 8, 1, settings.stride);
  if (status != VMP_OK) return status;
  if (settings.stride != 0 && (settings.stride & (settings.stride - 1)) == 0) return VMP_OK;
  return fail(error, "CONFIGURATION_RANGE", "stride is %u; it may be 1, 2, 4 or 8", settings.stride);
}

}  // namespace vmp_serial
