#include "identity.h"

#include <vm_plugin/vcpu.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <mutex>

namespace vmp::kvm {
namespace {

// Intel SDM volume 2, CPUID; volume 1, section 13.4.
constexpr uint32_t basic_leaf = 1, xsave_bit = 1u << 26, avx_bit = 1u << 28;  // of ecx
constexpr uint32_t state_leaf = 0xd;
constexpr uint64_t legacy_components = 3, avx_component = 4;
constexpr uint32_t legacy_size = 576;  // the legacy part and the header
constexpr uint32_t first_extended = 2, last_extended = 62;

vmp_identity_leaf *find(std::vector<vmp_identity_leaf> &leaves, uint32_t leaf, uint32_t subleaf) {
  const auto found = std::find_if(leaves.begin(), leaves.end(), [&](const vmp_identity_leaf &one) {
    return one.leaf == leaf && (one.has_subleaf == 0 || one.subleaf == subleaf);
  });
  return found == leaves.end() ? nullptr : &*found;
}

void measure_state(Identity &identity) {
  identity.components = legacy_components;
  identity.xsave_size = legacy_size;
  const vmp_identity_leaf *components = find(identity.leaves, state_leaf, 0);
  vmp_identity_leaf *basic = find(identity.leaves, basic_leaf, 0);
  if (components == nullptr || basic == nullptr) return;
  for (uint32_t i = first_extended; i <= last_extended; ++i) {
    const uint64_t bit = uint64_t{1} << i;
    // Those of AVX and AVX-512, and the protection keys; what lies behind (AMX) does not fit into the layout whole.
    constexpr uint64_t fitting = 0xe4 | 1u << 9;
    if ((bit & fitting) == 0) continue;
    const uint64_t known = components->eax | uint64_t{components->edx} << 32;
    const vmp_identity_leaf *one = (known & bit) == 0 ? nullptr : find(identity.leaves, state_leaf, i);
    // ebx: where the component lies, eax: its bytes.
    if (one == nullptr || uint64_t{one->ebx} + one->eax > sizeof(vmp_x86_64_state::xsave)) continue;
    identity.components |= bit;
    identity.xsave_size = std::max(identity.xsave_size, one->ebx + one->eax);
  }
  // A kernel that knows the components but not the instruction lets ring 3 run as it is (PVM): programs see the host's
  // CPUID and use them, so they are state to be kept, which KVM does for those that the identity has.
  if ((basic->ecx & xsave_bit) == 0 && identity.components != legacy_components)
    basic->ecx |= xsave_bit | ((identity.components & avx_component) != 0 ? avx_bit : 0);
}

}  // namespace

const Identity *identity_of(const vmp_hypervisor_service &calls, int kvm, int32_t &result) {
  static std::mutex mutex;
  static std::unique_ptr<Identity> known;
  std::lock_guard lock(mutex);
  if (known != nullptr) return known.get();
  auto asked = std::make_unique<Identity>();
  constexpr uint32_t most = 1024;
  for (uint32_t capacity = 128; capacity <= most; capacity *= 2) {
    uint32_t count = capacity;
    asked->leaves.resize(capacity);
    result = calls.kvm_get_supported_cpuid(kvm, asked->leaves.data(), &count);
    if (result == -E2BIG) continue;
    if (result < 0) return nullptr;
    asked->leaves.resize(count);
    measure_state(*asked);
    known = std::move(asked);
    return known.get();
  }
  return nullptr;
}

}  // namespace vmp::kvm
