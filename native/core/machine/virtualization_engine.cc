#include "core/machine/virtualization_engine.h"

#include "core/error.h"
#include "core/machine/address_space.h"

namespace vmp {
namespace {

constexpr uint32_t most_leaves = 256;
constexpr uint64_t copied_at_once = 16 * VMP_PAGE_SIZE;  // a fault costs as much as copying a hundred pages
constexpr size_t kept_arenas = 8;                        // with their virtual machines: as many as a pipeline has

// Intel SDM volume 2, CPUID; volume 3, section 2.5.
constexpr uint32_t xsave_leaf = 1, xsave_bit = 1u << 26;            // ecx
constexpr uint32_t segment_bases_leaf = 7, segment_bases_bit = 1u;  // ebx
constexpr uint64_t xsave_control = 1u << 18, segment_bases_control = 1u << 16;

}  // namespace

std::unique_ptr<Engine> VirtualizationEngine::create(const vmp_binding &binding, std::string &refuser,
                                                     vmp_error *error) {
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
  if (backend.vtable->describe(backend.self, &backend.host, error) != VMP_OK) {
    refuser = binding.plugin;
    return nullptr;
  }
  const Facts facts{capabilities->architecture,
                    capabilities->state_size,
                    capabilities->system_call,
                    copied_at_once,
                    kept_arenas,
                    false};
  std::unique_ptr<VirtualizationEngine> engine(new VirtualizationEngine(backend, facts));
  uint32_t count = most_leaves;
  engine->leaves_.resize(count);
  if (backend.vtable->identity(backend.self, engine->leaves_.data(), &count, error) != VMP_OK) {
    refuser = binding.plugin;
    return nullptr;
  }
  engine->leaves_.resize(count);
  engine->choose_features();
  GuestClock::prepare();
  return engine;
}

// What programs may use, as an operating system would enable it: only what the identity has, or the processor refuses.
void VirtualizationEngine::choose_features() {
  for (const vmp_identity_leaf &leaf : leaves_) {
    if (leaf.leaf == xsave_leaf && (leaf.ecx & xsave_bit) != 0) {
      backend_.control_bits |= xsave_control;
      backend_.vector_components = backend_.host.xcr0;
    }
    if (leaf.leaf == segment_bases_leaf && leaf.subleaf == 0 && (leaf.ebx & segment_bases_bit) != 0)
      backend_.control_bits |= segment_bases_control;
  }
}

std::shared_ptr<UserSpace> VirtualizationEngine::space_of(vmp_address_space *space, vmp_error *error) {
  std::lock_guard lock(mutex_);
  const auto known = spaces_.find(space->base);
  if (known != spaces_.end()) return known->second;
  std::shared_ptr<UserSpace> created = UserSpace::create(backend_, AddressSpace::from(space), error);
  if (created != nullptr) spaces_.emplace(space->base, created);
  return created;
}

vmp_status VirtualizationEngine::enter(UserVcpu &part, vmp_address_space *space, vmp_error *error) {
  auto user_space = space_of(space, error);
  if (user_space == nullptr) return error->status;
  vmp_identity identity{};
  identity.struct_size = sizeof identity;
  identity.leaves = leaves_.data();
  identity.count = leaves_.size();
  return part.enter(std::move(user_space), identity, error);
}

vmp_status VirtualizationEngine::attach(vmp_vcpu *vcpu, vmp_error *error) {
  auto part = std::make_unique<UserVcpu>(backend_, vcpu);
  const vmp_status status = enter(*part, vcpu->space, error);
  if (status == VMP_OK) Vcpu::from(vcpu).user_part = part.release();
  return status;
}

void VirtualizationEngine::detach(vmp_vcpu *vcpu) {
  UserVcpu *&part = Vcpu::from(vcpu).user_part;
  delete part;
  part = nullptr;
}

void VirtualizationEngine::forget(uint8_t *base) {
  std::shared_ptr<UserSpace> gone;  // outside the lock: it takes its time
  std::lock_guard lock(mutex_);
  if (const auto found = spaces_.find(base); found != spaces_.end()) {
    gone = std::move(found->second);
    spaces_.erase(found);
  }
}

// A virtual machine belongs to an arena: a virtual CPU that has been given another space moves when it runs.
void VirtualizationEngine::run(Vcpu &vcpu, uint64_t) {
  UserVcpu &part = *vcpu.user_part;
  vmp_address_space *space = vcpu.layout()->space;
  if (part.space() == nullptr || part.space()->base() != space->base) [[unlikely]] {
    vmp_error error = make_error();
    if (enter(part, space, &error) != VMP_OK) return part.describe_engine_error(error.message);
  }
  part.run();
}

}  // namespace vmp
