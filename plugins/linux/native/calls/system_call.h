// The system calls: one implementation each over typed arguments, named by `Call`, numbered by each architecture's
// table.
#ifndef VMP_LINUX_CALLS_SYSTEM_CALL_H
#define VMP_LINUX_CALLS_SYSTEM_CALL_H

#include <cstddef>
#include <cstdint>
#include <utility>

namespace vmp_linux {

struct Thread;

enum class Call : uint16_t {
#define CALL(name) name,
#define QUIET(name, error) name,
#define REFUSED(name, error, reason) name,
#define MISSING(name) name,
#include "calls/system_calls.def"
#undef CALL
#undef QUIET
#undef REFUSED
#undef MISSING
  count_
};

struct CallNumber {
  uint16_t number;
  Call call;
};

// The six registers; the answer is the result, or minus an errno, or minus a Restart.
using Handler = int64_t (*)(Thread &thread, const uint64_t *arguments);

struct SystemCall {
  const char *name;
  Handler handler;  // null: refused with `error`
  int error;
  const char *reason;  // said once in the log; null where a refusal is normal and says nothing
};

extern const SystemCall kSystemCalls[static_cast<size_t>(Call::count_)];

// What a handler answers when a request interrupted it, as inside Linux (include/linux/errno.h).
enum Restart : int64_t {
  kRestartSystem = 512,     // again after a handler with SA_RESTART, else EINTR
  kRestartAlways = 513,     // again, after a handler too
  kRestartNoHandler = 514,  // again only when no handler ran
};
constexpr bool is_restart(int64_t result) { return result <= -kRestartSystem && result >= -kRestartNoHandler; }

// Calls a handler's implementation with the registers converted to its parameter types, as the kernel's own
// SYSCALL_DEFINE does.
template <auto Function>
struct Typed;
template <typename... Parameters, int64_t (*Function)(Thread &, Parameters...)>
struct Typed<Function> {
  static int64_t call(Thread &thread, const uint64_t *arguments) {
    return unpack(thread, arguments, std::index_sequence_for<Parameters...>());
  }
  template <size_t... Index>
  static int64_t unpack(Thread &thread, [[maybe_unused]] const uint64_t *arguments, std::index_sequence<Index...>) {
    return Function(thread, static_cast<Parameters>(arguments[Index])...);
  }
};

}  // namespace vmp_linux
#endif
