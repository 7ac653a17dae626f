#include "core/machine/user_mode/guest_clock.h"

#include <time.h>

#include <algorithm>
#include <atomic>

#if defined(__x86_64__)
#include <cpuid.h>
#include <x86intrin.h>
#endif

namespace vmp {
namespace {

constexpr uint64_t millisecond = 1'000'000;
constexpr uint32_t shift = 32;
// Two samples err by some tens of nanoseconds together; what is told by them must err by less than a microsecond.
constexpr uint64_t shortest_measure = millisecond;
constexpr uint64_t horizon_of_measure = 10, longest_horizon = 200 * millisecond;
constexpr uint64_t longest_measure = 10'000 * millisecond;  // the host's clock is disciplined meanwhile

uint64_t nanoseconds(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return static_cast<uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(time.tv_nsec);
}

struct Sample {
  uint64_t counter;
  uint64_t monotonic;
};

// The tightest of a few: what interrupts one of them is not in it.
Sample take_sample() {
  Sample best{};
  uint64_t width = ~uint64_t{0};
  for (int i = 0; i < 3; ++i) {
    const uint64_t before = GuestClock::counter();
    const uint64_t monotonic = nanoseconds(CLOCK_MONOTONIC);
    const uint64_t after = GuestClock::counter();
    if (after - before >= width) continue;
    width = after - before;
    best = {before + width / 2, monotonic};
  }
  return best;
}

// What the ticks are measured from: one for the process, so that short guests know the rate from those before.
class Measure {
 public:
  // Nanoseconds a tick << shift, with how long that may be relied on; 0: not known yet.
  uint64_t rate(const Sample &now, uint64_t &horizon) {
    std::lock_guard lock(mutex_);
    if (first_.counter == 0) first_ = now;
    const uint64_t elapsed = now.monotonic - first_.monotonic;
    if (elapsed < shortest_measure || now.counter <= first_.counter) return 0;
    horizon = std::min(elapsed * horizon_of_measure, longest_horizon);
    const auto rate =
        static_cast<uint64_t>((static_cast<unsigned __int128>(elapsed) << shift) / (now.counter - first_.counter));
    if (last_.counter == 0 && elapsed > longest_measure / 2) last_ = now;
    if (last_.counter != 0 && now.monotonic - last_.monotonic > longest_measure / 2) {
      first_ = last_;
      last_ = {};
    }
    return rate;
  }

 private:
  std::mutex mutex_;
  Sample first_{}, last_{};  // last_: what takes the place of first_
};

Measure &measure() {
  static Measure one;
  return one;
}

}  // namespace

#if defined(__x86_64__)
bool GuestClock::is_steady() {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  constexpr unsigned power_leaf = 0x80000007, invariant = 1u << 8;  // Intel SDM volume 2, CPUID
  return __get_cpuid(power_leaf, &eax, &ebx, &ecx, &edx) != 0 && (edx & invariant) != 0;
}
uint64_t GuestClock::counter() {
  _mm_lfence();
  return __rdtsc();
}
#else
bool GuestClock::is_steady() { return false; }
uint64_t GuestClock::counter() { return 0; }
#endif

void GuestClock::prepare() {
  uint64_t horizon = 0;
  if (is_steady()) measure().rate(take_sample(), horizon);
}

void GuestClock::refresh(ClockPage &page) {
  std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock.owns_lock() || (page.multiplier != 0 && counter() - page.counter < page.longest / 2)) return;
  const Sample now = take_sample();
  uint64_t horizon = 0;
  const uint64_t rate = measure().rate(now, horizon);
  if (rate == 0) return;
  uint64_t monotonic = now.monotonic;
  const uint64_t ticks = now.counter - page.counter;
  if (page.multiplier != 0 && ticks <= page.longest)
    monotonic = std::max(monotonic, page.monotonic + (ticks * page.multiplier >> shift));
  const uint64_t realtime = nanoseconds(CLOCK_REALTIME) - nanoseconds(CLOCK_MONOTONIC);
  const uint64_t since_boot = nanoseconds(CLOCK_BOOTTIME) - nanoseconds(CLOCK_MONOTONIC);
  std::atomic_ref<uint32_t> sequence(page.sequence);
  sequence.fetch_add(1, std::memory_order_acq_rel);
  page.shift = shift;
  page.counter = now.counter;
  page.monotonic = monotonic;
  page.multiplier = rate;
  page.longest = static_cast<uint64_t>((static_cast<unsigned __int128>(horizon) << shift) / rate);
  page.realtime = realtime;
  page.since_boot = since_boot;
  sequence.fetch_add(1, std::memory_order_release);
}

}  // namespace vmp
