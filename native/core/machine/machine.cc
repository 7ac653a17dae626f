#include "core/machine/machine.h"

#include <csignal>

#include "core/error.h"

namespace vmp {

std::shared_ptr<Machine> Machine::create(uint64_t memory_size, Listener listener, vmp_error *error) {
  auto memory = GuestMemory::create(memory_size, error);
  if (memory == nullptr) return nullptr;
  return std::shared_ptr<Machine>(new Machine(std::move(memory), std::move(listener)));
}

Machine::Machine(std::shared_ptr<GuestMemory> memory, Listener listener)
    : memory_(std::move(memory)), listener_(std::move(listener)) {
  runs_.emplace(0, std::make_shared<Run>(0, RunLimits{}));
}

Machine::~Machine() {
  release();  // every thread held a reference, so none is left
}

// The personality and the devices may hold spaces and virtual CPUs, and those something of the engine's instance.
void Machine::release() {
  if (engine_ != nullptr) bindings_.clear_all_but(engine_->point());
  while (!vcpus_.empty()) destroy_vcpu(vcpus_.begin()->first);
  spaces_.clear();
  arenas_.reset();
  bindings_.clear();
}

void Machine::close() {
  stop("VMP_CANCELLED", "the machine was closed");
  for (uint32_t threads = running_.load(); threads != 0; threads = running_.load()) running_.wait(threads);
  release();
}

void Machine::thread_ended() {
  running_.fetch_sub(1, std::memory_order_acq_rel);
  running_.notify_all();
}

vmp_status Machine::seal(std::string &refuser, vmp_error *error) {
  // A thread that close waits for: whoever gave up waiting for an instance that hangs here closes the machine.
  hold();
  struct Ended {
    Machine &machine;
    ~Ended() { machine.let_go(); }
  } ended{*this};
  bindings_.write_table();
  const vmp_binding *personality = bindings_.find(VMP_OS_PERSONALITY_POINT);
  if (personality != nullptr) personality_ = personality_of(*personality);
  engine_ = Engine::create(bindings_, personality_.whole_processor, refuser, error);
  if (engine_ == nullptr) return error->status;
  arenas_ = std::make_shared<ArenaPool>(engine_->facts().kept_arenas, [this](uint8_t *base) { engine_->forget(base); });
  if (personality == nullptr) {
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "VMP_MACHINE_FAILED", "the machine has no personality");
  }
  // An instance may make virtual CPUs when it is attached: the engine is known and checked before.
  if (const Instance *refused = bindings_.attach(error); refused != nullptr) {
    refuser = refused->plugin();
    return error->status;
  }
  return devices_.build(bindings_.items(), error);
}

Machine::Personality Machine::personality_of(const vmp_binding &binding) {
  const auto *capabilities = static_cast<const vmp_os_personality_capabilities *>(binding.capabilities);
  const bool whole_processor = capabilities != nullptr &&
                               VMP_KNOWS(capabilities, vmp_os_personality_capabilities, whole_processor) &&
                               capabilities->whole_processor != 0;
  return {static_cast<const vmp_os_personality *>(binding.vtable), binding.self, whole_processor};
}

std::shared_ptr<Run> Machine::find_run(uint32_t id) {
  std::lock_guard lock(mutex_);
  const auto found = runs_.find(id);
  return found == runs_.end() ? nullptr : found->second;
}

vmp_status Machine::make_space(std::shared_ptr<Run> run, uint64_t size, AddressSpace *&space, vmp_error *error) {
  // One sequence for all machines: the same number in another one is that of a fork, and so the same space.
  static std::atomic<uint64_t> next{1};
  return make_space(std::move(run), next.fetch_add(1), size, space, error);
}

vmp_status Machine::make_space(std::shared_ptr<Run> run, uint64_t id, uint64_t size, AddressSpace *&space,
                               vmp_error *error) {
  std::lock_guard lock(mutex_);
  std::unique_ptr<AddressSpace> created;
  const vmp_status status = AddressSpace::create(this, std::move(run), memory_, id, size, arenas_, created, error);
  if (status != VMP_OK) return status;
  created->set_copied_at_once(engine_->facts().copied_at_once);
  space = created.get();
  spaces_.emplace(space->layout(), std::move(created));
  return VMP_OK;
}

vmp_status Machine::create_space(uint32_t id, uint64_t size, vmp_address_space **space, vmp_error *error) {
  auto run = find_run(id);
  if (run == nullptr) return fail(error, VMP_ERROR_INVALID_ARGUMENT, "RUN_UNKNOWN", "no run " + std::to_string(id));
  AddressSpace *created = nullptr;
  const vmp_status status = make_space(std::move(run), size, created, error);
  if (status == VMP_OK) *space = created->layout();
  return status;
}

vmp_status Machine::fork_space(AddressSpace &space, vmp_address_space **copy, vmp_error *error) {
  AddressSpace *child = nullptr;
  vmp_status status = make_space(space.run(), space.layout()->size, child, error);
  if (status != VMP_OK) return status;
  status = space.fork_to(*child, error);
  if (status == VMP_OK) {
    *copy = child->layout();
  } else {
    destroy_space(child->layout());
  }
  return status;
}

void Machine::destroy_space(vmp_address_space *space) {
  std::unique_ptr<AddressSpace> destroyed;  // outside the lock: unmapping takes its time
  std::lock_guard lock(mutex_);
  auto found = spaces_.find(space);
  if (found == spaces_.end() || restored_.count(space) != 0) return;
  destroyed = std::move(found->second);
  spaces_.erase(found);
}

vmp_status Machine::create_vcpu(uint32_t id, vmp_address_space *space, vmp_vcpu **vcpu, vmp_error *error) {
  auto run = find_run(id);
  if (run == nullptr) return fail(error, VMP_ERROR_INVALID_ARGUMENT, "RUN_UNKNOWN", "no run " + std::to_string(id));
  return make_vcpu(run, space, next_vcpu_.fetch_add(1), vcpu, error);
}

vmp_status Machine::make_vcpu(std::shared_ptr<Run> run, vmp_address_space *space, uint32_t index, vmp_vcpu **vcpu,
                              vmp_error *error) {
  auto created =
      Vcpu::create(this, run, space, index, engine_->facts().architecture, engine_->facts().state_size, error);
  if (created == nullptr) return VMP_ERROR_OUT_OF_MEMORY;
  vmp_vcpu *layout = created->layout();
  if (const vmp_status status = engine_->attach(layout, error); status != VMP_OK) return status;
  std::lock_guard lock(mutex_);
  if (stopping_ || run->stopping || run->result) created->request(VMP_REQUEST_STOP);
  if (is_paused()) created->request(VMP_REQUEST_PAUSE);
  vcpus_.emplace(layout, std::move(created));
  *vcpu = layout;
  return VMP_OK;
}

void Machine::destroy_vcpu(vmp_vcpu *vcpu) {
  Vcpu::Owner gone;
  {
    std::lock_guard lock(mutex_);
    const auto found = vcpus_.find(vcpu);
    if (found == vcpus_.end() || restored_.count(vcpu) != 0) return;
    gone = std::move(found->second);  // no request reaches it any more
    vcpus_.erase(found);
  }
  engine_->detach(vcpu);
}

void Machine::process_ended(uint32_t id, const vmp_process_result &result) {
  if (!VMP_KNOWS(&result, vmp_process_result, refused_calls)) return;  // older than 1.0: no such personality
  const auto run = find_run(id);
  if (run == nullptr) return;
  std::lock_guard lock(mutex_);
  take_result(*run, result);
}

// Under the lock. The first result of the first process stands.
void Machine::take_result(Run &run, const vmp_process_result &result) {
  const auto text = [](const vmp_string &from) {
    return from.size == 0 ? std::string() : std::string(from.data, from.size);
  };
  const bool is_first = result.process == run.first_process && !run.result;
  if (!is_first && !run.result) return;
  if (is_first) {
    RunEvent &event = run.result.emplace();
    event.kind = RunEvent::Kind::ended;
    event.run = run.id;
    event.process = result.process;
    event.exit_code = result.exit_code;
    event.signal = result.signal;
    event.limit = text(result.limit);
    event.detail = text(result.detail);
    // A process that ended by itself before the stop keeps its own result.
    if (run.stopping || stopping_) describe_stop(run, event);
    request_stop(run);  // as in a container, the rest ends with the first
  }
  run.result->processes = result.processes;
  run.result->system_calls = result.system_calls;
  run.result->refused_calls = text(result.refused_calls);
}

// Under the lock.
void Machine::describe_stop(const Run &run, RunEvent &event) const {
  event.error_code = run.stopping ? run.stop_code : stop_code_;
  event.limit = run.stop_limit;
  event.detail = run.stopping ? run.stop_detail : stop_detail_;
  if (event.limit.empty()) return;
  // Also where another process of the run passed the limit while the first was leaving.
  event.exit_code = 0;
  event.signal = SIGKILL;
}

// Under the lock.
void Machine::request_stop(const Run &run) {
  for (auto &[layout, vcpu] : vcpus_) {
    if (vcpu->run().get() == &run) vcpu->request(VMP_REQUEST_STOP);
  }
}

void Machine::end_run(Run &run, const std::string &code, const std::string &limit, const std::string &detail) {
  std::lock_guard lock(mutex_);
  end_locked(run, code, limit, detail);
}

void Machine::end_locked(Run &run, const std::string &code, const std::string &limit, const std::string &detail) {
  if (!run.stopping) {
    run.stopping = true;
    run.stop_code = code;
    run.stop_limit = limit;
    run.stop_detail = detail;
  }
  request_stop(run);
}

void Machine::stop_run(uint32_t id, const std::string &code, const std::string &detail) {
  if (const auto run = find_run(id); run != nullptr && id != 0) end_run(*run, code, "", detail);
}

void Machine::run_limit(uint32_t id, const std::string &limit, const std::string &detail) {
  if (const auto run = find_run(id); run != nullptr && id != 0) end_run(*run, "", limit, detail);
}

void Machine::process_stopped(uint32_t id, uint32_t process, uint32_t signal) {
  const auto run = find_run(id);
  if (run == nullptr) return;
  RunEvent event;
  event.kind = RunEvent::Kind::stopped;
  event.run = id;
  event.process = process;
  event.signal = static_cast<int32_t>(signal);
  std::lock_guard lock(mutex_);
  if (process == run->first_process) listener_(std::move(event));
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

vmp_status Machine::signal(uint32_t run, int32_t process, uint32_t number, vmp_error *error) {
  if (personality_.vtable == nullptr) return fail(error, VMP_ERROR_NOT_FOUND, "NO_PROCESS", "nothing runs");
  return personality_.vtable->signal(personality_.self, run, process, number, error);
}

vmp_status Machine::update_engine_memory(vmp_address_space *space, vmp_error *error) {
  return engine_ == nullptr ? VMP_OK : engine_->update_memory(space, error);
}

void Machine::set_answers(vmp_address_space *space, std::span<const vmp_call_answer> answers) {
  AddressSpace::from(space).set_answers(answers);
  if (engine_ != nullptr) engine_->update_answers(space);
}

void Machine::invalidate_engine(vmp_address_space *space, uint64_t address, uint64_t size) {
  if (engine_ != nullptr) engine_->invalidate(space, address, size);
}

}  // namespace vmp
