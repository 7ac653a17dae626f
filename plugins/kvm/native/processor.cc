#include "processor.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <list>
#include <mutex>

namespace vmp::kvm {

constexpr uint32_t all_classes = VMP_STATE_GENERAL | VMP_STATE_SYSTEM | VMP_STATE_VECTOR | VMP_STATE_MODEL;

namespace {

bool equals(const std::vector<vmp_identity_leaf> &leaves, const vmp_identity &identity) {
  return identity.count == leaves.size() &&
         std::memcmp(identity.leaves, leaves.data(), leaves.size() * sizeof(vmp_identity_leaf)) == 0;
}

}  // namespace

std::unique_ptr<Processor> Processor::create(Backend &backend, int vm, uint32_t number, bool has_hardware,
                                             const vmp_identity &identity, vmp_error *error) {
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
  return std::unique_ptr<Processor>(
      new Processor(backend, descriptor, {number == 0, has_hardware}, static_cast<kvm_run *>(area), identity));
}

Processor::Processor(Backend &backend, int descriptor, Kind kind, kvm_run *area, const vmp_identity &identity)
    : backend_(backend),
      descriptor_(descriptor),
      kind_(kind),
      area_(area),
      identity_(identity.leaves, identity.leaves + identity.count) {
  area_->kvm_valid_regs = KVM_SYNC_X86_REGS;
}

Processor::~Processor() {
  ::munmap(area_, backend_.run_area_size);
  ::close(descriptor_);
}

bool Processor::has(const vmp_identity &identity) const { return equals(identity_, identity); }

// The state after a reset is the same for all that are equal to a guest: the first of them is asked.
int32_t Processor::find_first_state() {
  struct Known {
    Kind kind;
    std::vector<vmp_identity_leaf> identity;
    vmp_x86_64_state state;
  };
  constexpr size_t most = 8;
  static std::mutex mutex;
  static auto &known = *new std::list<Known>;  // outlives every thread
  std::lock_guard lock(mutex);
  const vmp_identity identity = {sizeof(vmp_identity), 0, identity_.data(), identity_.size()};
  const auto found = std::find_if(known.begin(), known.end(), [&](const Known &one) {
    return one.kind == kind_ && equals(one.identity, identity);
  });
  first_ = std::make_unique<vmp_x86_64_state>();
  if (found != known.end()) {
    *first_ = found->state;
    return 0;
  }
  const int32_t result = backend_.calls->kvm_get_state(descriptor_, all_classes, first_.get());
  if (result < 0) {
    first_.reset();
    return result;
  }
  if (known.size() == most) known.pop_front();
  known.push_back({kind_, identity_, *first_});
  return 0;
}

int32_t Processor::begin(vmp_x86_64_state &state) {
  const vmp_hypervisor_service &calls = *backend_.calls;
  if (first_ == nullptr) {
    if (const int32_t result = find_first_state(); result < 0) return result;
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
