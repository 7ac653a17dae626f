// One instance of os.personality "linux": the processes of one machine and what they share.
#ifndef VMP_LINUX_PERSONALITY_H
#define VMP_LINUX_PERSONALITY_H

#include <vm_plugin/os_personality.h>

#include <map>

#include "files/file_system.h"
#include "process.h"
#include "services.h"
#include "settings.h"

namespace vmp_linux {

class Personality {
 public:
  // [control] As vmp_provider.create and attach.
  static vmp_status create(const vmp_create_info *info, void **self, vmp_error *error);
  vmp_status attach(const vmp_bindings *bindings, vmp_error *error);
  ~Personality();

  // As vmp_os_personality's methods.
  vmp_status spawn(const vmp_spawn &request, vmp_vcpu **vcpu, uint32_t *process, vmp_error *error);
  uint32_t handle_exit(vmp_vcpu *vcpu);
  vmp_status signal(uint32_t process, uint32_t number, vmp_error *error);

  // vCPU thread. Reports the end and lets go of what the process held; its threads run no more.
  void end_process(Process &process, int exit_code, int signal, const char *limit, const char *detail);

  const Services &services() const { return services_; }
  const Settings &settings() const { return settings_; }
  const Architecture &architecture() const { return *architecture_; }
  const vmp_system_call_abi &abi() const { return abi_; }
  const std::string &isa() const { return isa_; }
  vmp_machine *machine() const { return machine_; }
  FileSystem &files() { return files_; }
  Handler handler(uint64_t number) const { return number < kNumbers ? handlers_[number] : refuse_call; }

  enum class Warning : uint8_t { shared_file_mapping, shared_file_snapshot };
  // Any thread. Logs the first warning of its kind in this machine.
  void warn_once(Warning warning, const char *text);

  // vCPU thread. Answers a system call that is not implemented: minus its errno, said once in the log.
  static int64_t refuse_call(Thread &thread, const uint64_t *arguments);

 private:
  static constexpr uint64_t kNumbers = 512;

  Personality() = default;
  void build_handlers();
  vmp_status load(Process &process, const vmp_spawn &request, vmp_vcpu **vcpu, vmp_error *error);
  vmp_status open_program(Process &process, const vmp_spawn &request, OwnedDescriptor program, vmp_error *error);
  void reap();

  Services services_;
  Settings settings_;
  vmp_machine *machine_ = nullptr;
  const Architecture *architecture_ = nullptr;
  vmp_system_call_abi abi_{};
  uint64_t hwcap_ = 0, hwcap2_ = 0;
  uint32_t address_bits_ = 0;
  std::string isa_;
  FileSystem files_;
  Handler handlers_[kNumbers];
  const SystemCall *calls_[kNumbers];
  std::atomic<uint64_t> refusals_[kNumbers + 1]{};  // how often; the last counts every greater number

  std::atomic<uint32_t> warnings_{0};  // a bit for each Warning given

  std::mutex processes_mutex_;
  std::map<uint32_t, std::unique_ptr<Process>> processes_;
  uint32_t next_process_ = 2;
};

}  // namespace vmp_linux
#endif
