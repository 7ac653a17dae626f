#include <algorithm>
#include <climits>
#include <csignal>

#include "calls/calls.h"
#include "calls/time_values.h"
#include "personality.h"
#include "timers/clocks.h"
#include "waiting.h"

namespace vmp_linux::calls {
namespace {

// struct sigevent, as the kernel lays it out on every 64-bit architecture.
struct Event {
  uint64_t value;
  int32_t signal;
  int32_t notify;
  int32_t thread;
  int32_t padding[11];
};
static_assert(sizeof(Event) == 64);

constexpr int kSignal = 0, kNone = 1, kThread = 2, kThreadId = 4;  // SIGEV_*

bool is_interval_timer(int which) { return which >= 0 && which <= static_cast<int>(IntervalTimer::processor_time); }

// 0 or minus an errno.
int check_clock(const Thread &thread, int clock) {
  const clockid_t host = host_clock(thread, clock);
  if (host < 0) return -EINVAL;
  if (is_processor_clock(host)) return 0;
  switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_MONOTONIC:
    case CLOCK_BOOTTIME:
    case CLOCK_TAI:
      return 0;
    case CLOCK_REALTIME_ALARM:
    case CLOCK_BOOTTIME_ALARM:
      return -EPERM;  // they would wake the host
    default:
      return -EOPNOTSUPP;
  }
}

int check_event(const Thread &thread, const Event &event, TimerNotification &notification) {
  notification = {Notification::process, event.signal, event.value, false};
  switch (event.notify) {
    case kNone:
      notification.notification = Notification::none;
      return 0;
    case kThreadId | kSignal:
      if (event.thread != static_cast<int32_t>(thread.id)) return -EINVAL;
      notification.notification = Notification::thread;
      break;
    case kSignal:
    case kThread:
      break;
    default:
      return -EINVAL;
  }
  return event.signal > 0 && event.signal <= kSignalCount ? 0 : -EINVAL;
}

}  // namespace

int64_t getitimer(Thread &thread, int which, Ptr value) {
  if (!is_interval_timer(which)) return -EINVAL;
  const auto setting = thread.personality.timers().interval_timer(thread.process, static_cast<IntervalTimer>(which));
  return write_timer_setting(thread, value, TimerUnit::microsecond, setting) ? 0 : -EFAULT;
}

int64_t setitimer(Thread &thread, int which, Ptr value, Ptr old_value) {
  TimerSetting setting, old;
  // No value: disarmed, as Linux has it.
  if (value) {
    const int error = read_timer_setting(thread, value, TimerUnit::microsecond, setting);
    if (error != 0) return error;
  }
  if (!is_interval_timer(which)) return -EINVAL;
  Timers &timers = thread.personality.timers();
  const int error = timers.set_interval_timer(thread, static_cast<IntervalTimer>(which), setting, &old);
  if (error != 0 || !old_value) return error;
  return write_timer_setting(thread, old_value, TimerUnit::microsecond, old) ? 0 : -EFAULT;
}

int64_t alarm(Thread &thread, uint32_t seconds) {
  TimerSetting setting, old;
  setting.value = static_cast<int64_t>(std::min<uint32_t>(seconds, INT_MAX)) * kSecond;
  const int error = thread.personality.timers().set_interval_timer(thread, IntervalTimer::real, setting, &old);
  if (error != 0) return error;
  const int64_t left = old.value / kSecond, rest = old.value % kSecond;
  return (left == 0 && rest != 0) || rest >= kSecond / 2 ? left + 1 : left;
}

int64_t timer_create(Thread &thread, int clock, Ptr event_pointer, Ptr id_pointer) {
  TimerNotification notification = {Notification::process, SIGALRM, 0, true};
  if (event_pointer) {
    Event event;
    if (!thread.process.memory().get(event_pointer, event)) return -EFAULT;
    if (const int error = check_clock(thread, clock); error != 0) return error;
    if (const int error = check_event(thread, event, notification); error != 0) return error;
  } else if (const int error = check_clock(thread, clock); error != 0) {
    return error;
  }
  Timers &timers = thread.personality.timers();
  const int id = timers.create(thread, clock, notification);
  if (id < 0) return id;
  if (thread.process.memory().put(id_pointer, id)) return 0;
  timers.remove(thread.process, id);
  return -EFAULT;
}

int64_t timer_settime(Thread &thread, int timer, int flags, Ptr value, Ptr old_value) {
  TimerSetting setting, old;
  if (!value) return -EINVAL;
  if (const int error = read_timer_setting(thread, value, TimerUnit::nanosecond, setting); error != 0) return error;
  const bool absolute = (flags & TIMER_ABSTIME) != 0;
  const int error = thread.personality.timers().set(thread, timer, absolute, setting, &old);
  if (error != 0 || !old_value) return error;
  return write_timer_setting(thread, old_value, TimerUnit::nanosecond, old) ? 0 : -EFAULT;
}

int64_t timer_gettime(Thread &thread, int timer, Ptr value) {
  TimerSetting setting;
  if (const int error = thread.personality.timers().get(thread.process, timer, setting); error != 0) return error;
  return write_timer_setting(thread, value, TimerUnit::nanosecond, setting) ? 0 : -EFAULT;
}

int64_t timer_getoverrun(Thread &thread, int timer) {
  return thread.personality.timers().overruns(thread.process, timer);
}

int64_t timer_delete(Thread &thread, int timer) { return thread.personality.timers().remove(thread.process, timer); }

}  // namespace vmp_linux::calls
