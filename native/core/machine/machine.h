// A machine: guest memory, address spaces, virtual CPUs and the instances of plugins that serve them.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/machine/address_space.h"
#include "core/machine/bindings.h"
#include "core/machine/device_map.h"
#include "core/machine/engine.h"
#include "core/machine/run.h"
#include "core/machine/snapshot/snapshot.h"
#include "core/machine/vcpu.h"
#include "vm_plugin/machine.h"
#include "vm_plugin/os_personality.h"

struct vmp_machine {};  // opaque to plugins; Machine is the only one that derives from it

namespace vmp {

// What a process is made from; owns everything that vmp_spawn borrows.
struct SpawnRequest {
  int32_t program = -1;  // taken over by the personality
  std::string path;
  std::vector<std::string> arguments;
  std::vector<std::string> environment;
  std::string working_directory;
  int32_t standard[3] = {0, 1, 2};
  struct Mount {
    std::string host;
    std::string guest;
    bool read_only = false;
  };
  std::string root;
  bool root_read_only = false;
  std::vector<Mount> mounts;
  int32_t trace = -1;
  RunLimits limits;
  uint32_t process_limit = 0;
  uint32_t open_file_limit = 0;
};

// A function of the first process of a run.
struct FunctionRequest {
  uint32_t run = 0;
  std::string symbol;
  std::vector<uint64_t> arguments;
};

class Machine : public vmp_machine, public std::enable_shared_from_this<Machine> {
 public:
  using Listener = std::function<void(RunEvent &&)>;

  static std::shared_ptr<Machine> create(uint64_t memory_size, Listener listener, vmp_error *error);
  static Machine &from(vmp_machine *machine) { return *static_cast<Machine *>(machine); }
  ~Machine();

  // [control] Before seal: the instances, in the order in which they are attached.
  Bindings &bindings() { return bindings_; }
  // [control] Resolves engine, personality and devices, and attaches every instance. `refuser` is the id of the plugin
  // whose refusal `error` holds; it stays empty when the failure is the machine's own.
  vmp_status seal(std::string &refuser, vmp_error *error);
  // [control] Starts a run on a thread of its own; the events carry the number that is answered.
  uint32_t spawn(SpawnRequest request);
  // [any] Asks every virtual CPU to end. Their runs end with `detail`.
  void stop(const std::string &code, const std::string &detail);
  // [any] As stop, for one run alone. Nothing happens when it has ended.
  void stop_run(uint32_t run, const std::string &code, const std::string &detail);
  // [any] Ends a run by a limit, or by an error when `code` is not empty. The first reason stands.
  void end_run(Run &run, const std::string &code, const std::string &limit, const std::string &detail);
  void end_over_time(Run &run);  // when it is
  // [any] As vmp_os_personality.signal.
  vmp_status signal(uint32_t run, int32_t process, uint32_t number, vmp_error *error);
  // [any] As vmp_os_personality.call. With OK, an event `returned` comes for `id`, perhaps before this is back; before
  // that of the run's end in any case.
  vmp_status call(const FunctionRequest &request, uint64_t &id, vmp_error *error);
  // [any] Its event then comes with VMP_CANCELLED, unless the call has begun or has ended.
  void withdraw_call(uint64_t id);
  // [any] Brings every virtual CPU to rest, also where a call of the guest's waits, until resume. A stop ends it as
  // well, and so does a limit of time.
  void pause();
  void resume();
  // [any] Until no virtual CPU runs guest code or plugin code any more, or there was a resume.
  void wait_until_paused();
  // What the machine is now: its virtual CPUs rest meanwhile. NULL with `error` filled, and nothing has changed.
  // `refuser` as of seal. [control]
  std::shared_ptr<const Snapshot> snapshot(std::string &refuser, vmp_error *error);
  // Makes the machine what it was: the one that the snapshot was taken from, or another of the same plugins. It is
  // paused after that. streams: of runs that are not there any more, which `restored` names. On failure the machine is
  // stopped. copies: nothing is shared with the snapshot. [control]
  vmp_status restore(const std::shared_ptr<const Snapshot> &snapshot, const std::vector<RestoredStreams> &streams,
                     bool copies, std::vector<RestoredRun> &restored, std::string &refuser, vmp_error *error);
  // [control] close waits until each hold has been let go: for a thread of the caller's own that uses the machine.
  void hold() { running_.fetch_add(1, std::memory_order_acq_rel); }
  void let_go() { thread_ended(); }
  // Stops, waits for every thread and destroys the instances: plugin code runs, which may take its time. Once.
  // [control]
  void close();
  const std::shared_ptr<GuestMemory> &memory() const { return memory_; }

  // For the services; named there.
  vmp_status create_space(uint32_t run, uint64_t size, vmp_address_space **space, vmp_error *error);
  vmp_status fork_space(AddressSpace &space, vmp_address_space **copy, vmp_error *error);
  void destroy_space(vmp_address_space *space);
  vmp_status create_vcpu(uint32_t run, vmp_address_space *space, vmp_vcpu **vcpu, vmp_error *error);
  vmp_status start_vcpu(vmp_vcpu *vcpu, vmp_error *error);
  void destroy_vcpu(vmp_vcpu *vcpu);
  void process_ended(uint32_t run, const vmp_process_result &result);
  void run_limit(uint32_t run, const std::string &limit, const std::string &detail);
  void process_stopped(uint32_t run, uint32_t process, uint32_t signal);
  uint64_t vdso() const { return engine_->vdso(); }
  void invalidate_engine(vmp_address_space *space, uint64_t address, uint64_t size);
  vmp_status update_engine_memory(vmp_address_space *space, vmp_error *error);
  vmp_status create_hardware(vmp_address_space *space, uint32_t device, vmp_error *error);
  vmp_status set_line(uint32_t line, uint32_t level, vmp_error *error);
  int32_t standard_stream(uint32_t number);
  void power_off(int32_t exit_code);
  void set_answers(vmp_address_space *space, std::span<const vmp_call_answer> answers);
  void call_ended(uint64_t id, uint32_t status, uint64_t result, const std::string &reason);

  // [vcpu] While there is a request to pause, in a call that waits.
  void rest_in_wait(Vcpu &vcpu);
  // [any] Virtual CPUs are to rest in the run loop alone, with nothing of the personality's under way.
  bool is_quiet() const { return quiet_.load(std::memory_order_acquire); }

 private:
  Machine(std::shared_ptr<GuestMemory> memory, Listener listener);
  std::shared_ptr<Run> find_run(uint32_t id);
  vmp_status make_space(std::shared_ptr<Run> run, uint64_t size, AddressSpace *&space, vmp_error *error);
  vmp_status make_space(std::shared_ptr<Run> run, uint64_t id, uint64_t size, AddressSpace *&space, vmp_error *error);
  vmp_status make_vcpu(std::shared_ptr<Run> run, vmp_address_space *space, uint32_t index, vmp_vcpu **vcpu,
                       vmp_error *error);
  void release();
  void run_first(std::shared_ptr<Run> run, SpawnRequest request);
  void start_thread(std::function<void()> work);
  void watch_deadline(const std::shared_ptr<Run> &run);
  void request_stop(const Run &run);
  void describe_stop(const Run &run, RunEvent &event) const;  // why it was stopped, into its last event
  void leave_run(std::shared_ptr<Run> run, uint64_t instructions, uint64_t cpu_nanoseconds);
  void thread_ended();
  void take_result(Run &run, const vmp_process_result &result);
  bool begin_guest(const std::shared_ptr<Run> &run);
  void end_guest(const Run &run);
  void end_locked(Run &run, const std::string &code, const std::string &limit, const std::string &detail);
  void begin_time();
  void run_to_end(vmp_vcpu *vcpu, std::shared_ptr<Run> run);
  template <typename Rests>
  void rest(Vcpu &vcpu, std::unique_lock<std::mutex> &lock, Rests rests);
  bool rest_in_loop(Vcpu &vcpu);
  bool is_paused() const { return paused_ || quiet_.load(std::memory_order_relaxed); }

  std::string engine_name() const;
  vmp_status check_snapshots(vmp_error *error) const;
  vmp_status keep_registers(Snapshot &snapshot, vmp_error *error);
  vmp_status keep_memory(Snapshot &snapshot, vmp_error *error);
  void keep_runs(Snapshot &snapshot);
  // While it lives every virtual CPU rests in the run loop.
  class Quiet {
   public:
    explicit Quiet(Machine &machine);
    ~Quiet();
    Quiet(const Quiet &) = delete;
    Quiet &operator=(const Quiet &) = delete;

   private:
    Machine &machine_;
    std::lock_guard<std::mutex> control_;
  };
  friend class Restoration;
  void end_calls(uint32_t run, const std::string &reason);
  void flush_devices(Run &run);
  void run_loop(Vcpu &vcpu);
  bool run_budgeted(Vcpu &vcpu);
  bool resolve_fault(Vcpu &vcpu);
  bool serve_device(Vcpu &vcpu);

  struct Personality {
    const vmp_os_personality *vtable = nullptr;
    void *self = nullptr;
    bool whole_processor = false;  // its guests own the processor
  };

  static Personality personality_of(const vmp_binding &binding);

  std::shared_ptr<GuestMemory> memory_;
  Listener listener_;
  Bindings bindings_;
  std::unique_ptr<Engine> engine_;
  std::shared_ptr<ArenaPool> arenas_;
  Personality personality_;
  DeviceMap devices_;
  std::mutex control_mutex_;  // [control] calls into the personality, one at a time
  std::mutex mutex_;          // what follows
  std::unordered_map<vmp_address_space *, std::unique_ptr<AddressSpace>> spaces_;
  std::unordered_map<vmp_vcpu *, Vcpu::Owner> vcpus_;
  std::unordered_map<uint32_t, std::shared_ptr<Run>> runs_;  // those that have not ended; 0: of what no spawn started
  std::condition_variable run_ended_;
  std::unordered_map<uint64_t, uint32_t> calls_;  // of functions, that are under way: their runs
  uint64_t next_call_ = 1;
  std::shared_ptr<Run> guest_;  // the one that owns the processor
  std::condition_variable rest_changed_;
  bool paused_ = false;
  std::atomic<bool> quiet_{false};   // changed under the lock
  uint32_t looping_ = 0;             // virtual CPUs in the run loop, or on the way to it
  uint32_t resting_ = 0;             // those of them that are paused
  uint32_t resting_in_loop_ = 0;     // those of these in no call
  bool copies_memory_ = false;       // it was restored so: its memory is all in its own file
  uint32_t dropping_ = 0;            // virtual CPUs that are dropped and have not gone
  std::set<const void *> restored_;  // spaces and virtual CPUs that plugins must not destroy now
  std::atomic<uint32_t> next_vcpu_{0};
  bool stopping_ = false;
  std::string stop_code_;
  std::string stop_detail_;
  std::atomic<uint32_t> running_{0};  // threads
};

}  // namespace vmp
