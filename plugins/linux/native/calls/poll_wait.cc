#include "calls/poll_wait.h"

#include <sys/epoll.h>

#include <algorithm>

#include "calls/system_call.h"
#include "calls/time_values.h"
#include "files/owned_descriptor.h"
#include "files/signal_file.h"
#include "waiting.h"

namespace vmp_linux {
namespace {

constexpr short kAlwaysReady = POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM;  // what has no poll of its own

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
    event.events = static_cast<uint16_t>(entry.events);
    if (::epoll_ctl(any.get(), EPOLL_CTL_ADD, entry.fd, &event) == 0) continue;
    if (errno == EPERM) continue;  // a file that is always ready, asked for nothing
    if (errno != EEXIST) return -errno;
    // The same description may be named several times, each with events of its own.
    for (const pollfd &other : host) {
      if (other.fd == entry.fd) event.events |= static_cast<uint16_t>(other.events);
    }
    if (::epoll_ctl(any.get(), EPOLL_CTL_MOD, entry.fd, &event) != 0) return -errno;
  }
  return wait_until(thread, any.get(), POLLIN, deadline);
}

}  // namespace

int64_t poll_guest(Thread &thread, std::vector<pollfd> &guest, int64_t deadline) {
  std::vector<pollfd> host(guest.size());
  for (;;) {
    int64_t ready = 0;
    for (size_t i = 0; i < guest.size(); ++i) {
      const FileDescription *file = guest[i].fd < 0 ? nullptr : thread.process.descriptors.find(guest[i].fd);
      guest[i].revents = 0;
      if (guest[i].fd >= 0 && (file == nullptr || file->is_path())) {
        guest[i].revents = POLLNVAL;
        file = nullptr;
      }
      if (file != nullptr && file->host < 0) guest[i].revents = guest[i].events & kAlwaysReady;
      if (guest[i].revents != 0) ++ready;
      if (file != nullptr && file->special != nullptr) use_signal_file(thread.process, *file);
      host[i] = {file != nullptr ? file->host : -1, guest[i].events, 0};
    }
    if (!host.empty() && ::poll(host.data(), host.size(), 0) < 0) return -errno;
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

int read_deadline(Thread &thread, GuestPointer timeout, int64_t &deadline) {
  deadline = kForever;
  if (!timeout) return 0;
  int64_t nanoseconds = 0;
  if (const int error = read_timespec(thread, timeout, nanoseconds); error != 0) return error;
  deadline = nanoseconds == 0 ? 0 : deadline_after(thread, nanoseconds);
  return 0;
}

int64_t deadline_after_milliseconds(Thread &thread, int milliseconds) {
  if (milliseconds == 0) return 0;
  return milliseconds < 0 ? kForever : deadline_after(thread, milliseconds * int64_t{1000000});
}

int64_t finish_mask(Thread &thread, int64_t result) {
  // While a signal may still be delivered, its handler runs under the call's mask and returns to the old one.
  if (result != -kRestartNoHandler && thread.has_saved_blocked_signals) {
    thread.blocked_signals = thread.saved_blocked_signals;
    thread.has_saved_blocked_signals = false;
    thread.attention.store(true, std::memory_order_relaxed);
  }
  return result;
}

int64_t left_until(int64_t deadline) { return std::max<int64_t>(deadline - monotonic_nanoseconds(), 0); }

}  // namespace vmp_linux
