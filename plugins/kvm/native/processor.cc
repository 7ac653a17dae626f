#include "processor.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace vmp::kvm {

constexpr uint32_t all_classes = VMP_STATE_GENERAL | VMP_STATE_SYSTEM | VMP_STATE_VECTOR | VMP_STATE_MODEL;

std::unique_ptr<Processor> Processor::create(Backend &backend, int vm, uint32_t number, const vmp_identity &identity,
                                             vmp_error *error) {
  const vmp_hypervisor_service &calls = *backend.calls;
  const int descriptor = calls.kvm_create_vcpu(vm, number);
  if (descriptor < 0) {
    fail_call(error, "KVM_CREATE_VCPU", descriptor);
    return nullptr;
  }
  if (identity.count != 0) {
    const auto count = static_cast<uint32_t>(identity.count);
    if (const int32_t result = calls.kvm_set_cpuid(descriptor, identity.leaves, count); result < 0) {
      ::close(descriptor);
      fail_call(error, "KVM_SET_CPUID2", result);
      return nullptr;
    }
  }
  calls.kvm_use_host_counter(descriptor);  // where the kernel can: what the counter says is asked, not assumed
  void *area = ::mmap(nullptr, backend.run_area_size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  if (area == MAP_FAILED) {
    const int reason = errno;
    ::close(descriptor);
    fail_call(error, "mmap of kvm_run", -reason);
    return nullptr;
  }
  return std::unique_ptr<Processor>(new Processor(backend, descriptor, static_cast<kvm_run *>(area), identity));
}

Processor::Processor(Backend &backend, int descriptor, kvm_run *area, const vmp_identity &identity)
    : backend_(backend),
      descriptor_(descriptor),
      area_(area),
      identity_(identity.leaves, identity.leaves + identity.count) {
  area_->kvm_valid_regs = KVM_SYNC_X86_REGS;
}

Processor::~Processor() {
  ::munmap(area_, backend_.run_area_size);
  ::close(descriptor_);
}

bool Processor::has(const vmp_identity &identity) const {
  return identity.count == identity_.size() &&
         std::memcmp(identity.leaves, identity_.data(), identity_.size() * sizeof(vmp_identity_leaf)) == 0;
}

int32_t Processor::begin(vmp_x86_64_state &state) {
  const vmp_hypervisor_service &calls = *backend_.calls;
  if (first_ == nullptr) {
    first_ = std::make_unique<vmp_x86_64_state>();
    if (const int32_t result = calls.kvm_get_state(descriptor_, all_classes, first_.get()); result < 0) return result;
  } else {
    if (const int32_t result = calls.kvm_set_state(descriptor_, all_classes, first_.get()); result < 0) return result;
    if (const int32_t result = calls.kvm_clear_events(descriptor_); result < 0) return result;
    area_->exit_reason = KVM_EXIT_INTR;
    area_->request_interrupt_window = 0;
  }
  state = *first_;
  return 0;
}

}  // namespace vmp::kvm
