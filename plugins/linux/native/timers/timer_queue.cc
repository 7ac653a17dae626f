#include "timers/timer_queue.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>

#include <algorithm>

#include "timers/clocks.h"
#include "waiting.h"

namespace vmp_linux {

clockid_t host_clock(WaitClock clock) {
  switch (clock) {
    case WaitClock::real:
      return CLOCK_REALTIME;
    case WaitClock::boot:
      return CLOCK_BOOTTIME;
    default:
      return CLOCK_MONOTONIC;
  }
}

int TimerQueue::open() {
  for (size_t i = 0; i < kWaitClocks; ++i) {
    clocks_[i].timer =
        OwnedDescriptor(::timerfd_create(host_clock(static_cast<WaitClock>(i)), TFD_NONBLOCK | TFD_CLOEXEC));
    if (!clocks_[i].timer) return -errno;
  }
  stop_ = OwnedDescriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  return stop_ ? 0 : -errno;
}

// Never fails: the descriptor and the time are good. The moment 0 would disarm it.
void TimerQueue::arm(const Clock &clock) const {
  itimerspec at{};
  if (!clock.moments.empty()) {
    const int64_t first = std::max<int64_t>(clock.moments.begin()->first, 1);
    at.it_value = {first / kSecond, first % kSecond};
  }
  ::timerfd_settime(clock.timer.get(), TFD_TIMER_ABSTIME, &at, nullptr);
}

void TimerQueue::add(QueuedMoment &entry, WaitClock clock, int64_t moment) {
  remove(entry);
  Clock &queue = clocks_[static_cast<size_t>(clock)];
  entry.queue_clock = clock;
  entry.moment = moment;
  entry.queued = true;
  const auto place = queue.moments.emplace(moment, &entry).first;
  if (place == queue.moments.begin()) arm(queue);
}

// The timerfd stays armed: at worst the thread wakes once for nothing.
void TimerQueue::remove(QueuedMoment &entry) {
  if (!entry.queued) return;
  clocks_[static_cast<size_t>(entry.queue_clock)].moments.erase({entry.moment, &entry});
  entry.queued = false;
}

QueuedMoment *TimerQueue::take_due() {
  for (size_t i = 0; i < kWaitClocks; ++i) {
    Clock &clock = clocks_[i];
    if (clock.moments.empty()) continue;
    QueuedMoment *first = clock.moments.begin()->second;
    if (first->moment <= clock_now(host_clock(static_cast<WaitClock>(i)))) {
      remove(*first);
      return first;
    }
    arm(clock);
  }
  return nullptr;
}

bool TimerQueue::wait() {
  std::array<pollfd, kWaitClocks + 1> polled;
  for (size_t i = 0; i < kWaitClocks; ++i) polled[i] = {clocks_[i].timer.get(), POLLIN, 0};
  polled[kWaitClocks] = {stop_.get(), POLLIN, 0};
  while (::poll(polled.data(), polled.size(), -1) < 0 && errno == EINTR) {
  }
  for (size_t i = 0; i < kWaitClocks; ++i) {
    uint64_t count;
    // Read so that it is quiet again; what is due is asked of the clock.
    if (polled[i].revents != 0 && ::read(polled[i].fd, &count, sizeof count) < 0) continue;
  }
  return polled[kWaitClocks].revents == 0;
}

void TimerQueue::stop() {
  const uint64_t one = 1;
  while (::write(stop_.get(), &one, sizeof one) < 0 && errno == EINTR) {
  }
}

}  // namespace vmp_linux
