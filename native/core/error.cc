#include "core/error.h"

#include <algorithm>
#include <cstring>

namespace vmp {
namespace {

template <size_t capacity>
void copy_terminated(char (&to)[capacity], std::string_view from) {
  size_t size = std::min(from.size(), capacity - 1);
  std::memcpy(to, from.data(), size);
  to[size] = '\0';
}

}  // namespace

vmp_status fail(vmp_error *error, vmp_status status, std::string_view code, std::string_view message) {
  if (VMP_CAN_EXPLAIN(error)) {
    error->status = status;
    copy_terminated(error->code, code);
    copy_terminated(error->message, message);
  }
  return status;
}

std::string reason_of(const vmp_error &error, vmp_status status) {
  return error.message[0] != '\0' ? error.message : "status " + std::to_string(status) + " without a message";
}

vmp_error make_error() {
  vmp_error error{};
  error.struct_size = sizeof(error);
  return error;
}

}  // namespace vmp
