// Moments, intervals and clocks.
#include <sys/stat.h>

#include <cstdio>
#include <ctime>

#include "trace/kinds.h"

namespace vmp_linux::trace {
namespace {

#define NAME(constant) \
  { static_cast<uint64_t>(constant), #constant }

struct Moment {
  int64_t seconds;
  int64_t part;  // nanoseconds or microseconds
};

std::string microseconds_text(const Moment &moment) {
  return "{tv_sec=" + std::to_string(moment.seconds) +
         ", tv_usec=" + std::to_string(static_cast<uint64_t>(moment.part)) + "}";
}

void print_timeval(Printer &to, uint64_t at) {
  Moment moment;
  if (to.fetch(at, moment)) to.put(microseconds_text(moment));
}

// For a person, in UTC.
std::string date_comment(const Moment &moment, int digits, int64_t most) {
  if ((moment.seconds == 0 && moment.part == 0) || moment.part < 0 || moment.part > most) return "";
  const time_t seconds = moment.seconds;
  tm parts;
  char date[64], text[128];
  if (gmtime_r(&seconds, &parts) == nullptr || std::strftime(date, sizeof date, "%FT%T", &parts) == 0) return "";
  std::snprintf(text, sizeof text, " /* %s.%0*lld+0000 */", date, digits, static_cast<long long>(moment.part));
  return text;
}

void print_file_times(Printer &to, unsigned index, const Names *) {
  Moment both[2];
  if (!to.fetch(to.arguments[index], both)) return;
  const auto text = [](const Moment &moment) -> std::string {
    if (moment.part == UTIME_NOW) return "UTIME_NOW";
    if (moment.part == UTIME_OMIT) return "UTIME_OMIT";
    return timespec_text(moment.seconds, moment.part) + date_comment(moment, 9, 999999999);
  };
  to.put('[' + text(both[0]) + ", " + text(both[1]) + ']');
}
void print_file_timevals(Printer &to, unsigned index, const Names *) {
  Moment both[2];
  if (!to.fetch(to.arguments[index], both)) return;
  const auto text = [](const Moment &moment) { return microseconds_text(moment) + date_comment(moment, 6, 999999); };
  to.put('[' + text(both[0]) + ", " + text(both[1]) + ']');
}

constexpr Name kClockNames[] = {
    NAME(CLOCK_REALTIME),          NAME(CLOCK_MONOTONIC),     NAME(CLOCK_PROCESS_CPUTIME_ID),
    NAME(CLOCK_THREAD_CPUTIME_ID), NAME(CLOCK_MONOTONIC_RAW), NAME(CLOCK_REALTIME_COARSE),
    NAME(CLOCK_MONOTONIC_COARSE),  NAME(CLOCK_BOOTTIME),      NAME(CLOCK_REALTIME_ALARM),
    NAME(CLOCK_BOOTTIME_ALARM),    {10, "CLOCK_SGI_CYCLE"},   NAME(CLOCK_TAI)};
constexpr Names kClocks = {kClockNames, "CLOCK_???"};
constexpr Name kCpuClockNames[] = {{0, "CPUCLOCK_PROF"}, {1, "CPUCLOCK_VIRT"}, {2, "CPUCLOCK_SCHED"}};
constexpr Names kCpuClocks = {kCpuClockNames, "CPUCLOCK_???"};
constexpr int kCpuClockMask = 3, kClockOfDescriptor = 3, kOfThread = 4;

void print_clock(Printer &to, unsigned index, const Names *) {
  const auto clock = static_cast<int32_t>(to.arguments[index]);
  if (clock >= 0) return to.symbol(kClocks, static_cast<uint32_t>(clock));
  const int owner = ~(clock >> 3);
  if ((clock & kCpuClockMask) == kClockOfDescriptor) return to.format("FD_TO_CLOCKID(%d)", owner);
  to.format("%s(%d, ", (clock & kOfThread) != 0 ? "MAKE_THREAD_CPUCLOCK" : "MAKE_PROCESS_CPUCLOCK", owner);
  to.symbol(kCpuClocks, static_cast<uint32_t>(clock & kCpuClockMask));
  to.put(")");
}

constexpr Name kSleepNames[] = {NAME(TIMER_ABSTIME)};
constexpr Names kSleepFlags = {kSleepNames, "TIMER_???"};

bool was_interrupted(const Printer &to) { return to.result <= -kFirstRestart && to.result >= -kLastRestart; }

// Written only when a signal came in between.
void print_time_left(Printer &to, unsigned index, const Names *) {
  if (!was_interrupted(to)) return to.address(to.arguments[index]);
  to.output = false;
  print_timespec(to, to.arguments[index]);
}

constexpr Name kTimerNames[] = {{0, "ITIMER_REAL"}, {1, "ITIMER_VIRTUAL"}, {2, "ITIMER_PROF"}};
constexpr Names kTimers = {kTimerNames, "ITIMER_???"};

void print_interval(Printer &to, unsigned index, const Names *) {
  Moment both[2];
  if (!to.fetch(to.arguments[index], both)) return;
  to.put("{it_interval=" + microseconds_text(both[0]) + ", it_value=" + microseconds_text(both[1]) + "}");
}
void print_long_interval(Printer &to, unsigned index, const Names *) {
  Moment both[2];
  if (!to.fetch(to.arguments[index], both)) return;
  to.put("{it_interval=" + timespec_text(both[0].seconds, both[0].part) +
         ", it_value=" + timespec_text(both[1].seconds, both[1].part) + "}");
}

void print_zone(Printer &to, unsigned index, const Names *) {
  int32_t zone[2];
  if (to.fetch(to.arguments[index], zone)) to.format("{tz_minuteswest=%d, tz_dsttime=%d}", zone[0], zone[1]);
}

constexpr Name kNotifyNames[] = {{0, "SIGEV_SIGNAL"}, {1, "SIGEV_NONE"}, {2, "SIGEV_THREAD"}, {4, "SIGEV_THREAD_ID"}};
constexpr Names kNotifications = {kNotifyNames, "SIGEV_???"};
struct GuestEvent {
  uint64_t value;
  int32_t signal;
  uint32_t notification;
  int32_t thread;
  uint8_t rest[44];
};
static_assert(sizeof(GuestEvent) == 64);

void print_timer_event(Printer &to, unsigned index, const Names *) {
  GuestEvent event;
  if (!to.fetch(to.arguments[index], event)) return;
  if (event.value != 0) {
    to.format("{sigev_value={sival_int=%d, sival_ptr=", static_cast<int32_t>(event.value));
    to.address(event.value);
    to.put("}, ");
  } else {
    to.put("{");
  }
  to.put("sigev_signo=");
  print_signal(to, event.signal);
  to.put(", sigev_notify=");
  to.symbol(kNotifications, event.notification);
  constexpr uint32_t kToThread = 4;
  if (event.notification == kToThread) to.put(", sigev_notify_thread_id=" + std::to_string(event.thread));
  to.put("}");
}

}  // namespace

std::string timespec_text(int64_t seconds, int64_t nanoseconds) {
  return "{tv_sec=" + std::to_string(seconds) + ", tv_nsec=" + std::to_string(static_cast<uint64_t>(nanoseconds)) + "}";
}

void print_timespec(Printer &to, uint64_t at) {
  Moment moment;
  if (to.fetch(at, moment)) to.put(timespec_text(moment.seconds, moment.part));
}

namespace kinds {

const Kind clock = {print_clock};
const Kind time = {[](Printer &to, unsigned index, const Names *) { print_timespec(to, to.arguments[index]); }};
const Kind time_written = {time.print, nullptr, When::leaving};
const Kind timeval = {[](Printer &to, unsigned index, const Names *) { print_timeval(to, to.arguments[index]); }};
const Kind timeval_written = {timeval.print, nullptr, When::leaving};
const Kind time_zone = {print_zone, nullptr, When::leaving};
const Kind sleep_flags = {print_flags, &kSleepFlags};
const Kind time_left = {print_time_left, nullptr, When::leaving};
const Kind file_times = {print_file_times};
const Kind file_timevals = {print_file_timevals};
const Kind interval_timer = {print_symbol, &kTimers};
const Kind interval = {print_interval};
const Kind interval_written = {print_interval, nullptr, When::leaving};
const Kind long_interval = {print_long_interval};
const Kind long_interval_written = {print_long_interval, nullptr, When::leaving};
const Kind timer_event = {print_timer_event};

}  // namespace kinds
}  // namespace vmp_linux::trace
