#include "timers/timers.h"

#include <sys/resource.h>

#include <algorithm>
#include <cerrno>

#include "process.h"
#include "timers/clocks.h"
#include "waiting.h"

namespace vmp_linux {
namespace {

constexpr uint64_t kMostTimers = 8192;  // of one process, whatever its RLIMIT_SIGPENDING says
constexpr uint64_t kInfinite = ~uint64_t{0};

int64_t seconds(uint64_t count) {
  return count > static_cast<uint64_t>(kForever / kSecond) ? kForever : static_cast<int64_t>(count) * kSecond;
}

// What International Atomic Time is ahead of the real-time clock: whole seconds.
int64_t atomic_time_offset() {
  const int64_t difference = clock_now(CLOCK_TAI) - clock_now(CLOCK_REALTIME);
  return (difference + kSecond / 2) / kSecond * kSecond;
}

}  // namespace

int64_t Timer::now() const { return clock_now(counts_processor ? processor_clock : host_clock(clock)); }

int64_t Timer::forward(int64_t at) {
  if (expiry > at || interval == 0) return 0;
  const int64_t count = (at - expiry) / interval + 1;
  expiry = saturating_sum(expiry, count > kForever / interval ? kForever : count * interval);
  return count;
}

Timers::ProcessTimers *Timers::find(const Process &process) {
  const auto found = processes_.find(&process);
  return found == processes_.end() ? nullptr : found->second.get();
}

Timers::ProcessTimers &Timers::timers_of(Process &process) {
  std::unique_ptr<ProcessTimers> &timers = processes_[&process];
  if (timers != nullptr) return *timers;
  used_.store(true, std::memory_order_relaxed);
  timers = std::make_unique<ProcessTimers>();
  constexpr int32_t kSignals[] = {SIGALRM, SIGVTALRM, SIGPROF};
  for (size_t i = 0; i < timers->interval.size(); ++i) {
    Timer &timer = timers->interval[i];
    timer.process = &process;
    timer.kind = i == 0 ? Timer::Kind::real : Timer::Kind::on_processor;
    timer.counts_processor = i != 0;
    timer.signal = kSignals[i];
  }
  timers->processor_limit.process = &process;
  timers->processor_limit.kind = Timer::Kind::processor_limit;
  timers->processor_limit.counts_processor = true;
  timers->processor_limit.signal = SIGXCPU;
  return *timers;
}

Timer *Timers::find_posix(const Process &process, int id) {
  ProcessTimers *timers = find(process);
  if (timers == nullptr) return nullptr;
  const auto found = timers->posix.find(id);
  return found == timers->posix.end() ? nullptr : &found->second;
}

TimerSetting Timers::setting_of(Timer &timer) {
  if (timer.state == Timer::State::disarmed) return {0, timer.interval};
  const bool is_silent = timer.notification == Notification::none;
  const int64_t now = timer.now();
  if (timer.state == Timer::State::delivering || is_silent) {
    if (timer.kind != Timer::Kind::posix) return {0, timer.interval};
    timer.overruns += timer.forward(now);
  }
  const int64_t left = timer.expiry - now;
  if (left > 0) return {left, timer.interval};
  return {is_silent ? 0 : 1, timer.interval};  // 0 would say that it is disarmed
}

int Timers::set_interval_timer(Thread &thread, IntervalTimer which, const TimerSetting &setting, TimerSetting *old) {
  std::lock_guard lock(mutex_);
  if (const int error = setting.value != 0 ? start() : 0; error != 0) return error;
  Timer &timer = timers_of(thread.process).interval[static_cast<size_t>(which)];
  if (timer.counts_processor) {
    timer.processor_clock = which == IntervalTimer::user_time ? own_user_clock() : own_processor_clock();
  }
  if (old != nullptr) *old = setting_of(timer);
  disarm(timer);
  timer.interval = setting.value != 0 || timer.counts_processor ? setting.interval : 0;
  if (setting.value == 0) return 0;
  timer.expiry = saturating_sum(timer.now(), setting.value);
  arm(timer);
  return 0;
}

TimerSetting Timers::interval_timer(Process &process, IntervalTimer which) {
  std::lock_guard lock(mutex_);
  ProcessTimers *timers = find(process);
  return timers == nullptr ? TimerSetting() : setting_of(timers->interval[static_cast<size_t>(which)]);
}

int Timers::create(Thread &thread, int clock, const TimerNotification &notification) {
  std::lock_guard lock(mutex_);
  ProcessTimers &timers = timers_of(thread.process);
  const uint64_t limit = std::min(thread.process.limits[RLIMIT_SIGPENDING].soft, kMostTimers);
  if (timers.posix.size() >= limit) return -EAGAIN;
  while (timers.posix.contains(timers.next_id)) timers.next_id = (timers.next_id + 1) & INT32_MAX;
  const int32_t id = timers.next_id;
  timers.next_id = (id + 1) & INT32_MAX;
  Timer &timer = timers.posix[id];
  timer.process = &thread.process;
  timer.id = id;
  timer.guest_clock = clock;
  timer.counts_processor = is_processor_clock(host_clock(thread, clock));
  if (timer.counts_processor) timer.processor_clock = own_processor_clock();
  timer.notification = notification.notification;
  timer.signal = notification.signal;
  timer.thread = thread.id;
  timer.value = notification.value_is_id ? static_cast<uint64_t>(id) : notification.value;
  return id;
}

int Timers::remove(Process &process, int id) {
  std::lock_guard lock(mutex_);
  Timer *timer = find_posix(process, id);
  if (timer == nullptr) return -EINVAL;
  disarm(*timer);
  find(process)->posix.erase(id);
  return 0;
}

int Timers::set(Thread &thread, int id, bool absolute, const TimerSetting &setting, TimerSetting *old) {
  std::lock_guard lock(mutex_);
  Timer *timer = find_posix(thread.process, id);
  if (timer == nullptr) return -EINVAL;
  if (const int error = setting.value != 0 ? start() : 0; error != 0) return error;
  if (old != nullptr) *old = setting_of(*timer);
  disarm(*timer);
  timer->interval = setting.value != 0 ? setting.interval : 0;
  timer->last_overruns = 0;
  if (setting.value == 0) return 0;
  const bool is_atomic_time = timer->guest_clock == CLOCK_TAI;
  const bool is_real_time = timer->guest_clock == CLOCK_REALTIME || is_atomic_time;
  // A time from now on does not move when the real-time clock is set.
  timer->clock = timer->guest_clock == CLOCK_BOOTTIME ? WaitClock::boot
                 : is_real_time && absolute           ? WaitClock::real
                                                      : WaitClock::monotonic;
  timer->expiry = absolute ? setting.value : saturating_sum(timer->now(), setting.value);
  if (absolute && is_atomic_time) timer->expiry = std::max<int64_t>(timer->expiry - atomic_time_offset(), 0);
  arm(*timer);
  return 0;
}

int Timers::get(Process &process, int id, TimerSetting &setting) {
  std::lock_guard lock(mutex_);
  Timer *timer = find_posix(process, id);
  if (timer == nullptr) return -EINVAL;
  setting = setting_of(*timer);
  return 0;
}

int Timers::overruns(Process &process, int id) {
  std::lock_guard lock(mutex_);
  const Timer *timer = find_posix(process, id);
  return timer == nullptr ? -EINVAL : static_cast<int>(timer->last_overruns);
}

int Timers::watch_processor_limit(Thread &thread) {
  const ResourceLimit limit = thread.process.limits[RLIMIT_CPU];
  const bool is_limited = limit.soft != kInfinite || limit.hard != kInfinite;
  if (!is_limited && !used_.load(std::memory_order_relaxed)) return 0;
  std::lock_guard lock(mutex_);
  if (const int error = is_limited ? start() : 0; error != 0) return error;
  Timer &timer = timers_of(thread.process).processor_limit;
  disarm(timer);
  if (!is_limited) return 0;
  timer.processor_clock = own_processor_clock();
  timer.expiry = seconds(std::max<uint64_t>(std::min(limit.soft, limit.hard), 1));
  timer.value = static_cast<uint64_t>(seconds(limit.hard));
  arm(timer);
  return 0;
}

void Timers::process_executed(Process &process) {
  if (!used_.load(std::memory_order_relaxed)) return;
  std::lock_guard lock(mutex_);
  ProcessTimers *timers = find(process);
  if (timers == nullptr) return;
  for (auto &[id, timer] : timers->posix) disarm(timer);
  timers->posix.clear();
  timers->next_id = 0;
}

void Timers::process_ended(Process &process) {
  if (!used_.load(std::memory_order_relaxed)) return;
  std::lock_guard lock(mutex_);
  ProcessTimers *timers = find(process);
  if (timers == nullptr) return;
  timers->for_each([this](Timer &timer) { disarm(timer); });
  processes_.erase(&process);
}

}  // namespace vmp_linux
