#include "waiting.h"

#include <ctime>

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

int64_t wait_until(Thread &thread, int descriptor, short events, int64_t deadline) {
  // A signal that is already there was not announced by a request that is still pending.
  if (signal_waits(thread)) return -kRestartSystem;
  int64_t left = -1;
  if (deadline != kForever) {
    left = deadline - monotonic_nanoseconds();
    if (left <= 0) return -ETIMEDOUT;
  }
  const vmp_status status = thread.personality.services().machine->wait(thread.vcpu, descriptor,
                                                                        static_cast<uint16_t>(events), left, nullptr);
  switch (status) {
    case VMP_OK:
      return 0;
    case VMP_ERROR_TIMED_OUT:
      return -ETIMEDOUT;
    case VMP_ERROR_CANCELLED:
      return -kRestartSystem;
    default:
      return -EIO;
  }
}

void raise_broken_pipe(Thread &thread) {
  SignalInformation information;
  information.number = SIGPIPE;
  information.code = SI_USER;
  information.sender.process = static_cast<int32_t>(thread.process.id);
  information.sender.user = thread.process.credentials.user;
  send_signal(thread.process, &thread, information);
}

}  // namespace vmp_linux
