// `--strace`: one line for each call, signal and end of a run's processes, in the form of strace(1).
#ifndef VMP_LINUX_TRACE_TRACE_H
#define VMP_LINUX_TRACE_TRACE_H

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace vmp_linux {

struct Process;
struct SignalInformation;
struct Thread;

// The line of a thread's call under way.
struct TracedCall {
  std::string text;         // as far as it is known; empty between calls
  unsigned printed = 0;     // of the call's arguments
  std::string interrupted;  // a call that is started again: said when a signal is what interrupted it
};

// Of one run. A line is one write(2), made on the thread that it is about; while the reader is behind, the thread waits
// as it would in a write of its own, and what comes when the run is being stopped is dropped. When the reader is gone
// (EPIPE) or the host refuses, nothing more is said.
class Trace {
 public:
  // descriptor: borrowed until the last process has ended.
  explicit Trace(int descriptor) : descriptor_(descriptor) {}

  // vCPU thread of the parent: the run has one process more, before it runs. Not for the first. While there are
  // several, each line names its own.
  void began() { processes_.fetch_add(1, std::memory_order_relaxed); }
  // vCPU thread, around a call; `result` is minus an errno or a Restart for one that failed or was interrupted.
  void enter(Thread &thread, uint64_t number, const uint64_t *arguments);
  void leave(Thread &thread, uint64_t number, const uint64_t *arguments, int64_t result);
  // vCPU thread, before the signal is acted on (also when that is to ignore it).
  void signal(Thread &thread, const SignalInformation &information);
  // vCPU thread of the process, once, before its parent hears of it. signal: 0 when it exited with `code`.
  void ended(Process &process, int code, int signal);

 private:
  void say(const Thread &thread, std::string_view text);

  const int descriptor_;
  std::atomic<bool> closed_{false};
  std::atomic<uint32_t> processes_{1};
};

}  // namespace vmp_linux
#endif
