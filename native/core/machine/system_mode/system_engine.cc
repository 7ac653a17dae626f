#include "core/machine/system_mode/system_engine.h"

#include "core/error.h"
#include "core/machine/address_space.h"

namespace vmp {

std::shared_ptr<SystemSpace> SystemEngine::space_of(vmp_address_space *space, vmp_error *error) {
  return spaces_.of(space, [&] { return SystemSpace::create(backend_, AddressSpace::from(space), error); });
}

vmp_status SystemEngine::attach(vmp_vcpu *vcpu, vmp_error *error) {
  auto space = space_of(vcpu->space, error);
  if (space == nullptr) return error->status;
  auto part = std::make_unique<SystemVcpu>(backend_, vcpu);
  const vmp_status status = part->enter(std::move(space), identity(), error);
  if (status == VMP_OK) Vcpu::from(vcpu).backend_part = std::move(part);
  return status;
}

void SystemEngine::run(Vcpu &vcpu, uint64_t) { vcpu.backend_part->run(); }

vmp_status SystemEngine::update_memory(vmp_address_space *space, vmp_error *error) {
  const auto known = spaces_.find(space->base);
  return known == nullptr ? VMP_OK : known->update(error);
}

vmp_status SystemEngine::create_hardware(vmp_address_space *space, uint32_t device, vmp_error *error) {
  auto owner = space_of(space, error);
  if (owner == nullptr) return error->status;
  const vmp_status status = owner->create_device(device, error);
  if (status != VMP_OK || device != VMP_HARDWARE_INTERRUPT_CONTROLLER) return status;
  std::lock_guard lock(mutex_);
  controlled_ = owner;
  return VMP_OK;
}

vmp_status SystemEngine::set_line(uint32_t line, uint32_t level, vmp_error *error) {
  std::shared_ptr<SystemSpace> space;
  {
    std::lock_guard lock(mutex_);
    space = controlled_.lock();
  }
  if (space == nullptr) return Engine::set_line(line, level, error);
  return space->set_line(line, level, error);
}

}  // namespace vmp
