// The calls that a run asked for in vain, for its statistics.
#ifndef VMP_LINUX_TRACE_REFUSED_CALLS_H
#define VMP_LINUX_TRACE_REFUSED_CALLS_H

#include <atomic>
#include <cstdint>
#include <span>
#include <string>

#include "calls/system_call.h"

namespace vmp_linux {

// Any thread. "NAME COUNT" of each call, joined by ", ", the most frequent first. counters: by number, the last one for
// all greater numbers ("unknown"); calls: the architecture's, ascending by number. A number without a call is
// "syscall_0xNUMBER".
std::string refused_calls(std::span<const std::atomic<uint64_t>> counters, std::span<const CallNumber> calls);

}  // namespace vmp_linux
#endif
