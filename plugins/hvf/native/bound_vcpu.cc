#include "bound_vcpu.h"

namespace vmp::hvf {
namespace {

constexpr int32_t busy = static_cast<int32_t>(0xfae94002);

struct OfThread {
  std::shared_ptr<BoundVcpu::Shared> vcpu;
  ~OfThread() { destroy(); }
  void destroy() {
    if (vcpu != nullptr) vcpu->calls->hvf_vcpu_destroy(vcpu->id);
    vcpu.reset();
  }
};
thread_local OfThread of_thread;

}  // namespace

int32_t BoundVcpu::bind(bool &is_new) {
  is_new = false;
  if (shared_ != nullptr) return of_thread.vcpu == shared_ ? 0 : busy;
  if (of_thread.vcpu != nullptr) {
    if (of_thread.vcpu->is_wanted.load()) return busy;
    of_thread.destroy();
  }
  const vmp_hypervisor_service *calls = machine_.backend().calls;
  uint64_t id = 0;
  if (const int32_t result = calls->hvf_vcpu_create(&id, machine_.space()); result != 0) return result;
  shared_ = std::make_shared<Shared>();
  shared_->calls = calls;
  shared_->id = id;
  of_thread.vcpu = shared_;
  running_.store(id + 1);
  is_new = true;
  return 0;
}

void BoundVcpu::interrupt() {
  if (const uint64_t id = running_.load(); id != 0) machine_.backend().calls->hvf_vcpu_interrupt(id - 1);
}

void BoundVcpu::release() {
  if (shared_ == nullptr) return;
  running_.store(0);
  shared_->is_wanted.store(false);
  if (of_thread.vcpu == shared_) of_thread.destroy();
  shared_.reset();
}

}  // namespace vmp::hvf
