#include "core/machine/simulator_engine.h"

#include "core/error.h"
#include "core/machine/address_space.h"
#include "core/machine/fault_guard.h"

namespace vmp {

std::unique_ptr<Engine> SimulatorEngine::create(const vmp_binding &binding, vmp_error *error) {
  const auto *capabilities = static_cast<const vmp_arch_simulator_capabilities *>(binding.capabilities);
  if (capabilities == nullptr || !VMP_KNOWS(capabilities, vmp_arch_simulator_capabilities, system_call)) {
    fail(error, VMP_ERROR_INVALID_ARGUMENT, "VMP_MACHINE_FAILED",
         std::string("engine ") + binding.plugin + "/" + binding.name + " has no usable capabilities");
    return nullptr;
  }
  const Facts facts{
      capabilities->architecture, capabilities->state_size, capabilities->system_call, VMP_PAGE_SIZE, 0, true, true};
  return std::unique_ptr<Engine>(
      new SimulatorEngine(*static_cast<const vmp_arch_simulator *>(binding.vtable), binding.self, facts));
}

vmp_status SimulatorEngine::attach(vmp_vcpu *vcpu, vmp_error *error) {
  if (vtable_.vcpu_attach == nullptr) return VMP_OK;
  std::lock_guard lock(mutex_);
  return vtable_.vcpu_attach(self_, vcpu, error);
}

void SimulatorEngine::detach(vmp_vcpu *vcpu) {
  if (vtable_.vcpu_detach == nullptr) return;
  std::lock_guard lock(mutex_);
  vtable_.vcpu_detach(self_, vcpu);
}

// Leaves the engine by siglongjmp when the guest touched what the host's mappings forbid; no destructor between.
void SimulatorEngine::run(Vcpu &vcpu, uint64_t budget) {
  vmp_vcpu *layout = vcpu.layout();
  auto &space = AddressSpace::from(layout->space);
  FaultGuard guard(space.guard_begin(), space.guard_size());
  if (sigsetjmp(guard.jump(), 0) == 0) {
    vtable_.run(self_, layout, budget);
    return;
  }
  vmp_exit &exit = layout->exit;
  exit.kind = VMP_EXIT_MEMORY_FAULT;
  exit.flags = 0;
  exit.pc = vcpu.state_register(facts().system_call.program_counter);
  exit.u.memory.address = guard.fault().address - reinterpret_cast<uint64_t>(layout->space->base);
  exit.u.memory.size = 0;
  exit.u.memory.access = guard.fault().write ? VMP_PROTECTION_WRITE : VMP_PROTECTION_READ;
}

void SimulatorEngine::invalidate(vmp_address_space *space, uint64_t address, uint64_t size) {
  if (vtable_.invalidate != nullptr) vtable_.invalidate(self_, space, address, size);
}

}  // namespace vmp
