// Taking a snapshot: the personality's part, then the registers, then the memory.
#include <algorithm>

#include "core/error.h"
#include "core/machine/machine.h"
#include "vm_plugin/device_virtual.h"

namespace vmp {
namespace {

vmp_status refuse(vmp_error *error, const std::string &reason) {
  return fail(error, VMP_ERROR_UNSUPPORTED, "VMP_SNAPSHOT_UNSUPPORTED", reason);
}

}  // namespace

std::string Machine::engine_name() const {
  const vmp_binding *binding = bindings_.find(engine_->point());
  return std::string(binding->point) + " " + binding->plugin + "/" + binding->name;
}

vmp_status Machine::check_snapshots(vmp_error *error) const {
  if (!engine_->facts().keeps_snapshots) return refuse(error, "its guest owns the processor");
  if (bindings_.find(VMP_DEVICE_VIRTUAL_POINT) != nullptr)
    return refuse(error, "it has devices, whose state cannot be kept");
  const vmp_os_personality *vtable = personality_.vtable;
  if (!VMP_KNOWS(vtable, vmp_os_personality, restore) || vtable->snapshot == nullptr || vtable->restore == nullptr)
    return refuse(error, "its personality keeps no processes");
  return VMP_OK;
}

vmp_status Machine::keep_registers(Snapshot &snapshot, vmp_error *error) {
  std::lock_guard lock(mutex_);
  for (auto &[layout, vcpu] : vcpus_) {
    if (vcpu->has_ended) continue;
    const uint32_t classes = VMP_STATE_SYSTEM | VMP_STATE_VECTOR;
    if (vcpu->backend_part != nullptr) {
      if (const vmp_status status = vcpu->backend_part->load(classes, error); status != VMP_OK) return status;
    }
    const auto *state = reinterpret_cast<const uint8_t *>(layout) + VMP_VCPU_STATE_OFFSET;
    snapshot.vcpus.push_back({layout->index,
                              vcpu->run()->id,
                              layout->space->id,
                              layout->instructions,
                              {state, state + engine_->facts().state_size}});
  }
  return VMP_OK;
}

vmp_status Machine::keep_memory(Snapshot &snapshot, vmp_error *error) {
  std::vector<AddressSpace *> spaces;  // none comes or goes while the machine is quiet
  {
    std::lock_guard lock(mutex_);
    for (auto &[layout, space] : spaces_) spaces.push_back(space.get());
  }
  for (AddressSpace *space : spaces) {
    if (const vmp_status status = space->settle(error); status != VMP_OK) return status;
  }
  const auto frozen = std::make_shared<FrozenMemory>(memory_);
  SharedPages shared;
  for (AddressSpace *space : spaces) {
    const vmp_status status = space->freeze(snapshot.spaces.emplace_back(), frozen, shared, error);
    if (status != VMP_OK) return status;
  }
  return VMP_OK;
}

// Of those with processes; the others are at their end.
void Machine::keep_runs(Snapshot &snapshot) {
  std::lock_guard lock(mutex_);
  for (const auto &[id, run] : runs_) {
    const auto is_its = [id = id](const VcpuImage &vcpu) { return vcpu.run == id; };
    if (std::any_of(snapshot.vcpus.begin(), snapshot.vcpus.end(), is_its))
      snapshot.runs.push_back({id, run->limits, run->account(), run->first_process});
  }
}

std::shared_ptr<const Snapshot> Machine::snapshot(std::string &refuser, vmp_error *error) {
  if (check_snapshots(error) != VMP_OK) return nullptr;
  const Quiet quiet(*this);
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->engine = engine_name();
  snapshot->memory_size = memory_->layout().size;
  void *data = nullptr;
  if (personality_.vtable->snapshot(personality_.self, &data, error) != VMP_OK) {
    refuser = bindings_.find(VMP_OS_PERSONALITY_POINT)->plugin;
    return nullptr;
  }
  snapshot->personality =
      std::make_unique<PersonalityImage>(personality_.vtable, bindings_.library_of(VMP_OS_PERSONALITY_POINT), data);
  if (keep_registers(*snapshot, error) != VMP_OK) return nullptr;
  if (snapshot->vcpus.empty()) {
    refuse(error, "no program runs in it");
    return nullptr;
  }
  if (keep_memory(*snapshot, error) != VMP_OK) return nullptr;
  keep_runs(*snapshot);
  return snapshot;
}

}  // namespace vmp
