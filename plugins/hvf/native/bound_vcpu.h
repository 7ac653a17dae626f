// A virtual CPU of the framework's. It belongs to the thread that made it, and only that one may destroy it; a thread
// has one at a time. The contract makes and destroys virtual CPUs elsewhere: so it is made at its thread's first use,
// and destroyed there at once, or else when the thread ends or makes another.
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>

#include "virtual_machine.h"

namespace vmp::hvf {

class BoundVcpu {
 public:
  explicit BoundVcpu(VirtualMachine &machine) : machine_(machine) {}
  ~BoundVcpu() { release(); }
  BoundVcpu(const BoundVcpu &) = delete;
  BoundVcpu &operator=(const BoundVcpu &) = delete;

  // [vcpu] Makes it on the calling thread, if it is not made. 0; an hv_return_t when it cannot be, or is another
  // thread's.
  int32_t bind(bool &is_new);
  // [vcpu] After bind.
  uint64_t id() const { return shared_->id; }
  // [any] Out of its run, or out of the next one; nothing when it is not made.
  void interrupt();
  // [any] After its last run.
  void release();

  struct Shared {
    const vmp_hypervisor_service *calls;
    uint64_t id;
    std::atomic<bool> is_wanted{true};
  };

 private:
  VirtualMachine &machine_;
  std::shared_ptr<Shared> shared_;
  std::atomic<uint64_t> running_{0};  // the number, plus one: what interrupt may read while bind writes the rest
};

}  // namespace vmp::hvf
