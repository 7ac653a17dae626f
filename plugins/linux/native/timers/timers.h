// The timers of all processes of a machine, and the thread that fires them. The thread begins with the first timer that
// is armed and sleeps until one is due. Any thread may call; none of the locks of a process is held then.
#ifndef VMP_LINUX_TIMERS_TIMERS_H
#define VMP_LINUX_TIMERS_TIMERS_H

#include <array>
#include <atomic>
#include <csignal>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "signals/signal_information.h"
#include "timers/timer.h"

namespace vmp_linux {

struct Thread;

enum class IntervalTimer : uint8_t { real, user_time, processor_time };  // ITIMER_*

// struct sigevent, as far as it matters to a timer.
struct TimerNotification {
  Notification notification;
  int32_t signal;
  uint64_t value;
  bool value_is_id;  // the value is the timer's id
};

class Timers {
 public:
  Timers() = default;
  ~Timers();

  // vCPU thread; errors as of the calls. old may be null.
  int set_interval_timer(Thread &thread, IntervalTimer which, const TimerSetting &setting, TimerSetting *old);
  TimerSetting interval_timer(Process &process, IntervalTimer which);
  // The new timer's id, or minus an errno. clock: one of the guest's that timers may use, already checked.
  int create(Thread &thread, int clock, const TimerNotification &notification);
  int remove(Process &process, int id);
  int set(Thread &thread, int id, bool absolute, const TimerSetting &setting, TimerSetting *old);
  int get(Process &process, int id, TimerSetting &setting);
  int overruns(Process &process, int id);

  // vCPU thread of the process, when RLIMIT_CPU has changed.
  int watch_processor_limit(Thread &thread);
  // vCPU thread of the process, when it begins to run on a host thread: whose time its processor timers count.
  void thread_began(Thread &thread);

  // A signal has left a queue of the process and is about to be seen by the guest: a timer's gets its overruns and
  // starts the timer again.
  void signal_taken(Process &process, SignalInformation &information) {
    if (information.code == SI_TIMER || information.number == SIGALRM) restart_after(process, information);
  }
  // Pending signals of these numbers were dropped.
  void signals_discarded(Process &process, uint64_t signals);

  // exec: POSIX timers go, interval timers stay.
  void process_executed(Process &process);
  // Afterwards no timer touches the process.
  void process_ended(Process &process);

  struct ProcessTimers {
    std::array<Timer, 3> interval;
    Timer processor_limit;
    std::map<int32_t, Timer> posix;
    int32_t next_id = 0;
    bool awaits_thread = false;  // `expiry` of those of processor time is what is left, until the process runs

    template <typename Visit>
    void for_each(Visit visit) {
      for (Timer &timer : interval) visit(timer);
      visit(processor_limit);
      for (auto &[id, timer] : posix) visit(timer);
    }
  };
  // For a snapshot: no timer expires while it is held.
  [[nodiscard]] std::unique_lock<std::mutex> hold() { return std::unique_lock(mutex_); }
  // With that lock: the timers of the process, belonging to none, their moments as nanoseconds from now on, but those
  // of the real-time clock as they are. Null: it has none.
  std::unique_ptr<const ProcessTimers> save(const Process &process);
  // [control] Of a process that has none yet and has not run. 0 or minus an errno.
  int restore(Process &process, const ProcessTimers &saved);

 private:
  // All with mutex_ held.
  ProcessTimers *find(const Process &process);
  ProcessTimers &timers_of(Process &process);
  Timer *find_posix(const Process &process, int id);
  int start();
  void arm(Timer &timer);
  void disarm(Timer &timer);
  TimerSetting setting_of(Timer &timer);
  void fire(Timer &timer);
  bool send(Timer &timer);
  void look_again(Timer &timer, int64_t used);
  void go_on(Timer &timer, int64_t at);
  void exceed_processor_limit(Timer &timer, int64_t used);

  void restart_after(Process &process, SignalInformation &information);
  void run();

  std::mutex mutex_;
  std::unordered_map<const Process *, std::unique_ptr<ProcessTimers>> processes_;
  std::atomic<bool> used_{false};  // so that a machine without timers pays nothing
  TimerQueue queue_;
  std::thread thread_;
};

}  // namespace vmp_linux
#endif
