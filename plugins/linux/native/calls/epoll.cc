#include "files/epoll.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "calls/anonymous_file.h"
#include "calls/calls.h"
#include "calls/poll_wait.h"
#include "calls/time_values.h"
#include "files/signal_file.h"
#include "personality.h"
#include "waiting.h"

namespace vmp_linux::calls {
namespace {

constexpr int kMostEvents = 128;  // of one answer: a guest that asks for more gets the rest with its next call
constexpr int kMostAsked = 0x7fffffff / 16;
constexpr uint32_t kWakeUp = 1u << 29;  // EPOLLWAKEUP, which is for those who may keep the host awake

// The guest's struct epoll_event.
struct EventLayout {
  uint64_t data, size;
};
constexpr EventLayout kPacked = {4, 12}, kPadded = {8, 16};

const EventLayout &layout_of(const Thread &thread) {
  return thread.personality.architecture().packed_epoll_event ? kPacked : kPadded;
}

bool read_event(Thread &thread, Ptr from, epoll_event &event) {
  const EventLayout &layout = layout_of(thread);
  uint8_t bytes[kPadded.size];
  if (!thread.process.memory().read(from, bytes, layout.size)) return false;
  uint32_t events;
  std::memcpy(&events, bytes, sizeof events);
  event.events = events & ~kWakeUp;
  std::memcpy(&event.data, bytes + layout.data, sizeof event.data);
  return true;
}

bool write_events(Thread &thread, Ptr to, const epoll_event *events, int count) {
  const EventLayout &layout = layout_of(thread);
  uint8_t bytes[kMostEvents * kPadded.size] = {};
  for (int i = 0; i < count; ++i) {
    uint8_t *at = bytes + static_cast<uint64_t>(i) * layout.size;
    std::memcpy(at, &events[i].events, sizeof events[i].events);
    std::memcpy(at + layout.data, &events[i].data, sizeof events[i].data);
  }
  return thread.process.memory().write(to, bytes, static_cast<uint64_t>(count) * layout.size);
}

int64_t wait_for_events(Thread &thread, const FileDescription &file, Ptr to, int most, int64_t deadline) {
  std::array<epoll_event, kMostEvents> events;
  for (;;) {
    const int count = ::epoll_wait(file.host, events.data(), std::min(most, kMostEvents), 0);
    if (count < 0) return -errno;
    if (count > 0) return write_events(thread, to, events.data(), count) ? count : -EFAULT;
    if (deadline == 0) return 0;
    const int64_t error = wait_until(thread, file.host, POLLIN, deadline);
    if (error == -ETIMEDOUT) return 0;
    if (error != 0) return error == -kRestartSystem ? -kRestartNoHandler : error;
  }
}

int64_t wait_masked(Thread &thread, int descriptor, Ptr events, int most, int64_t deadline, Ptr mask,
                    uint64_t mask_size) {
  if (most <= 0 || most > kMostAsked) return -EINVAL;
  const FileDescription *file = thread.process.descriptors.find(descriptor);
  if (file == nullptr) return -EBADF;
  if (file->special_as<Epoll>() == nullptr) return -EINVAL;
  if (const int error = set_temporary_mask(thread, mask, mask_size); error != 0) return error;
  return finish_mask(thread, wait_for_events(thread, *file, events, most, deadline));
}

}  // namespace

int64_t epoll_create1(Thread &thread, uint32_t flags) {
  if ((flags & ~uint32_t{EPOLL_CLOEXEC}) != 0) return -EINVAL;
  OwnedDescriptor host(errno_or(::epoll_create1(EPOLL_CLOEXEC)));
  if (!host) return host.get();
  auto epoll = std::make_shared<Epoll>(host.get());
  return open_anonymous(thread, std::move(host), Waiting::nonblocking, O_RDWR, flags != 0, std::move(epoll));
}

int64_t epoll_create(Thread &thread, int size) { return size <= 0 ? -EINVAL : epoll_create1(thread, 0); }

int64_t epoll_ctl(Thread &thread, int descriptor, int operation, int target, Ptr event_pointer) {
  epoll_event event{};
  if (operation != EPOLL_CTL_DEL && !read_event(thread, event_pointer, event)) return -EFAULT;
  const FileDescription *file = thread.process.descriptors.find(descriptor);
  FileDescription *watched = thread.process.descriptors.find(target);
  if (file == nullptr || watched == nullptr || file->is_path() || watched->is_path()) return -EBADF;
  if (watched->host < 0) return -EPERM;
  Epoll *epoll = file->special_as<Epoll>();
  if (epoll == nullptr || file == watched) return -EINVAL;
  switch (operation) {
    case EPOLL_CTL_ADD:
      use_signal_file(thread.process, *watched);
      return epoll->add(target, *watched, event);
    case EPOLL_CTL_MOD:
      return epoll->modify(target, *watched, event);
    case EPOLL_CTL_DEL:
      return epoll->remove(target, *watched);
    default:
      return -EINVAL;
  }
}

int64_t epoll_wait(Thread &thread, int descriptor, Ptr events, int most, int milliseconds) {
  return wait_masked(thread, descriptor, events, most, deadline_after_milliseconds(thread, milliseconds), Ptr(), 0);
}

int64_t epoll_pwait(Thread &thread, int descriptor, Ptr events, int most, int milliseconds, Ptr mask,
                    uint64_t mask_size) {
  const int64_t deadline = deadline_after_milliseconds(thread, milliseconds);
  return wait_masked(thread, descriptor, events, most, deadline, mask, mask_size);
}

int64_t epoll_pwait2(Thread &thread, int descriptor, Ptr events, int most, Ptr timeout, Ptr mask, uint64_t mask_size) {
  int64_t deadline;
  if (const int error = read_deadline(thread, timeout, deadline); error != 0) return error;
  return wait_masked(thread, descriptor, events, most, deadline, mask, mask_size);
}

}  // namespace vmp_linux::calls
