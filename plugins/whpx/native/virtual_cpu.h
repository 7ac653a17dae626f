// One virtual CPU, how it is brought out of a run, and the instructions that the platform leaves to the program.
#pragma once
#include <vector>

#include "virtual_machine.h"

namespace vmp::whpx {

class VirtualCpu {
 public:
  // [control] Leaves itself in vcpu->engine_data. NULL with `error` filled.
  static VirtualCpu *create(VirtualMachine &machine, vmp_vcpu *vcpu, const vmp_identity &identity, vmp_error *error);
  ~VirtualCpu();
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
  VirtualCpu(VirtualMachine &machine, vmp_vcpu *vcpu, uint32_t index, const vmp_identity &identity);
  vmp_x86_64_state &state() {
    return *reinterpret_cast<vmp_x86_64_state *>(reinterpret_cast<uint8_t *>(vcpu_) + VMP_VCPU_STATE_OFFSET);
  }
  const vmp_hypervisor_service &calls() { return *machine_.backend().calls; }
  bool enter(bool steps);
  bool handle(bool steps);
  bool handle_memory();
  bool handle_port();
  bool handle_exception(bool steps);
  bool answer_cpuid();
  bool begin_emulation();
  bool emulate();
  void complete();

  VirtualMachine &machine_;
  vmp_vcpu *const vcpu_;
  const uint32_t index_;
  const std::vector<vmp_identity_leaf> identity_;
  vmp_whpx_exit last_{};
  vmp_x86_emulator emulator_{};
  vmp_x86_64_state system_{};  // as when the emulation began
  bool emulates_ = false;      // the last exit's instruction is not finished
};

}  // namespace vmp::whpx
