#include "core/machine/virtualization_engine.h"

#include "core/error.h"
#include "core/machine/address_space.h"

namespace vmp {
namespace {

constexpr uint32_t most_leaves = 256;

UserVcpu *&part_of(vmp_vcpu *vcpu) { return Vcpu::from(vcpu).user_part; }

}  // namespace

std::unique_ptr<Engine> VirtualizationEngine::create(const vmp_binding &binding, vmp_error *error) {
  const auto *capabilities = static_cast<const vmp_accel_virtualization_capabilities *>(binding.capabilities);
  Backend backend{static_cast<const vmp_accel_virtualization *>(binding.vtable), binding.self, {}};
  backend.host.struct_size = sizeof backend.host;
  if (capabilities == nullptr || !VMP_KNOWS(capabilities, vmp_accel_virtualization_capabilities, system_call) ||
      !VMP_KNOWS(backend.vtable, vmp_accel_virtualization, kick) ||
      capabilities->architecture != VMP_ARCHITECTURE_X86_64 || capabilities->state_size < sizeof(vmp_x86_64_state)) {
    fail(error, VMP_ERROR_UNSUPPORTED, "VMP_MACHINE_FAILED",
         std::string("engine ") + binding.plugin + "/" + binding.name + " runs no x86-64 programs");
    return nullptr;
  }
  if (backend.vtable->describe(backend.self, &backend.host, error) != VMP_OK) return nullptr;
  const Facts facts{capabilities->architecture, capabilities->state_size, capabilities->system_call};
  std::unique_ptr<VirtualizationEngine> engine(new VirtualizationEngine(backend, facts));
  uint32_t count = most_leaves;
  engine->leaves_.resize(count);
  if (backend.vtable->identity(backend.self, engine->leaves_.data(), &count, error) != VMP_OK) return nullptr;
  engine->leaves_.resize(count);
  return engine;
}

std::shared_ptr<UserSpace> VirtualizationEngine::space_of(vmp_address_space *space, vmp_error *error) {
  std::lock_guard lock(mutex_);
  auto &known = spaces_[space];
  if (known == nullptr) known = UserSpace::create(backend_, space, error);
  if (known == nullptr) spaces_.erase(space);
  return known == nullptr ? nullptr : known;
}

vmp_status VirtualizationEngine::attach(vmp_vcpu *vcpu, vmp_error *error) {
  auto space = space_of(vcpu->space, error);
  if (space == nullptr) return error->status;
  vmp_identity identity{};
  identity.struct_size = sizeof identity;
  identity.leaves = leaves_.data();
  identity.count = leaves_.size();
  auto part = UserVcpu::create(backend_, identity, std::move(space), vcpu, error);
  if (part == nullptr) return error->status;
  part_of(vcpu) = part.release();
  return VMP_OK;
}

void VirtualizationEngine::detach(vmp_vcpu *vcpu) {
  delete part_of(vcpu);
  part_of(vcpu) = nullptr;
}

void VirtualizationEngine::forget(vmp_address_space *space) {
  std::shared_ptr<UserSpace> gone;  // outside the lock: it takes its time
  std::lock_guard lock(mutex_);
  if (const auto found = spaces_.find(space); found != spaces_.end()) {
    gone = std::move(found->second);
    spaces_.erase(found);
  }
}

void VirtualizationEngine::run(Vcpu &vcpu, uint64_t) { vcpu.user_part->run(); }

}  // namespace vmp
