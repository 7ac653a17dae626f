#include <algorithm>
#include <cstring>
#include <system_error>

#include "core/error.h"
#include "core/machine/snapshot/restoration.h"

namespace vmp {

// What a run has a thread more for while its virtual CPUs come and go.
Restoration::~Restoration() {
  for (vmp_vcpu *vcpu : made_) machine_.destroy_vcpu(vcpu);
  for (auto &[id, run] : runs_) machine_.leave_run(std::move(run), 0, 0);
}

bool Restoration::has_no_thread(const vmp_vcpu *vcpu) const {
  return std::find(made_.begin(), made_.end(), vcpu) != made_.end();
}

bool Restoration::is_kept(const vmp_vcpu *vcpu) const {
  return std::find(vcpus_.begin(), vcpus_.end(), vcpu) != vcpus_.end();
}

// Virtual CPUs that came since end, and with them the runs that have no others. Last, when no process knows them.
void Restoration::drop_vcpus(bool all) {
  std::unique_lock lock(machine_.mutex_);
  for (auto &[layout, vcpu] : machine_.vcpus_) {
    if (vcpu->has_ended || has_no_thread(layout) || (is_kept(layout) && !all)) continue;
    Run &run = *vcpu->run();
    if (runs_.count(run.id) == 0 && !run.stopping) {
      run.stopping = true;
      run.stop_code = "VMP_CANCELLED";
      run.stop_detail = "the machine was brought back to a snapshot from before its start";
    }
    vcpu->is_dropped = true;
    ++machine_.dropping_;
    vcpu->wake();
  }
  machine_.rest_changed_.wait(lock, [this] { return machine_.dropping_ == 0; });
}

namespace {

const RestoredStreams *given_for(const std::vector<RestoredStreams> &streams, uint32_t run) {
  const auto found =
      std::find_if(streams.begin(), streams.end(), [run](const auto &given) { return given.run == run; });
  return found == streams.end() ? nullptr : &*found;
}

}  // namespace

// None ends for want of virtual CPUs from here on. One that is not there is made, with the streams that are given for
// it. Nothing changes when those of one are not given.
vmp_status Restoration::find_runs(const std::vector<RestoredStreams> &streams, std::vector<RestoredRun> &restored,
                                  vmp_error *error) {
  std::lock_guard lock(machine_.mutex_);
  for (const RunImage &image : snapshot_.runs) {
    if (machine_.runs_.count(image.id) == 0 && given_for(streams, image.id) == nullptr)
      return fail(error, VMP_ERROR_INVALID_ARGUMENT, "VMP_MACHINE_FAILED",
                  "no standard streams are given for run " + std::to_string(image.id) + ", which has ended");
  }
  for (const RunImage &image : snapshot_.runs) {
    auto &run = machine_.runs_[image.id];
    if (run != nullptr) {
      undo_end(*run);
    } else {
      run = std::make_shared<Run>(image.id, image.limits);
      const auto &standard = given_for(streams, image.id)->standard;
      std::copy(std::begin(standard), std::end(standard), run->standard);
      made_runs_.insert(image.id);
      restored.push_back({image.id, image.first_process});
    }
    ++run->threads;
    run->first_process = image.first_process;
    runs_.emplace(image.id, run);
  }
  return VMP_OK;
}

// Under the lock. What was to end it is undone, unless it is the machine's end; what comes from here on ends what comes
// back. What the host has called in it has no result any more.
void Restoration::undo_end(Run &run) {
  machine_.end_calls(run.id, "the machine was brought back to a snapshot");
  if (machine_.stopping_) return;
  run.stopping = false;
  run.result.reset();
  for (auto &[layout, vcpu] : machine_.vcpus_) {
    if (vcpu->run().get() == &run) vcpu->withdraw(VMP_REQUEST_STOP);
  }
}

AddressSpace *Restoration::find_space(uint64_t id) const {
  std::lock_guard lock(machine_.mutex_);
  for (const auto &[layout, space] : machine_.spaces_) {
    if (layout->id == id) return space.get();
  }
  return nullptr;
}

vmp_vcpu *Restoration::find_vcpu(uint32_t index, const std::shared_ptr<Run> &run) const {
  std::lock_guard lock(machine_.mutex_);
  for (const auto &[layout, vcpu] : machine_.vcpus_) {
    if (layout->index == index && !vcpu->has_ended && vcpu->run() == run) return layout;
  }
  return nullptr;
}

vmp_status Restoration::restore_space(const SpaceImage &image, vmp_error *error) {
  AddressSpace *space = find_space(image.id);
  const auto &run = runs_.at(image.run);
  vmp_status status = VMP_OK;
  if (space != nullptr && space->run() == run) {
    bool changes_code = false;
    status = space->revert(image, shared_, copies_, changes_code, error);
    if (changes_code) machine_.invalidate_engine(space->layout(), 0, image.size);
  } else {
    // One of a run that has ended, which nobody uses any more, may be there still.
    if (space != nullptr) machine_.destroy_space(space->layout());
    status = machine_.make_space(run, image.id, image.size, space, error);
    if (status == VMP_OK) status = space->adopt(image, shared_, copies_, error);
  }
  if (space != nullptr) spaces_.emplace(image.id, space);
  return status;
}

vmp_status Restoration::restore_memory(vmp_error *error) {
  for (const SpaceImage &image : snapshot_.spaces) {
    if (const vmp_status status = restore_space(image, error); status != VMP_OK) return status;
  }
  return VMP_OK;
}

// When no more spaces come and go, which changes it.
void Restoration::restore_accounts() {
  for (const RunImage &image : snapshot_.runs) runs_.at(image.id)->set_account(image.account, !copies_);
}

vmp_status Restoration::restore_vcpu(const VcpuImage &image, vmp_error *error) {
  vmp_address_space *space = spaces_.at(image.space)->layout();
  vmp_vcpu *vcpu = find_vcpu(image.index, runs_.at(image.run));
  if (vcpu != nullptr) {
    vcpu->space = space;
  } else {
    const vmp_status status = machine_.make_vcpu(runs_.at(image.run), space, image.index, &vcpu, error);
    if (status != VMP_OK) return status;
    made_.push_back(vcpu);
  }
  vcpus_.push_back(vcpu);
  std::memcpy(reinterpret_cast<uint8_t *>(vcpu) + VMP_VCPU_STATE_OFFSET, image.state.data(), image.state.size());
  vcpu->instructions = image.instructions;
  vcpu->exit = {};
  vcpu->exit.kind = VMP_EXIT_INTERRUPTED;
  if (BackendVcpu *part = Vcpu::from(vcpu).backend_part.get(); part != nullptr)
    part->store(VMP_STATE_SYSTEM | VMP_STATE_VECTOR);
  machine_.next_vcpu_ = std::max(machine_.next_vcpu_.load(), image.index + 1);
  return VMP_OK;
}

vmp_status Restoration::restore_registers(vmp_error *error) {
  for (const VcpuImage &image : snapshot_.vcpus) {
    if (const vmp_status status = restore_vcpu(image, error); status != VMP_OK) return status;
  }
  return VMP_OK;
}

vmp_status Restoration::restore_processes(vmp_error *error) {
  std::vector<vmp_address_space *> spaces;
  for (auto &[id, space] : spaces_) spaces.push_back(space->layout());
  {
    std::lock_guard lock(machine_.mutex_);
    machine_.restored_.insert(spaces.begin(), spaces.end());
    machine_.restored_.insert(vcpus_.begin(), vcpus_.end());
  }
  std::vector<vmp_restored_streams> given;
  for (const RunImage &image : snapshot_.runs) {
    const Run &run = *runs_.at(image.id);
    given.push_back({image.id, run.standard[0], run.standard[1], run.standard[2], run.trace, 0});
  }
  vmp_restore request{};
  request.struct_size = sizeof request;
  request.snapshot = snapshot_.personality->data();
  request.spaces = spaces.data();
  request.space_count = spaces.size();
  request.vcpus = vcpus_.data();
  request.vcpu_count = vcpus_.size();
  request.streams = given.data();
  request.stream_count = given.size();
  const auto &personality = machine_.personality_;
  const vmp_status status = personality.vtable->restore(personality.self, &request, error);
  std::lock_guard lock(machine_.mutex_);
  machine_.restored_.clear();
  return status;
}

vmp_status Restoration::start(vmp_error *error) {
  while (!made_.empty()) {
    vmp_vcpu *vcpu = made_.back();
    if (const vmp_status status = machine_.start_vcpu(vcpu, error); status != VMP_OK) {
      made_.clear();  // processes know them: they go with the machine
      return status;
    }
    made_.pop_back();
  }
  if (machine_.engine_->facts().counts_instructions) return VMP_OK;
  for (const auto &[id, run] : runs_) {
    if (run->limits.nanoseconds == 0 || made_runs_.count(id) == 0) continue;
    try {
      machine_.start_thread([machine = &machine_, run = run] { machine->watch_deadline(run); });
    } catch (const std::system_error &failure) {
      return fail(error, VMP_ERROR_OUT_OF_MEMORY, "VMP_MACHINE_FAILED", failure.what());
    }
  }
  return VMP_OK;
}

vmp_status Machine::restore(const std::shared_ptr<const Snapshot> &snapshot,
                            const std::vector<RestoredStreams> &streams, bool copies,
                            std::vector<RestoredRun> &restored, std::string &refuser, vmp_error *error) {
  if (snapshot->engine != engine_name() || snapshot->personality->vtable() != personality_.vtable ||
      snapshot->memory_size != memory_->layout().size) {
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "VMP_SNAPSHOT_UNSUPPORTED",
                "it was taken from a machine of other parts or of other memory");
  }
  {
    std::lock_guard lock(mutex_);
    if (stopping_) return fail(error, VMP_ERROR_CANCELLED, "VMP_MACHINE_FAILED", "it is stopped");
  }
  pause();
  const Quiet quiet(*this);
  Restoration restoration(*this, *snapshot, copies_memory_ || copies);
  vmp_status status = restoration.find_runs(streams, restored, error);
  if (status != VMP_OK) return status;  // nothing has changed
  copies_memory_ = copies_memory_ || copies;
  status = restoration.restore_memory(error);
  if (status == VMP_OK) status = restoration.restore_registers(error);
  if (status == VMP_OK) {
    status = restoration.restore_processes(error);
    if (status != VMP_OK) refuser = bindings_.find(VMP_OS_PERSONALITY_POINT)->plugin;
    restoration.drop_vcpus(status != VMP_OK);
    restoration.restore_accounts();
  }
  if (status == VMP_OK) status = restoration.start(error);
  if (status != VMP_OK) stop("VMP_MACHINE_FAILED", std::string("it could not be brought back: ") + error->message);
  return status;
}

}  // namespace vmp
