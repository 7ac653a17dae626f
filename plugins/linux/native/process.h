// A guest process and its threads, as data. One thread a process so far; what threads share is the process's.
#ifndef VMP_LINUX_PROCESS_H
#define VMP_LINUX_PROCESS_H

#include <array>
#include <atomic>
#include <ctime>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "architecture/architecture.h"
#include "files/descriptor_table.h"
#include "files/signal_file.h"
#include "function_calls/function_call.h"
#include "memory/memory_map.h"
#include "run.h"
#include "signals/signals.h"
#include "usage.h"

namespace vmp_linux {

class Personality;
struct Process;

// Of a thread, but for its registers, what a snapshot keeps as it is.
struct ThreadState {
  uint64_t blocked_signals = 0;
  uint64_t saved_blocked_signals = 0;  // of a call that waits with another mask
  bool has_saved_blocked_signals = false;
  uint64_t awaited_signals = 0;  // blocked ones that sigtimedwait lets through: kept, though they be ignored
  SignalQueue pending;           // under process.signal_mutex
  AlternateStack alternate_stack;
  Trap trap;
  uint64_t clear_at_exit = 0;  // CLONE_CHILD_CLEARTID, set_tid_address(2)
  uint64_t calls = 0;          // system calls so far

  // The system call under way.
  uint64_t call_number = 0;
  uint64_t call_first_argument = 0;
  bool in_call = false;     // its result may still change
  bool restarting = false;  // the next call is this one again
  bool at_rest = false;     // it waits, and has left that for a function that the host calls
  // When a call that was interrupted is started again, the moment at which its wait ends (CLOCK_MONOTONIC).
  std::optional<int64_t> kept_deadline;
  // What it waits for outside of any call that could be started again. A pause lets it out of the wait; it goes on
  // waiting before it runs any of the guest's code.
  bool is_stopped = false;       // by a signal, until SIGCONT
  bool waits_for_vfork = false;  // for its child
};

struct Thread : ThreadState {
  Thread(std::shared_ptr<Process> owner, vmp_vcpu *cpu, uint32_t thread_id);

  std::shared_ptr<Process> keep;  // until its virtual CPU has ended
  Process &process;
  Personality &personality;
  vmp_vcpu *const vcpu;
  uint8_t *const state;  // the architecture's registers
  const uint32_t id;
  clockid_t cpu_clock = 0;       // of the host thread that runs it; 0 before it runs
  bool has_host_thread = false;  // what the host thread needs before it runs a guest is done

  // Set (by any thread) when leaving a system call needs more than its result.
  std::atomic<bool> attention{false};
  bool ended = false;
  TracedCall traced;

  std::unique_ptr<FunctionCall> call;  // of the host's, that it is in

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

// What others may be told of a process while it runs, and after. Under Process::public_mutex.
struct PublicFacts {
  std::string name;                // comm: PR_SET_NAME, at most 15 bytes
  std::string command_line;        // as /proc/PID/cmdline: the arguments, each with its NUL, as they were given to exec
  std::string executable_path;     // in the guest
  uint64_t start_nanoseconds = 0;  // CLOCK_BOOTTIME
};

// Of a process, what a snapshot keeps as it is.
struct ProcessState {
  // Who it belongs to. Written under the process table's lock alone; the process itself reads what it alone writes.
  struct Family {
    uint32_t parent = 1;
    uint32_t group = 0;
    uint32_t session = 0;
    bool is_subreaper = false;  // PR_SET_CHILD_SUBREAPER
    bool executed = false;      // since its fork: its parent may no longer move it to another group
    int exit_signal = SIGCHLD;  // what the parent gets at its end; 0: nothing
    enum class State : char { running = 'R', stopped = 'T', zombie = 'Z' } state = State::running;
    int wait_status = 0;  // of a zombie or a stopped process, as wait(2) gives it
    bool stop_unreported = false, continue_unreported = false;
    Usage usage;        // of a zombie
    uint32_t user = 0;  // real user, for kill's and wait's information
  } family;
  Usage children_usage;  // of those that were waited for; under the table's lock

  std::shared_ptr<ProgramSymbols> symbols;          // of the executable; written by its own thread under public_mutex
  uint32_t mode_mask = 022;                         // umask
  uint64_t arguments_start = 0, arguments_end = 0;  // of the initial strings
  uint64_t environment_start = 0, environment_end = 0;
  uint64_t trampoline = 0;
  Credentials credentials;
  std::array<ResourceLimit, kResourceCount> limits{};
  bool no_new_privileges = false;
  PublicFacts facts;  // under public_mutex

  // Under signal_mutex.
  SignalQueue pending;
  std::array<SignalAction, kSignalCount> actions{};
  bool ended = false;
};

struct Process : ProcessState {
  Process(Personality &owner, std::shared_ptr<Run> its_run, uint32_t process_id)
      : personality(owner), run(std::move(its_run)), id(process_id) {}

  Personality &personality;
  const std::shared_ptr<Run> run;
  const uint32_t id;

  std::shared_ptr<MemoryMap> map;  // shared between vfork(2)'s two sides
  DescriptorTable descriptors;
  std::shared_ptr<FileDescription> working_directory;
  std::shared_ptr<FileDescription> executable;
  std::atomic<int32_t> nice{0};
  std::atomic<int> parent_death_signal{0};

  mutable std::mutex public_mutex;

  std::mutex signal_mutex;  // pending, actions, ended, signal_files, what follows, and every thread's `pending`
  SignalFiles signal_files{id};
  std::unique_ptr<FunctionCall> waiting_call;  // of the host's, until its thread rests
  bool runs_call = false;

  // The process that waits in vfork(2) until this one has a memory of its own; under the table's lock.
  std::weak_ptr<Process> vfork_parent;
  std::atomic<bool> vfork_done{false};  // of the waiting one: its child has let go

  std::vector<std::unique_ptr<Thread>> threads;

  const GuestMemory &memory() const { return map->memory(); }
  // One above the greatest descriptor that it may have: RLIMIT_NOFILE, or the run's limit.
  uint64_t descriptor_limit() const;
  // vCPU thread. The lowest free descriptor from `lowest` on, or -EMFILE at RLIMIT_NOFILE. The run's limit ends the
  // run.
  int add_descriptor(std::shared_ptr<FileDescription> file, bool close_on_exec, int lowest = 0);
  std::string name() const {
    std::lock_guard lock(public_mutex);
    return facts.name;
  }
  PublicFacts public_facts() const {
    std::lock_guard lock(public_mutex);
    return facts;
  }
};

}  // namespace vmp_linux
#endif
