// A guest process and its threads, as data. One thread a process so far; what threads share is the process's.
#ifndef VMP_LINUX_PROCESS_H
#define VMP_LINUX_PROCESS_H

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "architecture/architecture.h"
#include "files/descriptor_table.h"
#include "memory/memory_map.h"
#include "signals/signals.h"

namespace vmp_linux {

class Personality;
struct Process;

struct Thread {
  Thread(Process &owner, vmp_vcpu *cpu, uint32_t thread_id);

  Process &process;
  Personality &personality;
  vmp_vcpu *const vcpu;
  uint8_t *const state;  // the architecture's registers
  const uint32_t id;

  uint64_t blocked_signals = 0;
  uint64_t saved_blocked_signals = 0;  // of a call that waits with another mask
  bool has_saved_blocked_signals = false;
  SignalQueue pending;  // under process.signal_mutex
  AlternateStack alternate_stack;

  // Set (by any thread) when leaving a system call needs more than its result.
  std::atomic<bool> attention{false};
  bool ended = false;
  bool stopped = false;  // by SIGSTOP and the like, until SIGCONT

  // The system call under way.
  uint64_t call_number = 0;
  uint64_t call_first_argument = 0;
  bool in_call = false;     // its result may still change
  bool restarting = false;  // the next call is this one again
  // When a call that was interrupted is started again, the moment at which its wait ends (CLOCK_MONOTONIC).
  std::optional<int64_t> kept_deadline;

  uint64_t &reg(uint16_t offset) { return *reinterpret_cast<uint64_t *>(state + offset); }
  uint64_t pc() const;
};

struct Credentials {
  uint32_t user = 0, effective_user = 0, saved_user = 0;
  uint32_t group = 0, effective_group = 0, saved_group = 0;
};

struct ResourceLimit {
  uint64_t soft;
  uint64_t hard;
};
inline constexpr unsigned kResourceCount = 16;  // RLIMIT_*, numbered alike on riscv64 and x86-64

struct Process {
  Process(Personality &owner, uint32_t process_id) : personality(owner), id(process_id) {}

  Personality &personality;
  const uint32_t id;
  uint32_t parent = 1;
  uint32_t group = 0;
  uint32_t session = 0;
  uint32_t foreground_group = 0;  // of the terminal, as this guest sees it
  char name[16] = {};             // PR_SET_NAME

  MemoryMap map;
  DescriptorTable descriptors;
  std::shared_ptr<FileDescription> working_directory;
  uint32_t mode_mask = 022;  // umask
  std::shared_ptr<FileDescription> executable;
  std::string executable_path;
  uint64_t arguments_start = 0, arguments_end = 0;  // of the initial strings, for /proc/self/cmdline
  uint64_t environment_start = 0, environment_end = 0;
  uint64_t trampoline = 0;
  Credentials credentials;
  std::array<ResourceLimit, kResourceCount> limits{};
  int32_t nice = 0;
  bool no_new_privileges = false;

  std::mutex signal_mutex;  // the next three, and every thread's `pending`
  SignalQueue pending;
  std::array<SignalAction, kSignalCount> actions{};
  bool ended = false;

  std::vector<std::unique_ptr<Thread>> threads;
  std::atomic<bool> finished{false};  // set when its last thread has left handle_exit for good: it may be destroyed

  const GuestMemory &memory() const { return map.memory(); }
};

}  // namespace vmp_linux
#endif
