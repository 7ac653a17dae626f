// One virtual CPU: KVM's descriptor, the memory shared with the kernel (kvm_run), and how it is brought out of a run.
#pragma once
#include <linux/kvm.h>
#include <sys/types.h>

#include <atomic>

#include "virtual_machine.h"

namespace vmp::kvm {

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
  VirtualCpu(VirtualMachine &machine, vmp_vcpu *vcpu, std::unique_ptr<Processor> processor)
      : machine_(machine),
        vcpu_(vcpu),
        processor_(std::move(processor)),
        descriptor_(processor_->descriptor()),
        area_(processor_->area()) {}
  vmp_x86_64_state &state() {
    return *reinterpret_cast<vmp_x86_64_state *>(reinterpret_cast<uint8_t *>(vcpu_) + VMP_VCPU_STATE_OFFSET);
  }
  int32_t enter();
  bool awaits_input() const;
  void end_input();
  bool finish_input();
  void complete();

  VirtualMachine &machine_;
  vmp_vcpu *const vcpu_;
  std::unique_ptr<Processor> processor_;
  const int descriptor_;
  kvm_run *const area_;
  uint32_t element_ = 0;  // of a string instruction's: the one that the last PORT_IO exit was about
  bool steps_ = false;
  std::atomic<pid_t> runs_in_{0};  // the thread that is in the kernel, or about to
};

// [control] Once a process: the signal that brings a thread out of KVM_RUN does nothing else.
void install_kick();

}  // namespace vmp::kvm
