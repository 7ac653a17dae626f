// The timers of a process in a snapshot. An hour later, or in another machine, each has as long to go as it had then.
#include "process.h"
#include "timers/clocks.h"
#include "timers/timers.h"
#include "waiting.h"

namespace vmp_linux {
namespace {

// What is asked for as a time of day stays one.
bool has_span(const Timer &timer) { return timer.counts_processor || timer.clock != WaitClock::real; }

}  // namespace

std::unique_ptr<const Timers::ProcessTimers> Timers::save(const Process &process) {
  const ProcessTimers *timers = find(process);
  if (timers == nullptr) return nullptr;
  auto saved = std::make_unique<ProcessTimers>(*timers);
  saved->for_each([&](Timer &timer) {
    const bool is_left_already = timers->awaits_thread && timer.counts_processor;
    if (timer.state != Timer::State::disarmed && has_span(timer) && !is_left_already && timer.expiry != kForever)
      timer.expiry -= timer.now();
    // Of this one it is the hard limit.
    const bool is_limit = timer.kind == Timer::Kind::processor_limit && !is_left_already;
    const auto hard = static_cast<int64_t>(timer.value);
    if (is_limit && timer.state != Timer::State::disarmed && hard != kForever)
      timer.value = static_cast<uint64_t>(hard - timer.now());
    timer.process = nullptr;
    timer.queued = false;
  });
  return saved;
}

int Timers::restore(Process &process, const ProcessTimers &saved) {
  std::lock_guard lock(mutex_);
  if (const int error = start(); error != 0) return error;
  ProcessTimers &timers = timers_of(process);
  timers = saved;
  timers.awaits_thread = true;
  timers.for_each([&](Timer &timer) {
    timer.process = &process;
    if (timer.counts_processor || timer.state == Timer::State::disarmed) return;
    if (has_span(timer)) timer.expiry = saturating_sum(timer.now(), timer.expiry);
    if (timer.state != Timer::State::armed) return;
    const int64_t overruns = timer.overruns;
    arm(timer);
    timer.overruns = overruns;
  });
  return 0;
}

void Timers::thread_began(Thread &thread) {
  if (used_.load(std::memory_order_relaxed)) {
    std::lock_guard lock(mutex_);
    ProcessTimers *timers = find(thread.process);
    if (timers != nullptr && timers->awaits_thread) {
      timers->awaits_thread = false;
      const Timer *user_time = &timers->interval[static_cast<size_t>(IntervalTimer::user_time)];
      timers->for_each([&](Timer &timer) {
        if (!timer.counts_processor) return;
        timer.processor_clock = &timer == user_time ? own_user_clock() : own_processor_clock();
        if (timer.state == Timer::State::disarmed) return;
        timer.expiry = saturating_sum(timer.now(), timer.expiry);
        if (timer.kind == Timer::Kind::processor_limit)
          timer.value = static_cast<uint64_t>(saturating_sum(timer.now(), static_cast<int64_t>(timer.value)));
        if (timer.state == Timer::State::armed) arm(timer);
      });
      return;
    }
  }
  watch_processor_limit(thread);
}

}  // namespace vmp_linux
