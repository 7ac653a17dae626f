#include "core/machine/engine.h"

#include "core/error.h"
#include "core/machine/simulator_engine.h"
#include "core/machine/virtualization_engine.h"

namespace vmp {
namespace {

constexpr uint32_t largest_state = 1u << 20;

bool is_usable(const Engine::Facts &facts) {
  return facts.state_size >= 8 && facts.state_size <= largest_state &&
         facts.system_call.program_counter + 8u <= facts.state_size;
}

}  // namespace

std::unique_ptr<Engine> Engine::create(const Bindings &bindings, bool whole_processor, std::string &refuser,
                                       vmp_error *error) {
  const vmp_binding *simulator = bindings.find(VMP_ARCH_SIMULATOR_POINT);
  const vmp_binding *binding = simulator != nullptr ? simulator : bindings.find(VMP_ACCEL_VIRTUALIZATION_POINT);
  if (binding == nullptr) {
    fail(error, VMP_ERROR_INVALID_ARGUMENT, "VMP_MACHINE_FAILED", "the machine has no engine");
    return nullptr;
  }
  if (simulator != nullptr && whole_processor) {
    fail(error, VMP_ERROR_UNSUPPORTED, "VMP_MACHINE_FAILED",
         std::string("engine ") + binding->plugin + "/" + binding->name +
             " runs programs, no guest that owns the processor");
    return nullptr;
  }
  auto engine = simulator != nullptr ? SimulatorEngine::create(*binding, error)
                                     : VirtualizationEngine::create(*binding, whole_processor, refuser, error);
  if (engine == nullptr || is_usable(engine->facts())) return engine;
  fail(error, VMP_ERROR_INVALID_ARGUMENT, "VMP_MACHINE_FAILED",
       std::string("engine ") + binding->plugin + "/" + binding->name + " has no usable capabilities");
  return nullptr;
}

vmp_status Engine::create_hardware(vmp_address_space *, uint32_t, vmp_error *error) {
  return fail(error, VMP_ERROR_UNSUPPORTED, "HARDWARE_MISSING", "the machine's guests are programs, without hardware");
}

vmp_status Engine::set_line(uint32_t, uint32_t, vmp_error *error) {
  return fail(error, VMP_ERROR_NOT_FOUND, "CONTROLLER_MISSING", "the machine's guest has no interrupt controller");
}

}  // namespace vmp
