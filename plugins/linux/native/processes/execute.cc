#include "processes/execute.h"

#include <sys/resource.h>

#include <cerrno>

#include "function_calls/function_call.h"
#include "personality.h"

namespace vmp_linux {
namespace {

// What does not outlive the program (execve(2), "Effect on process attributes").
void reset_signals(Thread &thread) {
  Process &process = thread.process;
  std::lock_guard lock(process.signal_mutex);
  for (SignalAction &action : process.actions) {
    action = action.handler == kIgnoreHandler ? SignalAction{kIgnoreHandler, 0, 0, 0} : SignalAction{};
  }
  thread.alternate_stack = {};
}

// Their timers are gone.
void discard_timer_signals(Thread &thread) {
  Process &process = thread.process;
  std::lock_guard lock(process.signal_mutex);
  thread.pending.discard_timers();
  process.pending.discard_timers();
  refresh_signal_files(process);
}

}  // namespace

int64_t execute(Thread &thread, ProgramRequest request) {
  Process &process = thread.process;
  if (const int error = follow_scripts(process, request); error != 0) return error;
  vmp_error refusal{};
  refusal.struct_size = sizeof refusal;
  ProgramImage image;
  if (load_image(process, request, process.limits[RLIMIT_STACK].soft, image, &refusal) != VMP_OK)
    return errno_of_refusal(refusal);

  // From here on nothing can fail.
  abandon_call(thread, "process " + std::to_string(process.id) + " has begun another program");
  if (thread.is_stopped) thread.attention.store(true, std::memory_order_relaxed);  // it is still
  if (thread.clear_at_exit != 0) process.memory().put(GuestPointer(thread.clear_at_exit), uint32_t{0});
  thread.clear_at_exit = 0;
  reset_signals(thread);
  thread.personality.timers().process_executed(process);
  discard_timer_signals(thread);
  for (int i = 0; i < process.descriptors.size(); ++i) {
    const auto file = process.descriptors.find(i);
    if (file != nullptr && process.descriptors.close_on_exec(i)) thread.personality.locks().closed(process, *file);
  }
  process.descriptors.close_marked();
  enter_image(thread, request, std::move(image));
  thread.personality.table().executed(process);
  thread.personality.table().release_vfork(process);
  return 0;
}

}  // namespace vmp_linux
