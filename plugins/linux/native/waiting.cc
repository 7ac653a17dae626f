#include "waiting.h"

#include <ctime>

#include "function_calls/function_call.h"
#include "personality.h"

namespace vmp_linux {

int64_t monotonic_nanoseconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * kSecond + now.tv_nsec;
}

int64_t deadline_after(Thread &thread, int64_t nanoseconds) {
  if (!thread.kept_deadline) {
    const int64_t now = monotonic_nanoseconds();
    thread.kept_deadline = nanoseconds > kForever - now ? kForever : now + nanoseconds;
  }
  return *thread.kept_deadline;
}

namespace {

// A wake or an ignored signal leaves no more than a request behind, which is cleared here; a stop and a pause stay
// pending, and are the run loop's.
int64_t wait(Thread &thread, int descriptor, short events, int64_t deadline, bool ends_by_wake) {
  const vmp_machine_service *machine = thread.personality.services().machine;
  for (;;) {
    // A signal that is already there was not announced by a request that is still pending.
    if (signal_interrupts(thread)) return -kRestartSystem;
    if (call_waits(thread)) {
      thread.at_rest = true;
      return -kRestartSystem;
    }
    int64_t left = -1;
    if (deadline != kForever) {
      left = deadline - monotonic_nanoseconds();
      if (left <= 0) return -ETIMEDOUT;
    }
    switch (machine->wait(thread.vcpu, descriptor, static_cast<uint16_t>(events), left, nullptr)) {
      case VMP_OK:
        return 0;
      case VMP_ERROR_TIMED_OUT:
        return -ETIMEDOUT;
      case VMP_ERROR_CANCELLED:
        break;
      default:
        return -EIO;
    }
    // Before the signals are looked at again: none comes between unseen.
    if ((machine->vcpu_acknowledge(thread.vcpu) & ~uint32_t{VMP_REQUEST_INTERRUPT}) != 0) return -kRestartSystem;
    if (ends_by_wake) return signal_interrupts(thread) ? -kRestartSystem : 0;
  }
}

}  // namespace

int64_t wait_until(Thread &thread, int descriptor, short events, int64_t deadline) {
  return wait(thread, descriptor, events, deadline, false);
}

int64_t wait_for_wake(Thread &thread, int64_t deadline) { return wait(thread, -1, 0, deadline, true); }

void raise_broken_pipe(Thread &thread) {
  SignalInformation information;
  information.number = SIGPIPE;
  information.code = SI_USER;
  information.sender.process = static_cast<int32_t>(thread.process.id);
  information.sender.user = thread.process.credentials.user;
  send_signal(thread.process, &thread, information);
}

}  // namespace vmp_linux
