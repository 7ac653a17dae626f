#include "core/machine/run.h"

#include <algorithm>
#include <ctime>
#include <limits>

namespace vmp {
namespace {

// Some milliseconds of an interpreter: how late a limit of time is seen.
constexpr uint64_t slice = 4'000'000;

int64_t now() {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

int64_t deadline_of(uint64_t nanoseconds) {
  constexpr int64_t never = std::numeric_limits<int64_t>::max();
  const int64_t start = now();
  if (nanoseconds == 0 || nanoseconds >= static_cast<uint64_t>(never - start)) return never;
  return start + static_cast<int64_t>(nanoseconds);
}

}  // namespace

Run::Run(uint32_t number, const RunLimits &given)
    : id(number),
      limits(given),
      instructions_left_(given.instructions != 0 ? given.instructions : std::numeric_limits<uint64_t>::max()),
      deadline_(deadline_of(given.nanoseconds)) {}

bool Run::charge_memory(uint64_t bytes) {
  const uint64_t before = memory_.fetch_add(bytes, std::memory_order_relaxed);
  if (limits.memory == 0 || (before <= limits.memory && bytes <= limits.memory - before)) return true;
  memory_.fetch_sub(bytes, std::memory_order_relaxed);
  return false;
}

uint64_t Run::take_instructions() {
  if (limits.instructions == 0) return slice;
  uint64_t left = instructions_left_.load(std::memory_order_relaxed);
  while (left != 0) {
    // An eighth at most: what one virtual CPU has taken and not yet used must not end the others of its run.
    const uint64_t taken = std::min(left / 8 + 1, slice);
    if (instructions_left_.compare_exchange_weak(left, left - taken, std::memory_order_relaxed)) return taken;
  }
  return 0;
}

void Run::give_back_instructions(uint64_t unused) {
  if (limits.instructions != 0) instructions_left_.fetch_add(unused, std::memory_order_relaxed);
}

bool Run::is_over_time() const { return limits.nanoseconds != 0 && now() >= deadline(); }

Run::Account Run::account() const {
  return {memory_.load(std::memory_order_relaxed), instructions_left_.load(std::memory_order_relaxed)};
}

void Run::set_account(const Account &account, bool with_memory) {
  if (with_memory) memory_.store(account.memory, std::memory_order_relaxed);
  instructions_left_.store(account.instructions_left, std::memory_order_relaxed);
  deadline_.store(deadline_of(0), std::memory_order_relaxed);
  waits_for_time_ = true;
}

void Run::begin_time() {
  if (!waits_for_time_) return;
  waits_for_time_ = false;
  deadline_.store(deadline_of(limits.nanoseconds), std::memory_order_relaxed);
}

}  // namespace vmp
