// What the engines on accel.virtualization share: the backend, and what processors are to their guests.
#pragma once

#include <vector>

#include "core/machine/backend.h"
#include "core/machine/engine.h"

namespace vmp {

class VirtualizationEngine : public Engine {
 public:
  // [control] As Engine::create. whole_processor: the guests own the processor; else they are programs.
  static std::unique_ptr<Engine> create(const vmp_binding &binding, bool whole_processor, std::string &refuser,
                                        vmp_error *error);

  const char *point() const override { return VMP_ACCEL_VIRTUALIZATION_POINT; }
  void detach(vmp_vcpu *vcpu) override;

 protected:
  using Leaves = std::vector<vmp_identity_leaf>;

  VirtualizationEngine(const Backend &backend, Leaves leaves, const Facts &facts)
      : Engine(facts), backend_(backend), leaves_(std::move(leaves)) {}
  // Borrowed from this engine.
  vmp_identity identity() const;

  Backend backend_;
  const Leaves leaves_;
};

}  // namespace vmp
