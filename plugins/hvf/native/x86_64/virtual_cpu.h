// One virtual CPU on VMX: its controls, how it is brought out of a run, and the instructions that are left to the
// program.
#pragma once
#include <atomic>
#include <vector>

#include "bound_vcpu.h"
#include "x86_64/vmcs.h"

namespace vmp::hvf {

extern const vmp_accel_virtualization_capabilities capabilities;
extern const char provider_name[];

class VirtualCpu {
 public:
  // [control] Leaves itself in vcpu->engine_data. NULL with `error` filled.
  static VirtualCpu *create(VirtualMachine &machine, vmp_vcpu *vcpu, const vmp_identity &identity, vmp_error *error);
  ~VirtualCpu() { vcpu_->engine_data = nullptr; }
  VirtualCpu(const VirtualCpu &) = delete;
  VirtualCpu &operator=(const VirtualCpu &) = delete;

  static VirtualCpu &of(const vmp_vcpu *vcpu) { return *static_cast<VirtualCpu *>(vcpu->engine_data); }

  // [vcpu]
  void run(uint32_t flags);
  vmp_status read(uint32_t classes, vmp_error *error);
  vmp_status write(uint32_t classes, vmp_error *error);
  vmp_status interrupt(uint32_t vector, vmp_error *error);
  // [any]
  void kick();

 private:
  enum class Next { enter, leave };

  VirtualCpu(VirtualMachine &machine, vmp_vcpu *vcpu, const vmp_identity &identity);
  vmp_x86_64_state &state() {
    return *reinterpret_cast<vmp_x86_64_state *>(reinterpret_cast<uint8_t *>(vcpu_) + VMP_VCPU_STATE_OFFSET);
  }
  const vmp_hypervisor_service &calls() { return *machine_.backend().calls; }

  int32_t bind();
  int32_t set_up();
  int32_t get(uint32_t classes, vmp_x86_64_state &to);
  int32_t set(uint32_t classes, const vmp_x86_64_state &from);
  int32_t load_page_directory_pointers(const vmp_x86_64_state &from);
  uint64_t field(vmcs::Field name);
  void set_field(vmcs::Field name, uint64_t value);
  void set_primary(uint64_t control, bool on);
  void inject(unsigned vector, bool has_error_code);
  void redeliver();
  void skip() { state().rip += field(vmcs::instruction_length); }

  bool enter();
  Next handle(bool steps);
  Next handle_violation();
  Next handle_port();
  Next handle_control_register();
  Next handle_model_register(bool is_write);
  Next handle_xsetbv();
  Next handle_cpuid();
  Next begin_emulation();
  Next emulate();
  Next fail_exit(const char *call, int32_t result);

  VirtualMachine &machine_;
  vmp_vcpu *const vcpu_;
  const std::vector<vmp_identity_leaf> identity_;
  BoundVcpu bound_;
  std::atomic<bool> kicked_{false};
  vmp_x86_emulator emulator_{};
  vmp_x86_64_state system_{};  // as when the emulation began
  bool emulates_ = false;      // the last exit's instruction is not finished
  bool traps_ = false;         // the monitor trap flag is on
  uint64_t cr8_ = 0;           // there is no interrupt controller that it could mask
  uint64_t apic_base_ = 0;
  uint64_t refused_page_ = ~uint64_t{0};  // of the last violation that nothing explains, and where
  uint64_t refused_rip_ = 0;
};

}  // namespace vmp::hvf
