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
  if (quiet_) return;  // whose end lets them go on
  begin_time();
  for (auto &[layout, vcpu] : vcpus_) vcpu->withdraw(VMP_REQUEST_PAUSE);
  rest_changed_.notify_all();
}

void Machine::wait_until_paused() {
  std::unique_lock lock(mutex_);
  rest_changed_.wait(lock, [this] { return !paused_ || resting_ == looping_; });
}

// Under the lock. Of runs that were restored.
void Machine::begin_time() {
  for (auto &[id, run] : runs_) run->begin_time();
  run_ended_.notify_all();
}

// No program is being started meanwhile.
Machine::Quiet::Quiet(Machine &machine) : machine_(machine), control_(machine.control_mutex_) {
  std::unique_lock lock(machine.mutex_);
  machine.quiet_ = true;
  for (auto &[layout, vcpu] : machine.vcpus_) vcpu->request(VMP_REQUEST_PAUSE);
  machine.rest_changed_.wait(lock, [&machine] { return machine.resting_in_loop_ == machine.looping_; });
}

Machine::Quiet::~Quiet() {
  std::lock_guard lock(machine_.mutex_);
  machine_.quiet_ = false;
  if (!machine_.paused_) machine_.begin_time();
  for (auto &[layout, vcpu] : machine_.vcpus_) {
    // First the personality, which may have to wait on as it did; a restored one has not seen its signals yet.
    vcpu->request(VMP_REQUEST_INTERRUPT);
    if (!machine_.paused_) vcpu->withdraw(VMP_REQUEST_PAUSE);
  }
}

// One that has been let go and is asked to rest again before it has gone on rests on: who counts those that rest, under
// the lock, relies on them.
template <typename Rests>
void Machine::rest(Vcpu &vcpu, std::unique_lock<std::mutex> &lock, Rests rests) {
  ++resting_;
  rest_changed_.notify_all();
  do {
    lock.unlock();
    vcpu.rest(rests);
    lock.lock();
  } while (rests());
  --resting_;
}

void Machine::rest_in_wait(Vcpu &vcpu) {
  std::unique_lock lock(mutex_);
  rest(vcpu, lock, [&] { return vcpu.is_paused() && !is_quiet(); });
}

// False when the virtual CPU is not to go on.
bool Machine::rest_in_loop(Vcpu &vcpu) {
  std::unique_lock lock(mutex_);
  ++resting_in_loop_;
  // A stop waits for the end of a snapshot: the personality has nothing under way meanwhile.
  rest(vcpu, lock,
       [&] { return (is_quiet() || vcpu.is_paused()) && !vcpu.is_dropped.load(std::memory_order_acquire); });
  --resting_in_loop_;
  return !vcpu.is_dropped;
}

}  // namespace vmp
