#include <algorithm>
#include <array>

#include "calls/calls.h"
#include "calls/poll_wait.h"
#include "calls/time_values.h"
#include "waiting.h"

namespace vmp_linux::calls {
namespace {

constexpr uint32_t kMostSelect = 1024;
constexpr int64_t kMicrosecond = 1000;

struct Set {
  Ptr pointer;
  short events;   // asked of poll(2)
  short results;  // that mean "ready" here
  std::array<uint64_t, kMostSelect / 64> bits{};

  bool has(int descriptor) const { return (bits[static_cast<size_t>(descriptor) / 64] >> (descriptor % 64) & 1) != 0; }
  void put(int descriptor) { bits[static_cast<size_t>(descriptor) / 64] |= uint64_t{1} << (descriptor % 64); }
};

class Sets {
 public:
  Sets(Ptr readable, Ptr writable, Ptr exceptional)
      : sets_{{{readable, POLLIN | POLLRDNORM, POLLIN | POLLRDNORM | POLLHUP | POLLERR},
               {writable, POLLOUT | POLLWRNORM, POLLOUT | POLLWRNORM | POLLERR},
               {exceptional, POLLPRI, POLLPRI}}} {}

  // Fills `guest` with what is to be polled. 0 or minus an errno.
  int read(Thread &thread, int count, std::vector<pollfd> &guest) {
    if (count < 0) return -EINVAL;
    count = std::min(count, static_cast<int>(kMostSelect));
    bytes_ = (static_cast<uint64_t>(count) + 63) / 64 * 8;
    for (Set &set : sets_) {
      if (set.pointer && !thread.process.memory().read(set.pointer, set.bits.data(), bytes_)) return -EFAULT;
    }
    for (int i = 0; i < count; ++i) {
      short events = 0;
      for (const Set &set : sets_) {
        if (set.has(i)) events = static_cast<short>(events | set.events);
      }
      if (events == 0) continue;
      const FileDescription *file = thread.process.descriptors.find(i);
      if (file == nullptr || file->is_path()) return -EBADF;
      guest.push_back({i, events, 0});
    }
    return 0;
  }

  // The number of bits that are set in the results, or -EFAULT.
  int64_t write(Thread &thread, const std::vector<pollfd> &guest) {
    int64_t ready = 0;
    for (Set &set : sets_) {
      const Set asked = set;
      set.bits.fill(0);
      for (const pollfd &entry : guest) {
        if (!asked.has(entry.fd) || (entry.revents & set.results) == 0) continue;
        set.put(entry.fd);
        ++ready;
      }
      if (set.pointer && !thread.process.memory().write(set.pointer, set.bits.data(), bytes_)) return -EFAULT;
    }
    return ready;
  }

 private:
  std::array<Set, 3> sets_;
  uint64_t bytes_ = 0;
};

int64_t select_sets(Thread &thread, int count, Sets sets, int64_t deadline, Ptr mask, uint64_t mask_size) {
  std::vector<pollfd> guest;
  if (const int error = sets.read(thread, count, guest); error != 0) return error;
  if (const int error = set_temporary_mask(thread, mask, mask_size); error != 0) return error;
  const int64_t polled = finish_mask(thread, poll_guest(thread, guest, deadline));
  return polled < 0 ? polled : sets.write(thread, guest);
}

}  // namespace

int64_t pselect6(Thread &thread, int count, Ptr readable, Ptr writable, Ptr exceptional, Ptr timeout, Ptr mask) {
  int64_t deadline;
  if (const int error = read_deadline(thread, timeout, deadline); error != 0) return error;
  struct {
    uint64_t pointer, size;
  } packed = {0, 8};
  if (mask && !thread.process.memory().get(mask, packed)) return -EFAULT;
  const int64_t result =
      select_sets(thread, count, {readable, writable, exceptional}, deadline, Ptr(packed.pointer), packed.size);
  if (!timeout || deadline == 0) return result;
  return write_timespec(thread, timeout, left_until(deadline)) || result != -kRestartNoHandler ? result : -EINTR;
}

int64_t select(Thread &thread, int count, Ptr readable, Ptr writable, Ptr exceptional, Ptr timeout) {
  int64_t deadline = kForever;
  struct {
    int64_t seconds, microseconds;
  } time;
  if (timeout) {
    if (!thread.process.memory().get(timeout, time)) return -EFAULT;
    // As Linux: microseconds may be more than a second's.
    const int64_t more = time.microseconds / (kSecond / kMicrosecond);
    if (time.seconds < 0 || time.microseconds < 0) return -EINVAL;
    if (time.seconds >= kForever / kSecond - 1 - more) {
      deadline = deadline_after(thread, kForever);
    } else {
      const int64_t nanoseconds =
          time.seconds * kSecond + more * kSecond + time.microseconds % (kSecond / kMicrosecond) * kMicrosecond;
      deadline = nanoseconds == 0 ? 0 : deadline_after(thread, nanoseconds);
    }
  }
  const int64_t result = select_sets(thread, count, {readable, writable, exceptional}, deadline, Ptr(), 0);
  if (!timeout || deadline == 0 || deadline == kForever) return result;
  const int64_t left = left_until(deadline);
  time = {left / kSecond, left % kSecond / kMicrosecond};
  return thread.process.memory().put(timeout, time) || result != -kRestartNoHandler ? result : -EINTR;
}

}  // namespace vmp_linux::calls
