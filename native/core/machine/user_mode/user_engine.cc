#include "core/machine/user_mode/user_engine.h"

#include <map>
#include <mutex>

#include "core/error.h"
#include "core/machine/address_space.h"

namespace vmp {
namespace {

constexpr uint64_t copied_at_once = 16 * VMP_PAGE_SIZE;  // a fault costs as much as copying a hundred pages
constexpr size_t kept_arenas = 8;                        // with their virtual machines: as many as a pipeline has

// Intel SDM volume 2, CPUID; volume 3, section 2.5.
constexpr uint32_t xsave_leaf = 1, xsave_bit = 1u << 26;            // ecx
constexpr uint32_t segment_bases_leaf = 7, segment_bases_bit = 1u;  // ebx
constexpr uint64_t xsave_control = 1u << 18, segment_bases_control = 1u << 16;

Engine::Facts with_costly_spaces(Engine::Facts facts) {
  facts.copied_at_once = copied_at_once;
  facts.kept_arenas = kept_arenas;
  facts.keeps_snapshots = true;
  return facts;
}

// Found out once a process: a backend's virtual machines are all of one kind, and finding out costs one of them two
// exits.
UserTraits &traits_of(const vmp_accel_virtualization *backend) {
  static std::mutex mutex;
  static auto &known = *new std::map<const vmp_accel_virtualization *, UserTraits>;  // outlives every thread
  std::lock_guard lock(mutex);
  return known[backend];
}

}  // namespace

// What programs may use, as an operating system would enable it: only what the identity has, or the processor refuses.
UserEngine::UserEngine(const Backend &backend, Leaves leaves, Facts facts)
    : VirtualizationEngine(backend, std::move(leaves), with_costly_spaces(facts)), traits_(traits_of(backend.vtable)) {
  for (const vmp_identity_leaf &leaf : leaves_) {
    if (leaf.leaf == xsave_leaf && (leaf.ecx & xsave_bit) != 0) {
      backend_.control_bits |= xsave_control;
      backend_.vector_components = backend_.host.xcr0;
    }
    if (leaf.leaf == segment_bases_leaf && leaf.subleaf == 0 && (leaf.ebx & segment_bases_bit) != 0)
      backend_.control_bits |= segment_bases_control;
  }
  GuestClock::prepare();
}

vmp_status UserEngine::enter(UserVcpu &part, vmp_address_space *space, vmp_error *error) {
  auto user_space =
      spaces_.of(space, [&] { return UserSpace::create(backend_, traits_, AddressSpace::from(space), error); });
  if (user_space == nullptr) return error->status;
  const vmp_status status = part.enter(user_space, identity(), error);
  // Those that were set before there was a virtual CPU; what the arena's last user had is gone.
  if (status == VMP_OK) user_space->set_answers(AddressSpace::from(space).answers());
  return status;
}

void UserEngine::update_answers(vmp_address_space *space) {
  if (const auto user_space = spaces_.find(space->base); user_space != nullptr)
    user_space->set_answers(AddressSpace::from(space).answers());
}

vmp_status UserEngine::attach(vmp_vcpu *vcpu, vmp_error *error) {
  auto part = std::make_unique<UserVcpu>(backend_, vcpu);
  const vmp_status status = enter(*part, vcpu->space, error);
  if (status == VMP_OK) Vcpu::from(vcpu).backend_part = std::move(part);
  return status;
}

// A virtual machine belongs to an arena: a virtual CPU that has been given another space moves when it runs.
void UserEngine::run(Vcpu &vcpu, uint64_t) {
  auto &part = static_cast<UserVcpu &>(*vcpu.backend_part);
  vmp_address_space *space = vcpu.layout()->space;
  if (part.space() == nullptr || part.space()->base() != space->base) [[unlikely]] {
    vmp_error error = make_error();
    if (enter(part, space, &error) != VMP_OK) return part.describe_engine_error(error.message);
  }
  part.run();
}

}  // namespace vmp
