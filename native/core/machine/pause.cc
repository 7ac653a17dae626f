// Bringing virtual CPUs to rest and letting them go on.
#include "core/machine/machine.h"

namespace vmp {

void Machine::pause() {
  std::lock_guard lock(mutex_);
  paused_ = true;
  for (auto &[layout, vcpu] : vcpus_) vcpu->request(VMP_REQUEST_PAUSE);
}

void Machine::resume() {
  std::lock_guard lock(mutex_);
  paused_ = false;
  for (auto &[layout, vcpu] : vcpus_) vcpu->withdraw(VMP_REQUEST_PAUSE);
  rest_changed_.notify_all();
}

void Machine::wait_until_paused() {
  std::unique_lock lock(mutex_);
  rest_changed_.wait(lock, [this] { return !paused_ || resting_ == looping_; });
}

void Machine::rest(Vcpu &vcpu) {
  {
    std::lock_guard lock(mutex_);
    ++resting_;
    rest_changed_.notify_all();
  }
  vcpu.rest();
  std::lock_guard lock(mutex_);
  --resting_;
}

void Machine::run_vcpu(Vcpu &vcpu) {
  {
    std::lock_guard lock(mutex_);
    ++looping_;
  }
  run_loop(vcpu);
  std::lock_guard lock(mutex_);
  --looping_;
  rest_changed_.notify_all();
}

}  // namespace vmp
