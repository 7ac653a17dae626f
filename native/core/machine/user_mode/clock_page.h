// What a program needs to tell the time without leaving the processor: written by the host, read by the code of the
// vDSO at a fixed guest address.
#pragma once

#include <cstdint>

namespace vmp {

struct ClockPage {
  // Odd while the rest changes; what was read between two equal, even values belongs together.
  uint32_t sequence;
  uint32_t shift;
  uint64_t counter;     // of the processor's time stamps, at...
  uint64_t monotonic;   // ...nanoseconds of CLOCK_MONOTONIC
  uint64_t multiplier;  // nanoseconds a tick << shift; 0: the host has to be asked
  uint64_t longest;     // ticks behind `counter` for which all of this holds
  uint64_t realtime;    // CLOCK_REALTIME - CLOCK_MONOTONIC, nanoseconds
  uint64_t since_boot;  // CLOCK_BOOTTIME - CLOCK_MONOTONIC
};

}  // namespace vmp
