#include "core/machine/system_mode/system_vcpu.h"

#include <vector>

#include "core/error.h"

namespace vmp {
namespace {

// Which processor it is, where CPUID tells (Intel SDM volume 2, CPUID): the identifier of its local APIC.
void number_leaves(std::vector<vmp_identity_leaf> &leaves, uint32_t number) {
  constexpr uint32_t basic = 1, topology = 0xb, new_topology = 0x1f;
  constexpr uint32_t identifier_shift = 24, identifier_mask = 0xff;
  for (vmp_identity_leaf &leaf : leaves) {
    if (leaf.leaf == basic)
      leaf.ebx = (leaf.ebx & ~(identifier_mask << identifier_shift)) | (number & identifier_mask) << identifier_shift;
    if (leaf.leaf == topology || leaf.leaf == new_topology) leaf.edx = number;
  }
}

}  // namespace

vmp_status SystemVcpu::enter(std::shared_ptr<SystemSpace> space, const vmp_identity &identity, vmp_error *error) {
  const uint32_t number = space->take_number();
  if (number >= backend_.host.largest_vcpus) {
    return fail(error, VMP_ERROR_UNSUPPORTED, "TOO_MANY_VCPUS",
                "virtual CPU number " + std::to_string(number) + ": this host gives a guest " +
                    std::to_string(backend_.host.largest_vcpus) + " at most");
  }
  std::vector<vmp_identity_leaf> leaves(identity.leaves, identity.leaves + identity.count);
  number_leaves(leaves, number);
  vmp_identity own = identity;
  own.leaves = leaves.data();
  space_ = std::move(space);
  return create_processor(space_->vm(), own, error);
}

vmp_status SystemVcpu::load(uint32_t classes, vmp_error *error) {
  return backend_.vtable->vcpu_read(backend_.self, vcpu_, classes & ~(pending_ | VMP_STATE_GENERAL), error);
}

void SystemVcpu::run() {
  if (pending_ != 0) {
    vmp_error error = make_error();
    if (backend_.vtable->vcpu_write(backend_.self, vcpu_, pending_, &error) != VMP_OK)
      return describe_engine_error(error.message);
    pending_ = 0;
  }
  backend_.vtable->run(backend_.self, vcpu_, 0);
}

}  // namespace vmp
