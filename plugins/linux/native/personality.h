// One instance of os.personality "linux": the processes of one machine and what they share.
#ifndef VMP_LINUX_PERSONALITY_H
#define VMP_LINUX_PERSONALITY_H

#include <vm_plugin/os_personality.h>

#include "locks/locks.h"
#include "process.h"
#include "processes/process_table.h"
#include "services.h"
#include "settings.h"
#include "timers/timers.h"

namespace vmp_linux {

struct SnapshotState;

class Personality {
 public:
  // [control] As vmp_provider.create and attach.
  static vmp_status create(const vmp_create_info *info, void **self, vmp_error *error);
  vmp_status attach(const vmp_bindings *bindings, vmp_error *error);
  ~Personality();

  // As vmp_os_personality's methods.
  vmp_status spawn(const vmp_spawn &request, vmp_vcpu **vcpu, uint32_t *process, vmp_error *error);
  uint32_t handle_exit(vmp_vcpu *vcpu);
  vmp_status signal(uint32_t run, int32_t process, uint32_t number, vmp_error *error);
  vmp_status snapshot(const SnapshotState **snapshot, vmp_error *error);
  vmp_status restore(const vmp_restore &request, vmp_error *error);
  vmp_status call(const vmp_function_call &request, vmp_error *error);
  void withdraw_call(uint32_t run, uint64_t id);

  // vCPU thread. Reports the end, lets go of what the process held and tells its parent; its thread runs no more.
  void end_process(Thread &thread, int exit_code, int signal, const char *limit, const char *detail);

  const Services &services() const { return services_; }
  const Settings &settings() const { return settings_; }
  const Architecture &architecture() const { return *architecture_; }
  const vmp_system_call_abi &abi() const { return abi_; }
  const std::string &isa() const { return isa_; }
  uint64_t state_size() const { return state_size_; }
  uint64_t hwcap() const { return hwcap_; }
  uint64_t hwcap2() const { return hwcap2_; }
  vmp_machine *machine() const { return machine_; }
  ProcessTable &table() { return table_; }
  Locks &locks() { return locks_; }
  Timers &timers() { return timers_; }
  Handler handler(uint64_t number) const { return number < Run::kNumbers ? handlers_[number] : refuse_call; }
  // By number; null where there is none.
  const SystemCall *call(uint64_t number) const { return number < Run::kNumbers ? calls_[number] : nullptr; }
  // An empty address space for a process of the run. Null with `error` filled.
  vmp_address_space *create_space(const Run &run, vmp_error *error) const;

  std::shared_ptr<Process> find_process(uint32_t id) { return table_.find(id); }
  std::vector<std::shared_ptr<Process>> processes_of(const Run &run) { return table_.processes_of(run); }

  // vCPU thread. Answers a system call that is not implemented: minus its errno, said once in the log.
  static int64_t refuse_call(Thread &thread, const uint64_t *arguments);

 private:
  Personality() = default;
  void build_handlers();
  void enter_host_thread(Thread &thread);
  uint32_t leave(Thread &thread);

  Services services_;
  Settings settings_;
  vmp_machine *machine_ = nullptr;
  const Architecture *architecture_ = nullptr;
  vmp_system_call_abi abi_{};
  uint64_t state_size_ = 0;
  uint64_t hwcap_ = 0, hwcap2_ = 0;
  uint32_t address_bits_ = 0;
  std::string isa_;
  Handler handlers_[Run::kNumbers];
  const SystemCall *calls_[Run::kNumbers];
  Locks locks_;  // outlives every open file of a process
  ProcessTable table_;
  Timers timers_;  // its thread ends before any process goes
};

}  // namespace vmp_linux
#endif
