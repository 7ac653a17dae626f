// A virtual CPU: the shared layout that plugins see, and what the core keeps beside it.
#pragma once

#include <memory>

#include "core/machine/backend.h"
#include "core/machine/run.h"
#include "vm_plugin/vcpu.h"

namespace vmp {

class Vcpu {
 public:
  struct Deleter {
    void operator()(Vcpu *vcpu) const;
  };
  using Owner = std::unique_ptr<Vcpu, Deleter>;

  // state_size: bytes of the architecture's state. NULL with `error` filled when the host has no memory or descriptor.
  static Owner create(vmp_machine *machine, std::shared_ptr<Run> run, vmp_address_space *space, uint32_t index,
                      uint32_t architecture, uint32_t state_size, vmp_error *error);
  static Vcpu &from(vmp_vcpu *layout) { return *(reinterpret_cast<Vcpu *>(layout) - 1); }
  vmp_vcpu *layout() { return reinterpret_cast<vmp_vcpu *>(this + 1); }
  uint64_t &state_register(uint16_t offset) {
    return *reinterpret_cast<uint64_t *>(reinterpret_cast<uint8_t *>(layout()) + VMP_VCPU_STATE_OFFSET + offset);
  }

  const std::shared_ptr<Run> &run() const { return run_; }
  std::unique_ptr<BackendVcpu> backend_part;  // NULL where the engine is no virtualization

  void request(uint32_t bits);          // [any] sets request bits and wakes `wait`
  void withdraw(uint32_t bits);         // [any] clears them and wakes `rest`
  uint32_t acknowledge(uint32_t bits);  // [vcpu] clears them; what was set
  vmp_status wait(int32_t descriptor, uint32_t events, int64_t nanoseconds, uint32_t *revents);  // [vcpu]
  // [any] Whether there is a VMP_REQUEST_PAUSE, and no VMP_REQUEST_STOP.
  bool is_paused() const;
  // [vcpu] For as long as `rests` says, which is asked after each wake-up.
  template <typename Rests>
  void rest(Rests rests);
  void wake();  // [any]

  // [control] Its process is gone: its thread ends without the personality, once it rests.
  std::atomic<bool> is_dropped{false};
  bool has_ended = false;  // under the machine's lock: out of the run loop for good

 private:
  Vcpu(int wake, std::shared_ptr<Run> run) : wake_(wake), run_(std::move(run)) {}
  ~Vcpu();
  void rest_once();
  // The layout follows in the same block; its alignment is this class's.
  alignas(64) int wake_;  // eventfd: readable while a request is pending
  std::shared_ptr<Run> run_;
};

template <typename Rests>
void Vcpu::rest(Rests rests) {
  while (rests()) rest_once();
}

}  // namespace vmp
