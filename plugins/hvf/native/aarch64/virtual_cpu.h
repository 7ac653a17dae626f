// One virtual CPU on AArch64, how it is brought out of a run, and its accesses to devices.
#pragma once
#include <atomic>

#include "aarch64/syndrome.h"
#include "bound_vcpu.h"

namespace vmp::hvf {

extern const vmp_accel_virtualization_capabilities capabilities;
extern const char provider_name[];

class VirtualCpu {
 public:
  // [control] Leaves itself in vcpu->engine_data. NULL with `error` filled. The identity has no leaves here.
  static VirtualCpu *create(VirtualMachine &machine, vmp_vcpu *vcpu, const vmp_identity &identity, vmp_error *error);
  ~VirtualCpu() { vcpu_->engine_data = nullptr; }
  VirtualCpu(const VirtualCpu &) = delete;
  VirtualCpu &operator=(const VirtualCpu &) = delete;

  static VirtualCpu &of(const vmp_vcpu *vcpu) { return *static_cast<VirtualCpu *>(vcpu->engine_data); }

  // [vcpu]
  void run(uint32_t flags);
  vmp_status read(uint32_t classes, vmp_error *error);
  vmp_status write(uint32_t classes, vmp_error *error);
  // vector: 0 IRQ, 1 FIQ. The processor does not tell when it takes one again: after BUSY, ask at the next exit.
  vmp_status interrupt(uint32_t vector, vmp_error *error);
  // [any]
  void kick();

 private:
  enum class Next { enter, leave };

  VirtualCpu(VirtualMachine &machine, vmp_vcpu *vcpu) : machine_(machine), vcpu_(vcpu), bound_(machine) {}
  vmp_aarch64_state &state() {
    return *reinterpret_cast<vmp_aarch64_state *>(reinterpret_cast<uint8_t *>(vcpu_) + VMP_VCPU_STATE_OFFSET);
  }
  const vmp_hypervisor_service &calls() { return *machine_.backend().calls; }

  int32_t bind();
  int32_t set_stepping(bool on);
  bool enter(bool steps);
  Next handle();
  Next handle_abort(uint32_t access);
  Next handle_system_register();
  void complete();
  int32_t inject_undefined();
  Next fail_exit(const char *call, int32_t result);

  VirtualMachine &machine_;
  vmp_vcpu *const vcpu_;
  BoundVcpu bound_;
  std::atomic<bool> kicked_{false};
  vmp_hvf_exit last_{};
  vmp_aarch64_state system_{};
  Transfer transfer_{};  // of the MMIO exit that is not finished
  bool transfers_ = false;
  bool steps_ = false;
  bool pending_[2] = {};                  // IRQ, FIQ: not yet taken
  uint64_t refused_page_ = ~uint64_t{0};  // of the last abort that nothing explains, and where
  uint64_t refused_pc_ = 0;
};

}  // namespace vmp::hvf
