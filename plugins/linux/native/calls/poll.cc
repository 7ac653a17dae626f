#include <sys/resource.h>

#include "calls/calls.h"
#include "calls/poll_wait.h"
#include "calls/time_values.h"

namespace vmp_linux::calls {
namespace {

// deadline: 0 for "do not wait". The number that are ready, or minus an errno or Restart.
int64_t poll_array(Thread &thread, Ptr descriptors, uint32_t count, int64_t deadline, Ptr mask, uint64_t mask_size) {
  if (count > thread.process.limits[RLIMIT_NOFILE].soft) return -EINVAL;
  std::vector<pollfd> guest(count);
  const uint64_t size = count * sizeof(pollfd);
  if (!thread.process.memory().read(descriptors, guest.data(), size)) return -EFAULT;
  if (const int error = set_temporary_mask(thread, mask, mask_size); error != 0) return error;
  const int64_t result = finish_mask(thread, poll_guest(thread, guest, deadline));
  if (result >= 0 && !thread.process.memory().write(descriptors, guest.data(), size)) return -EFAULT;
  return result;
}

}  // namespace

int64_t ppoll(Thread &thread, Ptr descriptors, uint32_t count, Ptr timeout, Ptr mask, uint64_t mask_size) {
  int64_t deadline;
  if (const int error = read_deadline(thread, timeout, deadline); error != 0) return error;
  const int64_t result = poll_array(thread, descriptors, count, deadline, mask, mask_size);
  if (!timeout || deadline == 0) return result;
  // As Linux: a rest that cannot be written changes nothing but that the call does not start again.
  return write_timespec(thread, timeout, left_until(deadline)) || result != -kRestartNoHandler ? result : -EINTR;
}

int64_t poll(Thread &thread, Ptr descriptors, uint32_t count, int milliseconds) {
  return poll_array(thread, descriptors, count, deadline_after_milliseconds(thread, milliseconds), Ptr(), 0);
}

}  // namespace vmp_linux::calls
