#include "calls/time_values.h"

#include <sys/resource.h>

#include <ctime>

#include "waiting.h"

namespace vmp_linux {
namespace {

int64_t saturating_nanoseconds(int64_t seconds, int64_t nanoseconds) {
  return seconds >= kForever / kSecond - 1 ? kForever : seconds * kSecond + nanoseconds;
}

// A timespec, or a timeval with a unit of 1000 ns.
bool to_nanoseconds(const int64_t (&time)[2], int64_t unit, int64_t &nanoseconds) {
  if (time[0] < 0 || time[1] < 0 || time[1] >= kSecond / unit) return false;
  nanoseconds = saturating_nanoseconds(time[0], time[1] * unit);
  return true;
}

}  // namespace

int read_timespec(Thread &thread, GuestPointer from, int64_t &nanoseconds) {
  int64_t time[2];
  if (!thread.process.memory().get(from, time)) return -EFAULT;
  return to_nanoseconds(time, 1, nanoseconds) ? 0 : -EINVAL;
}

bool write_timespec(Thread &thread, GuestPointer to, int64_t nanoseconds) {
  const int64_t time[2] = {nanoseconds / kSecond, nanoseconds % kSecond};
  return thread.process.memory().put(to, time);
}

int read_timer_setting(Thread &thread, GuestPointer from, TimerUnit unit, TimerSetting &setting) {
  struct {
    int64_t interval[2], value[2];
  } given;
  const auto factor = static_cast<int64_t>(unit);
  if (!thread.process.memory().get(from, given)) return -EFAULT;
  const bool is_valid =
      to_nanoseconds(given.interval, factor, setting.interval) && to_nanoseconds(given.value, factor, setting.value);
  return is_valid ? 0 : -EINVAL;
}

bool write_timer_setting(Thread &thread, GuestPointer to, TimerUnit unit, const TimerSetting &setting) {
  const auto factor = static_cast<int64_t>(unit);
  int64_t given[4];
  const int64_t times[] = {setting.interval, setting.value};
  for (int i = 0; i < 2; ++i) {
    // Rounded up: what is left of an armed timer is never shown as nothing.
    const int64_t rest = times[i] % kSecond;
    const int64_t units = (rest + factor - 1) / factor;
    given[2 * i] = times[i] / kSecond + units / (kSecond / factor);
    given[2 * i + 1] = units % (kSecond / factor);
  }
  return thread.process.memory().put(to, given);
}

bool write_usage(Thread &thread, GuestPointer to, const Usage &usage) {
  struct rusage out {};  // the same layout on every 64-bit architecture
  static_assert(sizeof out == 144);
  const auto time = [](uint64_t nanoseconds) {
    const auto value = static_cast<int64_t>(nanoseconds);
    return timeval{value / kSecond, value % kSecond / 1000};
  };
  out.ru_utime = time(usage.user_nanoseconds);
  out.ru_stime = time(usage.system_nanoseconds);
  out.ru_maxrss = static_cast<long>(usage.largest_resident_kilobytes);
  out.ru_minflt = static_cast<long>(usage.minor_faults);
  out.ru_majflt = static_cast<long>(usage.major_faults);
  out.ru_inblock = static_cast<long>(usage.blocks_in);
  out.ru_oublock = static_cast<long>(usage.blocks_out);
  out.ru_nvcsw = static_cast<long>(usage.voluntary_switches);
  out.ru_nivcsw = static_cast<long>(usage.involuntary_switches);
  return thread.process.memory().put(to, out);
}

int set_temporary_mask(Thread &thread, GuestPointer mask, uint64_t size) {
  if (!mask) return 0;
  uint64_t blocked;
  if (size != kSignalMaskSize) return -EINVAL;
  if (!thread.process.memory().get(mask, blocked)) return -EFAULT;
  thread.saved_blocked_signals = thread.blocked_signals;
  thread.has_saved_blocked_signals = true;
  thread.blocked_signals = blocked & ~kUnblockable;
  return 0;
}

}  // namespace vmp_linux
