#include "signals/signals.h"

#include <algorithm>

#include "personality.h"

namespace vmp_linux {
namespace {

constexpr size_t kLongestQueue = 1024;
constexpr uint64_t kFaults = signal_bit(SIGSEGV) | signal_bit(SIGBUS) | signal_bit(SIGILL) | signal_bit(SIGTRAP) |
                             signal_bit(SIGFPE) | signal_bit(SIGSYS);
constexpr uint64_t kStops = signal_bit(SIGSTOP) | signal_bit(SIGTSTP) | signal_bit(SIGTTIN) | signal_bit(SIGTTOU);
constexpr int kFirstRealTime = 32;

}  // namespace

DefaultAction default_action(int number) {
  if ((signal_bit(number) & kStops) != 0) return DefaultAction::stop;
  switch (number) {
    case SIGCONT:  // resumes when it is sent, then does nothing
    case SIGCHLD:
    case SIGURG:
    case SIGWINCH:
      return DefaultAction::ignore;
    default:
      return DefaultAction::terminate;
  }
}

bool is_ignored(const SignalAction &action, int number) {
  if (action.handler == kIgnoreHandler) return true;
  return action.handler == kDefaultHandler && default_action(number) == DefaultAction::ignore;
}

bool SignalQueue::push(const SignalInformation &information) {
  const uint64_t bit = signal_bit(information.number);
  // A timer's signal is queued beside another one of its number, as Linux does: each timer waits for its own.
  const bool is_timer = information.code == SI_TIMER;
  if (information.number < kFirstRealTime && !is_timer && (bits_ & bit) != 0) return true;
  // Of what is pending once at most there is always room: nothing makes a process deaf to SIGKILL, or to its own
  // faults.
  const bool is_queued = information.number >= kFirstRealTime || is_timer;
  if (is_queued && entries_.size() >= kLongestQueue) return false;
  bits_ |= bit;
  entries_.push_back(information);
  return true;
}

std::optional<SignalInformation> SignalQueue::take(uint64_t blocked) {
  uint64_t ready = bits_ & ~blocked;
  if (ready == 0) return std::nullopt;
  if ((ready & kFaults) != 0) ready &= kFaults;
  const int number = __builtin_ctzll(ready) + 1;
  const auto is_it = [number](const SignalInformation &entry) { return entry.number == number; };
  const auto found = std::ranges::find_if(entries_, is_it);
  const SignalInformation information = *found;
  const auto next = entries_.erase(found);
  if (std::none_of(next, entries_.end(), is_it)) bits_ &= ~signal_bit(number);
  return information;
}

void SignalQueue::discard(uint64_t signals) {
  std::erase_if(entries_,
                [signals](const SignalInformation &entry) { return (signal_bit(entry.number) & signals) != 0; });
  bits_ &= ~signals;
}

void SignalQueue::discard_timers() {
  std::erase_if(entries_, [](const SignalInformation &entry) { return entry.code == SI_TIMER; });
  bits_ = 0;
  for (const SignalInformation &entry : entries_) bits_ |= signal_bit(entry.number);
}

const char *signal_name(int number) {
  static constexpr const char *kNames[] = {
      nullptr,     "SIGHUP",  "SIGINT",    "SIGQUIT", "SIGILL",   "SIGTRAP", "SIGABRT", "SIGBUS",
      "SIGFPE",    "SIGKILL", "SIGUSR1",   "SIGSEGV", "SIGUSR2",  "SIGPIPE", "SIGALRM", "SIGTERM",
      "SIGSTKFLT", "SIGCHLD", "SIGCONT",   "SIGSTOP", "SIGTSTP",  "SIGTTIN", "SIGTTOU", "SIGURG",
      "SIGXCPU",   "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO",   "SIGPWR",  "SIGSYS"};
  return number > 0 && number < static_cast<int>(std::size(kNames)) ? kNames[number] : nullptr;
}

bool signal_waits(const Thread &thread) {
  std::lock_guard lock(thread.process.signal_mutex);
  return ((thread.pending.pending() | thread.process.pending.pending()) & ~thread.blocked_signals) != 0;
}

int send_signal(Process &process, Thread *target, const SignalInformation &information) {
  std::lock_guard lock(process.signal_mutex);
  if (process.ended) return -ESRCH;
  const uint64_t bit = signal_bit(information.number);
  // A stop takes back what would resume, and the other way round, whatever is blocked or handled.
  const uint64_t opposite = information.number == SIGCONT ? kStops : (bit & kStops) != 0 ? signal_bit(SIGCONT) : 0;
  process.pending.discard(opposite);
  for (const auto &thread : process.threads) thread->pending.discard(opposite);
  SignalQueue &queue = target != nullptr ? target->pending : process.pending;
  if (!queue.push(information)) return -EAGAIN;
  refresh_signal_files(process);
  for (const auto &thread : process.threads) {
    if (target != nullptr && thread.get() != target) continue;
    thread->attention.store(true, std::memory_order_release);
    process.personality.services().machine->vcpu_interrupt(thread->vcpu);
  }
  return 0;
}

void wake(Process &process) {
  std::lock_guard lock(process.signal_mutex);
  if (process.ended) return;  // its virtual CPUs may be gone
  for (const auto &thread : process.threads) process.personality.services().machine->vcpu_interrupt(thread->vcpu);
}

void raise_fault(Thread &thread, int number, int code, uint64_t address) {
  SignalInformation information;
  information.number = number;
  information.code = code;
  information.fault.address = address;
  Process &process = thread.process;
  std::lock_guard lock(process.signal_mutex);
  SignalAction &action = process.actions[static_cast<size_t>(number - 1)];
  const uint64_t bit = signal_bit(number);
  if (action.handler == kIgnoreHandler || (thread.blocked_signals & bit) != 0) {
    action.handler = kDefaultHandler;
    thread.blocked_signals &= ~bit;
  }
  thread.pending.discard(bit);
  thread.pending.push(information);
  thread.attention.store(true, std::memory_order_relaxed);
}

}  // namespace vmp_linux
