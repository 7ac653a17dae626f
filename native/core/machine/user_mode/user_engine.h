// An engine on accel.virtualization: programs run in ring 3 of virtual machines, one for each address space.
#pragma once

#include "core/machine/space_table.h"
#include "core/machine/user_mode/user_vcpu.h"
#include "core/machine/virtualization_engine.h"

namespace vmp {

class UserEngine final : public VirtualizationEngine {
 public:
  UserEngine(const Backend &backend, Leaves leaves, Facts facts);

  vmp_status attach(vmp_vcpu *vcpu, vmp_error *error) override;
  void forget(uint8_t *base) override { spaces_.forget(base); }
  void run(Vcpu &vcpu, uint64_t budget) override;
  void update_answers(vmp_address_space *space) override;
  uint64_t vdso() const override { return GuestClock::is_steady() ? SystemArea::vdso : 0; }

 private:
  vmp_status enter(UserVcpu &part, vmp_address_space *space, vmp_error *error);

  UserTraits &traits_;
  SpaceTable<UserSpace> spaces_;
};

}  // namespace vmp
