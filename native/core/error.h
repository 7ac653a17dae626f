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

}  // namespace vmp
