// Moments on the host's clocks, in order, and the wait for the first of them. Each clock has a timerfd: the kernel sees
// to a real-time clock that is set and to a host that sleeps, and a new first moment needs no word to the waiting
// thread.
#ifndef VMP_LINUX_TIMERS_TIMER_QUEUE_H
#define VMP_LINUX_TIMERS_TIMER_QUEUE_H

#include <array>
#include <cstdint>
#include <ctime>
#include <set>
#include <utility>

#include "files/owned_descriptor.h"

namespace vmp_linux {

enum class WaitClock : uint8_t { monotonic, real, boot };
inline constexpr size_t kWaitClocks = 3;
clockid_t host_clock(WaitClock clock);

struct QueuedMoment {
  WaitClock queue_clock = WaitClock::monotonic;
  int64_t moment = 0;  // nanoseconds of that clock
  bool queued = false;
};

class TimerQueue {
 public:
  // 0 or minus an errno. Before anything else; once.
  int open();
  bool is_open() const { return static_cast<bool>(stop_); }

  // The next three with the owner's lock held. An entry stays where it is in memory while it is queued.
  void add(QueuedMoment &entry, WaitClock clock, int64_t moment);
  void remove(QueuedMoment &entry);
  // An entry whose moment has come, taken out; null when there is none.
  QueuedMoment *take_due();

  // Without the lock. Sleeps until a moment may have come: true; or stop was called: false.
  bool wait();
  void stop();

 private:
  struct Clock {
    OwnedDescriptor timer;
    std::set<std::pair<int64_t, QueuedMoment *>> moments;
  };
  void arm(const Clock &clock) const;

  std::array<Clock, kWaitClocks> clocks_;
  OwnedDescriptor stop_;  // an eventfd
};

}  // namespace vmp_linux
#endif
