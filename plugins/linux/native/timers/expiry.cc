// How timers fire: the thread that waits for them, and how each goes on.
#include <pthread.h>

#include <algorithm>
#include <climits>
#include <cstring>
#include <system_error>

#include "personality.h"
#include "timers/clocks.h"
#include "timers/timers.h"
#include "waiting.h"

namespace vmp_linux {
namespace {

constexpr int64_t kTick = kSecond / 250;  // what Linux's own timers of processor time are rounded to
// A process uses no more processor time than time passes, so its clock is looked at when it can have expired at the
// earliest; ever less often while the process does not run.
constexpr int64_t kFirstLook = kSecond / 1000;
constexpr int64_t kRarestLook = kSecond / 16;

// What siginfo_t holds behind si_code for SI_TIMER (include/uapi/asm-generic/siginfo.h).
struct TimerInformation {
  int32_t id;
  int32_t overruns;
  uint64_t value;
  uint32_t arming;  // si_sys_private: not for the guest
  uint32_t padding;
};

}  // namespace

Timers::~Timers() {
  if (!thread_.joinable()) return;
  queue_.stop();
  thread_.join();
}

// The thread takes none of the host's signals.
int Timers::start() {
  if (thread_.joinable()) return 0;
  if (!queue_.is_open() && queue_.open() != 0) return -EAGAIN;
  sigset_t all, before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  int error = 0;
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error &) {
    error = -EAGAIN;
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return error;
}

void Timers::run() {
  while (queue_.wait()) {
    std::lock_guard lock(mutex_);
    while (QueuedMoment *due = queue_.take_due()) fire(*static_cast<Timer *>(due));
  }
}

void Timers::arm(Timer &timer) {
  timer.state = Timer::State::armed;
  timer.overruns = -1;
  if (timer.notification == Notification::none) return;
  if (!timer.counts_processor) return queue_.add(timer, timer.clock, timer.expiry);
  timer.seen_processor_time = -1;
  look_again(timer, timer.now());
}

void Timers::disarm(Timer &timer) {
  queue_.remove(timer);
  timer.state = Timer::State::disarmed;
  ++timer.arming;
}

void Timers::look_again(Timer &timer, int64_t used) {
  const bool has_run = used != timer.seen_processor_time;
  timer.next_look = has_run ? kFirstLook : std::min(timer.next_look * 2, kRarestLook);
  timer.seen_processor_time = used;
  const int64_t now = monotonic_nanoseconds();
  const int64_t left = std::max(timer.expiry - used, timer.next_look);
  queue_.add(timer, WaitClock::monotonic, left > kForever - now ? kForever : now + left);
}

void Timers::go_on(Timer &timer, int64_t at) {
  timer.forward(at);
  arm(timer);
}

void Timers::fire(Timer &timer) {
  const int64_t now = timer.now();
  if (timer.counts_processor && now < timer.expiry) return look_again(timer, now);
  if (timer.kind == Timer::Kind::processor_limit) return exceed_processor_limit(timer, now);
  const bool sent = send(timer);
  if (timer.interval == 0) {
    timer.state = Timer::State::disarmed;
  } else if (!sent) {
    go_on(timer, now + kTick);
  } else if (timer.kind == Timer::Kind::on_processor) {
    go_on(timer, now);
  } else {
    timer.state = Timer::State::delivering;
  }
}

bool Timers::send(Timer &timer) {
  SignalInformation information;
  information.number = timer.signal;
  information.code = SI_KERNEL;
  if (timer.kind == Timer::Kind::posix) {
    information.code = SI_TIMER;
    const TimerInformation contents = {timer.id, 0, timer.value, timer.arming, 0};
    std::memcpy(information.raw, &contents, sizeof contents);
  }
  Thread *target = nullptr;
  if (timer.notification == Notification::thread) {
    for (const auto &thread : timer.process->threads) {
      if (thread->id == timer.thread) target = thread.get();
    }
  }
  return send_signal(*timer.process, target, information) == 0;
}

void Timers::exceed_processor_limit(Timer &timer, int64_t used) {
  const auto hard = static_cast<int64_t>(timer.value);
  timer.signal = used >= hard ? SIGKILL : SIGXCPU;
  send(timer);
  timer.expiry = std::min(used / kSecond * kSecond + kSecond, std::max(hard, used + kSecond));
  arm(timer);
}

void Timers::restart_after(Process &process, SignalInformation &information) {
  if (!used_.load(std::memory_order_relaxed)) return;
  std::lock_guard lock(mutex_);
  if (information.number == SIGALRM) {
    ProcessTimers *timers = find(process);
    Timer *real = timers == nullptr ? nullptr : &timers->interval[0];
    if (real != nullptr && real->state == Timer::State::delivering) go_on(*real, real->now());
  }
  if (information.code != SI_TIMER) return;
  TimerInformation contents;
  std::memcpy(&contents, information.raw, sizeof contents);
  Timer *timer = find_posix(process, contents.id);
  if (timer != nullptr && timer->arming == contents.arming) {
    timer->last_overruns = 0;
    if (timer->state == Timer::State::delivering) {
      timer->overruns += timer->forward(timer->now());
      timer->last_overruns = std::clamp<int64_t>(timer->overruns, 0, INT_MAX);
      arm(*timer);
    }
    contents.overruns = static_cast<int32_t>(timer->last_overruns);
  }
  contents.arming = 0;
  std::memcpy(information.raw, &contents, sizeof contents);
}

void Timers::signals_discarded(Process &process, uint64_t signals) {
  if (!used_.load(std::memory_order_relaxed)) return;
  std::lock_guard lock(mutex_);
  ProcessTimers *timers = find(process);
  if (timers == nullptr) return;
  const auto revive = [&](Timer &timer) {
    const bool waits = timer.state == Timer::State::delivering && (signal_bit(timer.signal) & signals) != 0;
    if (waits) go_on(timer, timer.now() + kTick);
  };
  revive(timers->interval[0]);
  for (auto &[id, timer] : timers->posix) revive(timer);
}

}  // namespace vmp_linux
