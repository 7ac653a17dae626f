// An engine that implements arch.simulator.
#pragma once

#include <mutex>

#include "core/machine/engine.h"
#include "vm_plugin/arch_simulator.h"

namespace vmp {

class SimulatorEngine : public Engine {
 public:
  // NULL with `error` filled when its capabilities cannot be used.
  static std::unique_ptr<Engine> create(const vmp_binding &binding, vmp_error *error);

  const char *point() const override { return VMP_ARCH_SIMULATOR_POINT; }
  vmp_status attach(vmp_vcpu *vcpu, vmp_error *error) override;
  void detach(vmp_vcpu *vcpu) override;
  void run(Vcpu &vcpu, uint64_t budget) override;
  void invalidate(vmp_address_space *space, uint64_t address, uint64_t size) override;

 private:
  SimulatorEngine(const vmp_arch_simulator &vtable, void *self, const Facts &facts)
      : Engine(facts), vtable_(vtable), self_(self) {}

  const vmp_arch_simulator &vtable_;
  void *const self_;
  std::mutex mutex_;  // [control] calls, one at a time
};

}  // namespace vmp
