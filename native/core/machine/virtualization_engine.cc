#include "core/machine/virtualization_engine.h"

#include "core/error.h"
#include "core/machine/system_mode/system_engine.h"
#include "core/machine/user_mode/user_engine.h"

namespace vmp {
namespace {

constexpr uint32_t most_leaves = 256;

}  // namespace

std::unique_ptr<Engine> VirtualizationEngine::create(const vmp_binding &binding, bool whole_processor,
                                                     std::string &refuser, vmp_error *error) {
  const auto *capabilities = static_cast<const vmp_accel_virtualization_capabilities *>(binding.capabilities);
  Backend backend{static_cast<const vmp_accel_virtualization *>(binding.vtable), binding.self, {}};
  backend.host.struct_size = sizeof backend.host;
  if (capabilities == nullptr || !VMP_KNOWS(capabilities, vmp_accel_virtualization_capabilities, system_call) ||
      !VMP_KNOWS(backend.vtable, vmp_accel_virtualization, kick) ||
      capabilities->architecture != VMP_ARCHITECTURE_X86_64 || capabilities->state_size < sizeof(vmp_x86_64_state)) {
    fail(error, VMP_ERROR_UNSUPPORTED, "VMP_MACHINE_FAILED",
         std::string("engine ") + binding.plugin + "/" + binding.name + " runs no x86-64 guests");
    return nullptr;
  }
  if (backend.vtable->describe(backend.self, &backend.host, error) != VMP_OK) {
    refuser = binding.plugin;
    return nullptr;
  }
  uint32_t count = most_leaves;
  Leaves leaves(count);
  if (backend.vtable->identity(backend.self, leaves.data(), &count, error) != VMP_OK) {
    refuser = binding.plugin;
    return nullptr;
  }
  leaves.resize(count);
  Facts facts;
  facts.architecture = capabilities->architecture;
  facts.state_size = capabilities->state_size;
  facts.system_call = capabilities->system_call;
  if (whole_processor) return std::make_unique<SystemEngine>(backend, std::move(leaves), facts);
  return std::make_unique<UserEngine>(backend, std::move(leaves), facts);
}

vmp_identity VirtualizationEngine::identity() const {
  vmp_identity identity{};
  identity.struct_size = sizeof identity;
  identity.leaves = leaves_.data();
  identity.count = leaves_.size();
  return identity;
}

void VirtualizationEngine::detach(vmp_vcpu *vcpu) { Vcpu::from(vcpu).backend_part.reset(); }

}  // namespace vmp
