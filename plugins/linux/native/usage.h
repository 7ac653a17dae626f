// What a process has used of the host (getrusage(2)).
#ifndef VMP_LINUX_USAGE_H
#define VMP_LINUX_USAGE_H

#include <cstdint>

namespace vmp_linux {

struct Usage {
  uint64_t user_nanoseconds = 0;
  uint64_t system_nanoseconds = 0;
  uint64_t largest_resident_kilobytes = 0;
  uint64_t minor_faults = 0, major_faults = 0;
  uint64_t blocks_in = 0, blocks_out = 0;
  uint64_t voluntary_switches = 0, involuntary_switches = 0;

  Usage &operator+=(const Usage &other);
};

// Of the calling thread, which runs a guest.
Usage usage_of_this_thread();

}  // namespace vmp_linux
#endif
