// Signals of a process and its threads (signal(7)): what is pending, what is blocked, what is to be done.
#ifndef VMP_LINUX_SIGNALS_SIGNALS_H
#define VMP_LINUX_SIGNALS_SIGNALS_H

#include <csignal>
#include <cstdint>
#include <optional>
#include <vector>

#include "signals/signal_information.h"

namespace vmp_linux {

inline constexpr int kSignalCount = 64;
inline constexpr uint64_t kSignalMaskSize = kSignalCount / 8;  // what every call that takes a mask is told
inline constexpr uint64_t signal_bit(int number) { return uint64_t{1} << (number - 1); }
inline constexpr uint64_t kUnblockable = signal_bit(SIGKILL) | signal_bit(SIGSTOP);

struct SignalAction {
  uint64_t handler = 0;  // 0 default, 1 ignore
  uint64_t flags = 0;
  uint64_t restorer = 0;
  uint64_t mask = 0;
};
inline constexpr uint64_t kDefaultHandler = 0;
inline constexpr uint64_t kIgnoreHandler = 1;

enum class DefaultAction { terminate, ignore, stop };
DefaultAction default_action(int number);
bool is_ignored(const SignalAction &action, int number);

// Not thread-safe: the process's signal lock is held.
class SignalQueue {
 public:
  // False when the queue of real-time signals is full. A standard signal that is already pending is not queued twice.
  bool push(const SignalInformation &information);
  uint64_t pending() const { return bits_; }
  // The next signal that `blocked` lets through: faults first, then by number.
  std::optional<SignalInformation> take(uint64_t blocked);
  void discard(uint64_t signals);
  void discard_timers();  // those of timer_create(2)

 private:
  uint64_t bits_ = 0;
  std::vector<SignalInformation> entries_;  // oldest first
};

// Null for a number without a name.
const char *signal_name(int number);

struct Thread;
struct Process;

// vCPU thread. For the thread itself; a blocked or ignored one ends the process, since the instruction cannot go on.
void raise_fault(Thread &thread, int number, int code, uint64_t address);
// Any thread. 0, -EAGAIN when too many are pending, or -ESRCH when the process has ended.
int send_signal(Process &process, Thread *target, const SignalInformation &information);
// Any thread. Brings every thread of the process out of its wait, which then looks again at what it waits for.
void wake(Process &process);
// vCPU thread. Whether a signal that is not blocked waits.
bool signal_waits(const Thread &thread);
// vCPU thread. Whether a signal ends a call that waits. Those that are ignored do not, and are dropped.
bool signal_interrupts(Thread &thread);
// vCPU thread. Hands pending signals to handlers or lets them act; may end the process.
void deliver_signals(Thread &thread);

}  // namespace vmp_linux
#endif
