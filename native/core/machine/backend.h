// A backend, the implementation of accel.virtualization that a machine has, and one virtual CPU on it.
#pragma once

#include <mutex>

#include "vm_plugin/accel_virtualization.h"

namespace vmp {

struct Backend {
  const vmp_accel_virtualization *vtable = nullptr;
  void *self = nullptr;
  vmp_virtualization host{};
  uint64_t control_bits = 0;       // of CR4, beyond what the system area needs: what programs may use
  uint64_t vector_components = 1;  // XCR0
};

// What an engine keeps of a virtual CPU: the backend's processor for it. How its state is the guest's is said by the
// classes derived from this.
class BackendVcpu {
 public:
  virtual ~BackendVcpu() = default;
  BackendVcpu(const BackendVcpu &) = delete;
  BackendVcpu &operator=(const BackendVcpu &) = delete;

  // [vcpu] Until an exit that the guest itself has caused, or a request. The layout's state is the guest's before and
  // after.
  virtual void run() = 0;
  // [vcpu] Parts of the guest's state that an exit leaves in the processor: brings them into the layout; takes them
  // over from there at the next run. VMP_STATE_*.
  virtual vmp_status load(uint32_t classes, vmp_error *error) = 0;
  virtual void store(uint32_t classes) = 0;
  // [any] After a request was set: out of run.
  void kick();
  // [vcpu] Ends run with an exit that says why it cannot go on.
  void describe_engine_error(const char *message);

 protected:
  // The backend must outlive it.
  BackendVcpu(const Backend &backend, vmp_vcpu *vcpu) : backend_(backend), vcpu_(vcpu) {}
  vmp_x86_64_state &state() {
    return *reinterpret_cast<vmp_x86_64_state *>(reinterpret_cast<uint8_t *>(vcpu_) + VMP_VCPU_STATE_OFFSET);
  }
  // As vcpu_create and vcpu_destroy of the backend's; the second does nothing when there is none.
  vmp_status create_processor(void *vm, const vmp_identity &identity, vmp_error *error);
  void destroy_processor();

  const Backend &backend_;
  vmp_vcpu *const vcpu_;

 private:
  std::mutex kick_mutex_;  // the backend's virtual CPU is not destroyed under a kick
};

}  // namespace vmp
