// An engine that implements accel.virtualization: programs run in ring 3 of virtual machines, one for each address
// space.
#pragma once

#include <mutex>
#include <unordered_map>
#include <vector>

#include "core/machine/engine.h"
#include "core/machine/user_mode/user_vcpu.h"

namespace vmp {

class VirtualizationEngine : public Engine {
 public:
  // [control] As Engine::create.
  static std::unique_ptr<Engine> create(const vmp_binding &binding, std::string &refuser, vmp_error *error);

  const char *point() const override { return VMP_ACCEL_VIRTUALIZATION_POINT; }
  vmp_status attach(vmp_vcpu *vcpu, vmp_error *error) override;
  void detach(vmp_vcpu *vcpu) override;
  void forget(uint8_t *base) override;
  void run(Vcpu &vcpu, uint64_t budget) override;
  uint64_t vdso() const override { return GuestClock::is_steady() ? SystemArea::vdso : 0; }

 private:
  VirtualizationEngine(const Backend &backend, const Facts &facts) : Engine(facts), backend_(backend) {}
  vmp_status enter(UserVcpu &part, vmp_address_space *space, vmp_error *error);
  std::shared_ptr<UserSpace> space_of(vmp_address_space *space, vmp_error *error);
  void choose_features();

  Backend backend_;
  std::vector<vmp_identity_leaf> leaves_;
  std::mutex mutex_;                                                  // what follows
  std::unordered_map<uint8_t *, std::shared_ptr<UserSpace>> spaces_;  // by the first address of their arenas
};

}  // namespace vmp
