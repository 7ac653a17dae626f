// A virtual CPU whose guest owns the processor: the backend's, as it is.
#pragma once

#include "core/machine/system_mode/system_space.h"

namespace vmp {

class SystemVcpu final : public BackendVcpu {
 public:
  SystemVcpu(const Backend &backend, vmp_vcpu *vcpu) : BackendVcpu(backend, vcpu) {}
  ~SystemVcpu() override { destroy_processor(); }

  // [control] Once. Then the layout's state is the processor's after a reset.
  vmp_status enter(std::shared_ptr<SystemSpace> space, const vmp_identity &identity, vmp_error *error);

  void run() override;
  vmp_status load(uint32_t classes, vmp_error *error) override;
  void store(uint32_t classes) override { pending_ |= classes & ~uint32_t{VMP_STATE_GENERAL}; }

 private:
  std::shared_ptr<SystemSpace> space_;
  uint32_t pending_ = 0;  // what the next run takes over from the layout, besides the general registers
};

}  // namespace vmp
