// What poll(2), select(2) and epoll_wait(2) share: waiting for the guest's descriptors under a deadline and a mask.
#ifndef VMP_LINUX_CALLS_POLL_WAIT_H
#define VMP_LINUX_CALLS_POLL_WAIT_H

#include <poll.h>

#include <vector>

#include "process.h"

namespace vmp_linux {

// guest: descriptors of the guest; revents are filled. deadline: 0 for "do not wait". The number that are ready, or
// minus an errno or Restart.
int64_t poll_guest(Thread &thread, std::vector<pollfd> &guest, int64_t deadline);

// The deadline of an optional timespec: 0 for "do not wait". 0 or minus an errno.
int read_deadline(Thread &thread, GuestPointer timeout, int64_t &deadline);
// Of milliseconds, negative for ever.
int64_t deadline_after_milliseconds(Thread &thread, int milliseconds);

// The call's result, once the mask is the old one again where no signal is about to be delivered under the call's own.
int64_t finish_mask(Thread &thread, int64_t result);
// Nanoseconds that are left of a deadline.
int64_t left_until(int64_t deadline);

}  // namespace vmp_linux
#endif
