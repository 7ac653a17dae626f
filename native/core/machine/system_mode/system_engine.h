// An engine on accel.virtualization: guests own the processor, each in the virtual machine of its address space.
#pragma once

#include "core/machine/space_table.h"
#include "core/machine/system_mode/system_vcpu.h"
#include "core/machine/virtualization_engine.h"

namespace vmp {

class SystemEngine final : public VirtualizationEngine {
 public:
  SystemEngine(const Backend &backend, Leaves leaves, const Facts &facts)
      : VirtualizationEngine(backend, std::move(leaves), facts) {}

  vmp_status attach(vmp_vcpu *vcpu, vmp_error *error) override;
  void forget(uint8_t *base) override { spaces_.forget(base); }
  void run(Vcpu &vcpu, uint64_t budget) override;
  vmp_status update_memory(vmp_address_space *space, vmp_error *error) override;
  vmp_status create_hardware(vmp_address_space *space, uint32_t device, vmp_error *error) override;
  vmp_status set_line(uint32_t line, uint32_t level, vmp_error *error) override;

 private:
  std::shared_ptr<SystemSpace> space_of(vmp_address_space *space, vmp_error *error);

  SpaceTable<SystemSpace> spaces_;
  std::mutex mutex_;                       // what follows
  std::weak_ptr<SystemSpace> controlled_;  // the one that has an interrupt controller
};

}  // namespace vmp
