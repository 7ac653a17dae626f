// A run: what one spawn started, the first process and all that come from it. Its limits and what it has used of them.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

namespace vmp {

// What happened to a run. Delivered on one of the run's own threads, or on that of spawn when there is none.
struct RunEvent {
  enum class Kind { spawned, stopped, returned, refused, ended };
  Kind kind = Kind::ended;
  uint32_t run = 0;
  uint32_t process = 0;
  int32_t exit_code = 0;
  int32_t signal = 0;
  std::string limit;
  std::string detail;
  std::string error_code;  // of a refusal, or of a machine that could not go on; empty else
  uint64_t instructions = 0;
  uint64_t cpu_nanoseconds = 0;
  uint32_t processes = 0;
  uint64_t system_calls = 0;
  std::string refused_calls;
  uint64_t call = 0;    // of a function, that has returned, or will not where error_code says so
  uint64_t result = 0;  // of it
};

// 0: no limit.
struct RunLimits {
  uint64_t memory = 0;  // bytes of guest memory handed out
  uint64_t instructions = 0;
  uint64_t nanoseconds = 0;  // of wall-clock time
};

class Run {
 public:
  Run(uint32_t number, const RunLimits &limits);

  const uint32_t id;
  const RunLimits limits;

  // [any] False when the limit would be passed: nothing is charged then.
  bool charge_memory(uint64_t bytes);
  // [any] Whatever the limit is: what comes next is refused when it is passed.
  void charge_memory_anyway(uint64_t bytes) { memory_.fetch_add(bytes, std::memory_order_relaxed); }
  void credit_memory(uint64_t bytes) { memory_.fetch_sub(bytes, std::memory_order_relaxed); }

  // What it has used of its limits. [control] While none of its virtual CPUs runs.
  struct Account {
    uint64_t memory = 0;
    uint64_t instructions_left = 0;
  };
  Account account() const;
  // Goes on from there. Its time begins with begin_time. with_memory: else what it has of memory is what it was
  // charged.
  void set_account(const Account &account, bool with_memory);
  // [control] Once the machine goes on; nothing when its time has begun.
  void begin_time();

  // [vcpu] How many instructions a virtual CPU may run now, 0 when the limit is reached; what it did not use comes
  // back.
  uint64_t take_instructions();
  void give_back_instructions(uint64_t unused);

  bool has_budget() const { return limits.instructions != 0 || limits.nanoseconds != 0; }
  // CLOCK_MONOTONIC in nanoseconds; the greatest number when there is no limit.
  int64_t deadline() const { return deadline_.load(std::memory_order_relaxed); }
  bool is_over_time() const;

  int32_t standard[3] = {-1, -1, -1};  // its standard streams, borrowed
  int32_t trace = -1;                  // as vmp_spawn has it

  // Under the machine's lock.
  uint32_t first_process = 0;
  uint32_t threads = 0;  // of its virtual CPUs
  uint64_t instructions = 0;
  uint64_t cpu_nanoseconds = 0;
  std::optional<RunEvent> result;  // of the first process, once it has ended
  bool stopping = false;
  std::string stop_code, stop_limit, stop_detail;

 private:
  std::atomic<uint64_t> memory_{0};
  std::atomic<uint64_t> instructions_left_;
  std::atomic<int64_t> deadline_;
  bool waits_for_time_ = false;
};

}  // namespace vmp
