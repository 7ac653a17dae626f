#include "core/machine/machine.h"

#include "core/error.h"

namespace vmp {

std::shared_ptr<Machine> Machine::create(uint64_t memory_size, Listener listener, vmp_error *error) {
  auto memory = GuestMemory::create(memory_size, error);
  if (memory == nullptr) return nullptr;
  return std::shared_ptr<Machine>(new Machine(std::move(memory), std::move(listener)));
}

Machine::Machine(std::shared_ptr<GuestMemory> memory, Listener listener)
    : memory_(std::move(memory)), listener_(std::move(listener)) {}

Machine::~Machine() {
  // Every thread held a reference, so none is left. Instances go first: they may hold spaces.
  bindings_.clear();
}

void Machine::close() {
  stop("VMP_CANCELLED", "the machine was closed");
  for (uint32_t threads = running_.load(); threads != 0; threads = running_.load()) running_.wait(threads);
  bindings_.clear();
}

void Machine::thread_ended() {
  running_.fetch_sub(1, std::memory_order_acq_rel);
  running_.notify_all();
}

vmp_status Machine::seal(std::string &refuser, vmp_error *error) {
  bindings_.write_table();
  const vmp_binding *engine = bindings_.find(VMP_ARCH_SIMULATOR_POINT);
  const vmp_binding *personality = bindings_.find(VMP_OS_PERSONALITY_POINT);
  if (engine == nullptr || personality == nullptr) {
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "VMP_MACHINE_FAILED",
                engine == nullptr ? "the machine has no engine" : "the machine has no personality");
  }
  engine_ = {static_cast<const vmp_arch_simulator *>(engine->vtable), engine->self,
             static_cast<const vmp_arch_simulator_capabilities *>(engine->capabilities)};
  personality_ = {static_cast<const vmp_os_personality *>(personality->vtable), personality->self};
  const auto *capabilities = engine_.capabilities;
  constexpr uint32_t largest_state = 1u << 20;
  if (capabilities == nullptr || !VMP_KNOWS(capabilities, vmp_arch_simulator_capabilities, system_call) ||
      capabilities->state_size < 8 || capabilities->state_size > largest_state ||
      capabilities->system_call.program_counter + 8u > capabilities->state_size) {
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "VMP_MACHINE_FAILED",
                std::string("engine ") + engine->plugin + "/" + engine->name + " has no usable capabilities");
  }
  // An instance may make virtual CPUs when it is attached: the engine is known and checked before.
  if (const Instance *refused = bindings_.attach(error); refused != nullptr) {
    refuser = refused->plugin();
    return error->status;
  }
  return devices_.build(bindings_.items(), error);
}

vmp_status Machine::create_space(uint64_t size, vmp_address_space **space, vmp_error *error) {
  std::lock_guard lock(mutex_);
  std::unique_ptr<AddressSpace> created;
  const vmp_status status = AddressSpace::create(this, memory_, next_space_, size, created, error);
  if (status != VMP_OK) return status;
  ++next_space_;
  *space = created->layout();
  spaces_.emplace(*space, std::move(created));
  return VMP_OK;
}

void Machine::destroy_space(vmp_address_space *space) {
  std::unique_ptr<AddressSpace> destroyed;  // outside the lock: unmapping takes its time
  std::lock_guard lock(mutex_);
  auto found = spaces_.find(space);
  if (found == spaces_.end()) return;
  destroyed = std::move(found->second);
  spaces_.erase(found);
}

vmp_status Machine::create_vcpu(vmp_address_space *space, vmp_vcpu **vcpu, vmp_error *error) {
  auto created = Vcpu::create(this, space, next_vcpu_++, engine_.capabilities->architecture,
                              engine_.capabilities->state_size, error);
  if (created == nullptr) return VMP_ERROR_OUT_OF_MEMORY;
  vmp_vcpu *layout = created->layout();
  if (engine_.vtable->vcpu_attach != nullptr) {
    std::lock_guard lock(engine_mutex_);
    const vmp_status status = engine_.vtable->vcpu_attach(engine_.self, layout, error);
    if (status != VMP_OK) return status;
  }
  std::lock_guard lock(mutex_);
  if (stopping_) created->request(VMP_REQUEST_STOP);
  vcpus_.emplace(layout, std::move(created));
  *vcpu = layout;
  return VMP_OK;
}

void Machine::destroy_vcpu(vmp_vcpu *vcpu) {
  if (engine_.vtable->vcpu_detach != nullptr) {
    std::lock_guard lock(engine_mutex_);
    engine_.vtable->vcpu_detach(engine_.self, vcpu);
  }
  std::lock_guard lock(mutex_);
  vcpus_.erase(vcpu);
}

void Machine::process_ended(const vmp_process_result &result) {
  if (!VMP_KNOWS(&result, vmp_process_result, detail)) return;  // older than 1.0: no such personality
  RunEvent event;
  event.kind = RunEvent::Kind::ended;
  event.process = result.process;
  event.exit_code = result.exit_code;
  event.signal = result.signal;
  if (result.limit.size != 0) event.limit.assign(result.limit.data, result.limit.size);
  if (result.detail.size != 0) event.detail.assign(result.detail.data, result.detail.size);
  std::lock_guard lock(mutex_);
  // A process that ended by itself before the stop keeps its own result.
  if (stopping_) {
    event.error_code = stop_code_;
    event.detail = stop_detail_;
  }
  results_.insert_or_assign(result.process, std::move(event));
}

void Machine::stop(const std::string &code, const std::string &detail) {
  std::lock_guard lock(mutex_);
  if (!stopping_) {
    stopping_ = true;
    stop_code_ = code;
    stop_detail_ = detail;
  }
  for (auto &[layout, vcpu] : vcpus_) vcpu->request(VMP_REQUEST_STOP);
}

vmp_status Machine::signal(uint32_t process, uint32_t number, vmp_error *error) {
  if (personality_.vtable == nullptr) return fail(error, VMP_ERROR_NOT_FOUND, "NO_PROCESS", "nothing runs");
  return personality_.vtable->signal(personality_.self, process, number, error);
}

void Machine::invalidate_engine(vmp_address_space *space, uint64_t address, uint64_t size) {
  if (engine_.vtable != nullptr && engine_.vtable->invalidate != nullptr) {
    engine_.vtable->invalidate(engine_.self, space, address, size);
  }
}

}  // namespace vmp
