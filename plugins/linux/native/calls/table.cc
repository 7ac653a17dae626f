#include <cerrno>

#include "calls/calls.h"

namespace vmp_linux {

const SystemCall kSystemCalls[] = {
#define CALL(name) {#name, Typed<calls::name>::call, ENOSYS, nullptr},
#define QUIET(name, error) {#name, nullptr, error, nullptr},
#define REFUSED(name, error, reason) {#name, nullptr, error, reason},
#define MISSING(name) {#name, nullptr, ENOSYS, "is not implemented"},
#include "calls/system_calls.def"
#undef CALL
#undef QUIET
#undef REFUSED
#undef MISSING
};

}  // namespace vmp_linux
