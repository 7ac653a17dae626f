// Keeps a ClockPage right, so that programs tell the time without an exit.
#pragma once

#include <cstdint>
#include <mutex>

#include "core/machine/user_mode/clock_page.h"

namespace vmp {

class GuestClock {
 public:
  // [any] Whether the host's counter of time stamps runs evenly, in all states of the processor.
  static bool is_steady();
  static uint64_t counter();
  // [control] Some time before the first guest: begins to measure how fast the counter runs.
  static void prepare();

  // [vcpu] Writes the page anew when it is old. Its time never goes back.
  void refresh(ClockPage &page);

 private:
  std::mutex mutex_;  // one writer; others go on with what is there
};

}  // namespace vmp
