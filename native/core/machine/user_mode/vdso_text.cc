// The code of the vDSO, which guests execute in ring 3: it lies in a section of its own that is copied as it is. So it
// calls nothing, has no constants beside it and is left alone by sanitizers.
#include "core/machine/user_mode/vdso_text.h"

#include <time.h>

#include "core/machine/user_mode/clock_page.h"
#include "core/machine/user_mode/system_area.h"

#if defined(__x86_64__)
#define GUEST_CODE                                                                                               \
  extern "C"                                                                                                     \
      __attribute__((section("vmp_vdso"), used, noinline,                                                        \
                     optimize("O2", "no-stack-protector", "no-tree-loop-distribute-patterns", "no-jump-tables"), \
                     no_sanitize("address", "undefined", "thread"), no_instrument_function))

namespace {

constexpr long clock_gettime_number = 228;
constexpr uint64_t second = 1'000'000'000;

__attribute__((always_inline)) inline long ask_host(int clock, struct timespec *time) {
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(clock_gettime_number), "D"(clock), "S"(time)
                   : "rcx", "r11", "memory");
  return result;
}

__attribute__((always_inline)) inline uint64_t read_counter() {
  uint32_t low, high;
  __asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high) : : "memory");  // not before what stands before it
  return uint64_t{high} << 32 | low;
}

// Nanoseconds of a clock that is an offset from CLOCK_MONOTONIC; false: the host has to be asked.
__attribute__((always_inline)) inline bool read_clock(int clock, uint64_t &nanoseconds) {
  const auto *page = reinterpret_cast<const volatile vmp::ClockPage *>(vmp::SystemArea::clock_page);
  for (int attempt = 0; attempt < 100; ++attempt) {
    const uint32_t sequence = page->sequence;
    __asm__ volatile("" : : : "memory");  // x86 keeps loads in order
    if ((sequence & 1) != 0) continue;
    uint64_t offset = 0;
    if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) {
      offset = page->realtime;
    } else if (clock == CLOCK_BOOTTIME) {
      offset = page->since_boot;
    } else if (clock != CLOCK_MONOTONIC && clock != CLOCK_MONOTONIC_COARSE) {
      return false;
    }
    const uint64_t multiplier = page->multiplier, longest = page->longest;
    const uint64_t base = page->monotonic + offset;
    const uint32_t shift = page->shift;
    const uint64_t ticks = read_counter() - page->counter;
    __asm__ volatile("" : : : "memory");
    if (page->sequence != sequence) continue;
    if (multiplier == 0 || ticks > longest) return false;
    nanoseconds = base + (ticks * multiplier >> shift);
    return true;
  }
  return false;
}

}  // namespace

GUEST_CODE int vmp_vdso_clock_gettime(int clock, struct timespec *time) {
  uint64_t now = 0;
  if (!read_clock(clock, now)) return static_cast<int>(ask_host(clock, time));
  time->tv_sec = static_cast<time_t>(now / second);
  time->tv_nsec = static_cast<long>(now % second);
  return 0;
}

GUEST_CODE int vmp_vdso_gettimeofday(long *time, int *zone) {
  if (zone != nullptr) zone[0] = zone[1] = 0;
  if (time == nullptr) return 0;
  uint64_t now = 0;
  if (!read_clock(CLOCK_REALTIME, now)) {
    struct timespec asked;
    const long result = ask_host(CLOCK_REALTIME, &asked);
    if (result != 0) return static_cast<int>(result);
    now = static_cast<uint64_t>(asked.tv_sec) * second + static_cast<uint64_t>(asked.tv_nsec);
  }
  time[0] = static_cast<long>(now / second);
  time[1] = static_cast<long>(now % second / 1000);
  return 0;
}

GUEST_CODE time_t vmp_vdso_time(time_t *time) {
  uint64_t now = 0;
  if (!read_clock(CLOCK_REALTIME, now)) {
    struct timespec asked;
    const long result = ask_host(CLOCK_REALTIME, &asked);
    if (result != 0) return static_cast<time_t>(result);
    now = static_cast<uint64_t>(asked.tv_sec) * second;
  }
  const auto seconds = static_cast<time_t>(now / second);
  if (time != nullptr) *time = seconds;
  return seconds;
}

extern "C" {
extern const uint8_t __start_vmp_vdso[] __attribute__((visibility("hidden")));
extern const uint8_t __stop_vmp_vdso[] __attribute__((visibility("hidden")));
}

namespace vmp {

VdsoText vdso_text() {
  const auto offset_of = [](auto *function) {
    return static_cast<uint64_t>(reinterpret_cast<const uint8_t *>(function) - __start_vmp_vdso);
  };
  return {{__start_vmp_vdso, static_cast<size_t>(__stop_vmp_vdso - __start_vmp_vdso)},
          {{{"__vdso_clock_gettime", offset_of(vmp_vdso_clock_gettime)},
            {"__vdso_gettimeofday", offset_of(vmp_vdso_gettimeofday)},
            {"__vdso_time", offset_of(vmp_vdso_time)}}}};
}

}  // namespace vmp
#else
namespace vmp {
VdsoText vdso_text() { return {}; }
}  // namespace vmp
#endif
