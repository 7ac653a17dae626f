// poll(2), select(2), epoll(7), eventfd(2), signalfd(2), inotify(7), timerfd flags.
#include <poll.h>

#include <algorithm>
#include <array>

#include "personality.h"
#include "trace/kinds.h"

namespace vmp_linux::trace {
namespace {

constexpr uint32_t kNonblock = 04000, kCloseOnExec = 02000000;  // include/uapi/asm-generic/fcntl.h

constexpr Name kPollNames[] = {{1, "POLLIN"},         {2, "POLLPRI"},
                               {4, "POLLOUT"},        {8, "POLLERR"},
                               {0x10, "POLLHUP"},     {0x20, "POLLNVAL"},
                               {0x40, "POLLRDNORM"},  {0x80, "POLLRDBAND"},
                               {0x100, "POLLWRNORM"}, {0x200, "POLLWRBAND"},
                               {0x400, "POLLMSG"},    {0x1000, "POLLREMOVE"},
                               {0x2000, "POLLRDHUP"}, {0x8000, "POLL_BUSY_LOOP"}};
constexpr Names kPollEvents = {kPollNames, "POLL???"};

void print_polled(Printer &to, unsigned index, const Names *) {
  to.array<pollfd>(to.arguments[index], static_cast<uint32_t>(to.arguments[index + 1]), [&to](const pollfd &each) {
    to.format("{fd=%d", each.fd);
    if (each.fd >= 0) {
      to.put(", events=");
      to.flags(kPollEvents, static_cast<uint16_t>(each.events));
    }
    to.put("}");
  });
}

constexpr uint32_t kMostDescriptors = 1024;  // FD_SETSIZE

struct DescriptorSet {
  std::array<uint64_t, kMostDescriptors / 64> words{};
  bool has(uint32_t descriptor) const { return ((words[descriptor / 64] >> (descriptor % 64)) & 1) != 0; }
};

uint32_t set_size(const Printer &to) {
  const auto count = static_cast<int32_t>(to.arguments[0]);
  return static_cast<uint32_t>(std::clamp(count, 0, static_cast<int32_t>(kMostDescriptors)));
}

bool read_set(const Printer &to, uint64_t at, DescriptorSet &set) {
  return at != 0 && to.read(at, set.words.data(), (set_size(to) + 63) / 64 * 8);
}

std::string set_text(const DescriptorSet &set, uint32_t count) {
  std::string text;
  for (uint32_t i = 0; i < count; ++i) {
    if (set.has(i)) text += (text.empty() ? "" : " ") + std::to_string(i);
  }
  return '[' + text + ']';
}

void print_set(Printer &to, unsigned index, const Names *) {
  DescriptorSet set;
  const uint64_t at = to.arguments[index];
  if (!read_set(to, at, set)) return to.address(at);
  to.put(set_text(set, set_size(to)));
}

struct MaskOfSelect {
  uint64_t address;
  uint64_t size;
};

void print_mask_of_select(Printer &to, unsigned index, const Names *) {
  MaskOfSelect mask;
  if (!to.fetch(to.arguments[index], mask)) return;
  to.put("{sigmask=");
  print_signal_set(to, mask.address, mask.size);
  to.put(", sigsetsize=" + std::to_string(mask.size) + "}");
}

constexpr Name kEpollNames[] = {{1, "EPOLLIN"},
                                {2, "EPOLLPRI"},
                                {4, "EPOLLOUT"},
                                {8, "EPOLLERR"},
                                {0x10, "EPOLLHUP"},
                                {0x20, "EPOLLNVAL"},
                                {0x40, "EPOLLRDNORM"},
                                {0x80, "EPOLLRDBAND"},
                                {0x100, "EPOLLWRNORM"},
                                {0x200, "EPOLLWRBAND"},
                                {0x400, "EPOLLMSG"},
                                {0x2000, "EPOLLRDHUP"},
                                {0x10000000, "EPOLLEXCLUSIVE"},
                                {0x20000000, "EPOLLWAKEUP"},
                                {0x40000000, "EPOLLONESHOT"},
                                {0x80000000, "EPOLLET"}};
constexpr Names kEpollEvents = {kEpollNames, "EPOLL???"};
constexpr Name kOperationNames[] = {{1, "EPOLL_CTL_ADD"}, {2, "EPOLL_CTL_DEL"}, {3, "EPOLL_CTL_MOD"}};
constexpr Names kOperations = {kOperationNames, "EPOLL_CTL_???"};
constexpr uint64_t kDelete = 2;

// struct epoll_event has no padding on x86-64 alone.
struct Event {
  uint32_t events;
  uint32_t padding;
  uint64_t data;
};
struct [[gnu::packed]] PackedEvent {
  uint32_t events;
  uint64_t data;
};

template <typename Layout>
void print_one_event(Printer &to, const Layout &event) {
  to.put("{events=");
  to.flags(kEpollEvents, event.events);
  const uint64_t data = event.data;
  to.put(", data={u32=" + std::to_string(static_cast<uint32_t>(data)) + ", u64=" + std::to_string(data) + "}}");
}

bool is_packed(const Printer &to) { return to.thread.personality.architecture().id == VMP_ARCHITECTURE_X86_64; }

template <typename Layout>
void print_event_at(Printer &to, uint64_t at) {
  Layout event;
  if (to.fetch(at, event)) print_one_event(to, event);
}

void print_event(Printer &to, unsigned index, const Names *) {
  const uint64_t at = to.arguments[index];
  if (to.arguments[1] == kDelete) return to.address(at);
  return is_packed(to) ? print_event_at<PackedEvent>(to, at) : print_event_at<Event>(to, at);
}

template <typename Layout>
void print_event_array(Printer &to, uint64_t at) {
  to.array<Layout>(at, static_cast<uint64_t>(to.result), [&to](const Layout &event) { print_one_event(to, event); });
}

void print_events(Printer &to, unsigned index, const Names *) {
  const uint64_t at = to.arguments[index];
  return is_packed(to) ? print_event_array<PackedEvent>(to, at) : print_event_array<Event>(to, at);
}

constexpr Name kEpollFlagNames[] = {{kCloseOnExec, "EPOLL_CLOEXEC"}};
constexpr Names kEpollFlags = {kEpollFlagNames, "EPOLL_???"};
constexpr Name kEventfdNames[] = {{1, "EFD_SEMAPHORE"}, {kCloseOnExec, "EFD_CLOEXEC"}, {kNonblock, "EFD_NONBLOCK"}};
constexpr Names kEventfdFlags = {kEventfdNames, "EFD_???"};
constexpr Name kSignalfdNames[] = {{kCloseOnExec, "SFD_CLOEXEC"}, {kNonblock, "SFD_NONBLOCK"}};
constexpr Names kSignalfdFlags = {kSignalfdNames, "SFD_???"};
constexpr Name kTimerNames[] = {{1, "TFD_TIMER_ABSTIME"},
                                {2, "TFD_TIMER_CANCEL_ON_SET"},
                                {kCloseOnExec, "TFD_CLOEXEC"},
                                {kNonblock, "TFD_NONBLOCK"}};
constexpr Names kTimerFlags = {kTimerNames, "TFD_???"};
constexpr Name kWatchNames[] = {{1, "IN_ACCESS"},
                                {2, "IN_MODIFY"},
                                {4, "IN_ATTRIB"},
                                {8, "IN_CLOSE_WRITE"},
                                {0x10, "IN_CLOSE_NOWRITE"},
                                {0x20, "IN_OPEN"},
                                {0x40, "IN_MOVED_FROM"},
                                {0x80, "IN_MOVED_TO"},
                                {0x100, "IN_CREATE"},
                                {0x200, "IN_DELETE"},
                                {0x400, "IN_DELETE_SELF"},
                                {0x800, "IN_MOVE_SELF"},
                                {0x2000, "IN_UNMOUNT"},
                                {0x4000, "IN_Q_OVERFLOW"},
                                {0x8000, "IN_IGNORED"},
                                {0x1000000, "IN_ONLYDIR"},
                                {0x2000000, "IN_DONT_FOLLOW"},
                                {0x4000000, "IN_EXCL_UNLINK"},
                                {0x10000000, "IN_MASK_CREATE"},
                                {0x20000000, "IN_MASK_ADD"},
                                {0x40000000, "IN_ISDIR"},
                                {0x80000000, "IN_ONESHOT"}};
constexpr Names kWatchEvents = {kWatchNames, "IN_???"};
constexpr Name kWatchFlagNames[] = {{kNonblock, "IN_NONBLOCK"}, {kCloseOnExec, "IN_CLOEXEC"}};
constexpr Names kWatchFlags = {kWatchFlagNames, "IN_???"};

// What is left of the time limit, which Linux writes back.
std::string time_left(const Printer &to, unsigned index) {
  const uint64_t at = to.arguments[index];
  int64_t moment[2];
  if (at == 0 || !to.read(at, moment, sizeof moment)) return "";
  return "left " + timespec_text(moment[0], moment[1]);
}

void add(std::string &text, const std::string &piece) {
  if (text.empty() || piece.empty()) {
    text += piece;
  } else {
    text += ", " + piece;
  }
}

std::string polled_text(const Printer &to) {
  std::string text;
  const auto count = static_cast<uint32_t>(to.arguments[1]);
  uint64_t shown = 0;
  for (uint32_t i = 0; i < count && to.arguments[0] != 0; ++i) {
    pollfd each;
    if (!to.read(to.arguments[0] + i * sizeof each, &each, sizeof each)) break;
    if (each.revents == 0) continue;
    if (shown++ == kMostElements) {
      add(text, "...");
      break;
    }
    add(text, "{fd=" + std::to_string(each.fd) +
                  ", revents=" + flags_text(kPollEvents, static_cast<uint16_t>(each.revents)) + "}");
  }
  return text.empty() ? text : '[' + text + ']';
}

}  // namespace

namespace kinds {

const Kind polled = {print_polled};
const Kind descriptor_set = {print_set};
const Kind mask_of_select = {print_mask_of_select};
const Kind event_operation = {print_symbol, &kOperations};
const Kind event = {print_event};
const Kind events = {print_events, nullptr, When::leaving};
const Kind event_flags = {print_flags, &kEpollFlags};
const Kind eventfd_flags = {print_flags, &kEventfdFlags};
const Kind signalfd_flags = {print_flags, &kSignalfdFlags};
const Kind timer_flags = {print_flags, &kTimerFlags};
const Kind watch_events = {print_flags, &kWatchEvents};
const Kind watch_flags = {print_flags, &kWatchFlags};

}  // namespace kinds

namespace results {

void of_poll(Printer &to) {
  decimal(to);
  to.note = to.result == 0 ? "Timeout" : polled_text(to);
}

void of_ppoll(Printer &to) {
  of_poll(to);
  if (to.result != 0) add(to.note, time_left(to, 2));
}

void of_select(Printer &to) {
  decimal(to);
  if (to.result == 0) {
    to.note = "Timeout";
    return;
  }
  static constexpr const char *kNames[] = {"", "in ", "out ", "except "};
  for (unsigned i = 1; i < std::size(kNames); ++i) {
    DescriptorSet set;
    if (!read_set(to, to.arguments[i], set)) continue;
    const std::string text = set_text(set, set_size(to));
    if (text != "[]") add(to.note, kNames[i] + text);
  }
  add(to.note, time_left(to, 4));
}

}  // namespace results
}  // namespace vmp_linux::trace
