// One timer of a process: an interval timer (setitimer(2)), a POSIX timer (timer_create(2)) or its limit of processor
// time.
#ifndef VMP_LINUX_TIMERS_TIMER_H
#define VMP_LINUX_TIMERS_TIMER_H

#include "timers/timer_queue.h"

namespace vmp_linux {

struct Process;

struct TimerSetting {
  int64_t value = 0;     // nanoseconds to the first expiry; 0: disarmed
  int64_t interval = 0;  // between later ones; 0: none
};

enum class Notification : uint8_t { none, process, thread };

struct Timer : QueuedMoment {
  enum class Kind : uint8_t { posix, real, on_processor, processor_limit };
  // delivering: it has expired and its signal waits; it goes on when the guest takes the signal.
  enum class State : uint8_t { disarmed, armed, delivering };

  Process *process = nullptr;
  Kind kind = Kind::posix;
  State state = State::disarmed;
  Notification notification = Notification::process;
  int32_t signal = 0;
  uint32_t thread = 0;  // the one notified
  int32_t id = 0;       // of a POSIX timer
  int guest_clock = 0;  // the one it was made with
  uint64_t value = 0;   // sigev_value

  WaitClock clock = WaitClock::monotonic;  // of `expiry`, unless it is one of processor time
  bool counts_processor = false;
  clockid_t processor_clock = 0;
  int64_t expiry = 0;
  int64_t interval = 0;
  int64_t overruns = 0;       // since the signal that waits was sent
  int64_t last_overruns = 0;  // of the signal that was taken last
  uint32_t arming = 0;        // changes with each setting: a signal of an earlier one starts nothing again

  int64_t seen_processor_time = 0;  // at the last look
  int64_t next_look = 0;            // nanoseconds from one look at a process that does not run to the next

  int64_t now() const;
  // Moves `expiry` past `at` by whole intervals: how many.
  int64_t forward(int64_t at);
};

}  // namespace vmp_linux
#endif
