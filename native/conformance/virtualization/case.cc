#include "conformance/virtualization/case.h"

#include <cstdarg>
#include <cstdio>

namespace vmp::conformance {
namespace {

const char *name_of(vmp_status status) {
  static constexpr const char *names[] = {
      "OK",        "INVALID_ARGUMENT", "OUT_OF_MEMORY", "UNSUPPORTED", "NOT_FOUND", "DENIED",
      "TIMED_OUT", "CANCELLED",        "BUSY",          "REVOKED",     "IO",        "FAULT",
      "TOO_SMALL", "MALFORMED",        "INTERNAL",      "PLUGIN"};
  return status >= 0 && static_cast<size_t>(status) < std::size(names) ? names[status] : "an unknown status";
}

}  // namespace

void expect(bool holds, const char *format, ...) {
  if (holds) return;
  char text[400];
  va_list values;
  va_start(values, format);
  std::vsnprintf(text, sizeof text, format, values);
  va_end(values);
  throw Failure{text};
}

void expect_status(const char *call, vmp_status expected, vmp_status actual, const vmp_error &error) {
  expect(actual == expected, "%s answers %s instead of %s: %.*s", call, name_of(actual), name_of(expected),
         static_cast<int>(sizeof error.message), actual == VMP_OK ? "" : error.message);
}

vmp_error make_error() {
  vmp_error error{};
  error.struct_size = sizeof error;
  return error;
}

}  // namespace vmp::conformance
