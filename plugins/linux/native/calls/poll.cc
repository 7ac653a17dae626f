#include <poll.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "calls/calls.h"
#include "calls/time_values.h"
#include "files/owned_descriptor.h"
#include "waiting.h"

namespace vmp_linux::calls {
namespace {

constexpr uint32_t kMostSelect = 1024;

// Waits for any of several host descriptors: an epoll descriptor is ready when one of them is.
int64_t wait_for_any(Thread &thread, const std::vector<pollfd> &host, int64_t deadline) {
  const auto is_used = [](const pollfd &entry) { return entry.fd >= 0; };
  const auto used = std::ranges::count_if(host, is_used);
  if (used <= 1) {
    const auto one = std::ranges::find_if(host, is_used);
    return used == 0 ? wait_until(thread, -1, 0, deadline) : wait_until(thread, one->fd, one->events, deadline);
  }
  const OwnedDescriptor any(::epoll_create1(EPOLL_CLOEXEC));
  if (!any) return -errno;
  for (const pollfd &entry : host) {
    if (!is_used(entry)) continue;
    epoll_event event{};
    // The same description may be named several times, each with events of its own.
    for (const pollfd &other : host) {
      if (other.fd == entry.fd) event.events |= static_cast<uint16_t>(other.events);
    }
    if (::epoll_ctl(any.get(), EPOLL_CTL_ADD, entry.fd, &event) != 0 && errno != EEXIST && errno != EPERM) {
      return -errno;  // EPERM: a file that is always ready, asked for nothing
    }
  }
  return wait_until(thread, any.get(), POLLIN, deadline);
}

// guest: descriptors of the guest; revents are filled. The number that are ready, or minus an errno or Restart.
int64_t poll_guest(Thread &thread, std::vector<pollfd> &guest, int64_t deadline) {
  std::vector<pollfd> host(guest.size());
  for (;;) {
    int64_t ready = 0;
    for (size_t i = 0; i < guest.size(); ++i) {
      const FileDescription *file = guest[i].fd < 0 ? nullptr : thread.process.descriptors.find(guest[i].fd);
      guest[i].revents = 0;
      if (guest[i].fd >= 0 && file == nullptr) guest[i].revents = POLLNVAL;
      if (file != nullptr && file->host < 0) guest[i].revents = guest[i].events & (POLLIN | POLLOUT);
      if (guest[i].revents != 0) ++ready;
      host[i] = {file != nullptr ? file->host : -1, guest[i].events, 0};
    }
    if (::poll(host.data(), host.size(), 0) < 0) return -errno;
    for (size_t i = 0; i < guest.size(); ++i) {
      if (host[i].fd < 0 || host[i].revents == 0) continue;
      guest[i].revents = host[i].revents;
      ++ready;
    }
    if (ready != 0 || deadline == 0) return ready;
    const int64_t error = wait_for_any(thread, host, deadline);
    if (error == -ETIMEDOUT) return 0;
    if (error != 0) return error == -kRestartSystem ? -kRestartNoHandler : error;
  }
}

// The deadline of an optional timespec: 0 for "do not wait". 0 or minus an errno.
int read_deadline(Thread &thread, Ptr timeout, int64_t &deadline) {
  deadline = kForever;
  if (!timeout) return 0;
  int64_t nanoseconds = 0;
  if (const int error = read_timespec(thread, timeout, nanoseconds); error != 0) return error;
  deadline = nanoseconds == 0 ? 0 : deadline_after(thread, nanoseconds);
  return 0;
}

// The result once the mask is the old one again and the guest knows how much of its time-out is left.
int64_t finish(Thread &thread, int64_t result, Ptr timeout, int64_t deadline) {
  // While a signal may still be delivered, its handler runs under the call's mask and returns to the old one.
  if (result != -kRestartNoHandler && thread.has_saved_blocked_signals) {
    thread.blocked_signals = thread.saved_blocked_signals;
    thread.has_saved_blocked_signals = false;
    thread.attention.store(true, std::memory_order_relaxed);
  }
  if (!timeout || deadline == 0) return result;
  // As Linux: one that cannot be written changes nothing but that the call does not start again.
  const int64_t left = std::max<int64_t>(deadline - monotonic_nanoseconds(), 0);
  return write_timespec(thread, timeout, left) || result != -kRestartNoHandler ? result : -EINTR;
}

}  // namespace

int64_t ppoll(Thread &thread, Ptr descriptors, uint32_t count, Ptr timeout, Ptr mask, uint64_t mask_size) {
  int64_t deadline;
  if (const int error = read_deadline(thread, timeout, deadline); error != 0) return error;
  if (count > thread.process.limits[RLIMIT_NOFILE].soft) return -EINVAL;
  std::vector<pollfd> guest(count);
  const uint64_t size = count * sizeof(pollfd);
  if (!thread.process.memory().read(descriptors, guest.data(), size)) return -EFAULT;
  if (const int error = set_temporary_mask(thread, mask, mask_size); error != 0) return error;
  const int64_t result = finish(thread, poll_guest(thread, guest, deadline), timeout, deadline);
  if (result >= 0 && !thread.process.memory().write(descriptors, guest.data(), size)) return -EFAULT;
  return result;
}

int64_t pselect6(Thread &thread, int count, Ptr readable, Ptr writable, Ptr exceptional, Ptr timeout, Ptr mask) {
  struct Set {
    Ptr pointer;
    short events;   // asked of poll(2)
    short results;  // that mean "ready" here
    std::array<uint64_t, kMostSelect / 64> bits{};
  };
  Set sets[] = {{readable, POLLIN, POLLIN | POLLHUP | POLLERR},
                {writable, POLLOUT, POLLOUT | POLLERR},
                {exceptional, POLLPRI, POLLPRI}};
  int64_t deadline;
  if (count < 0) return -EINVAL;
  count = std::min(count, static_cast<int>(kMostSelect));
  if (const int error = read_deadline(thread, timeout, deadline); error != 0) return error;
  const uint64_t bytes = (static_cast<uint64_t>(count) + 63) / 64 * 8;
  for (Set &set : sets) {
    if (set.pointer && !thread.process.memory().read(set.pointer, set.bits.data(), bytes)) return -EFAULT;
  }
  std::vector<pollfd> guest;
  for (int i = 0; i < count; ++i) {
    short events = 0;
    for (const Set &set : sets) {
      if ((set.bits[static_cast<size_t>(i) / 64] >> (i % 64) & 1) != 0)
        events = static_cast<short>(events | set.events);
    }
    if (events == 0) continue;
    if (thread.process.descriptors.find(i) == nullptr) return -EBADF;
    guest.push_back({i, events, 0});
  }
  struct {
    uint64_t pointer, size;
  } packed = {0, 8};
  if (mask && !thread.process.memory().get(mask, packed)) return -EFAULT;
  if (const int error = set_temporary_mask(thread, Ptr(packed.pointer), packed.size); error != 0) return error;
  const int64_t polled = finish(thread, poll_guest(thread, guest, deadline), timeout, deadline);
  if (polled < 0) return polled;
  int64_t result = 0;
  for (Set &set : sets) {
    set.bits.fill(0);
    for (const pollfd &entry : guest) {
      if ((entry.events & set.events) == 0 || (entry.revents & set.results) == 0) continue;
      set.bits[static_cast<size_t>(entry.fd) / 64] |= uint64_t{1} << (entry.fd % 64);
      ++result;
    }
    if (set.pointer && !thread.process.memory().write(set.pointer, set.bits.data(), bytes)) return -EFAULT;
  }
  return result;
}

}  // namespace vmp_linux::calls
