// Filling the caller's vmp_error, and carrying one as a value inside the core.
#pragma once

#include <string>
#include <string_view>

#include "vm_plugin.h"

namespace vmp {

// Writes status, code and message into `error` when there is one, within the size that the caller gave; answers
// `status`.
vmp_status fail(vmp_error *error, vmp_status status, std::string_view code, std::string_view message);

// The callee's words, or its status where it gave none.
std::string reason_of(const vmp_error &error, vmp_status status);

// An empty error, ready to be passed across the ABI.
vmp_error make_error();

// Makes `error` such, for paths that every exit takes: only what is read of an empty one is written.
inline void clear_error(vmp_error &error) {
  error.struct_size = sizeof error;
  error.status = VMP_OK;
  error.code[0] = '\0';
  error.message[0] = '\0';
}

}  // namespace vmp
