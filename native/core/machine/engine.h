// What runs a virtual CPU's instructions, whichever point it implements: run to an exit is the same for all.
#pragma once

#include <memory>
#include <string>

#include "core/machine/bindings.h"
#include "core/machine/vcpu.h"
#include "vm_plugin/machine.h"

namespace vmp {

class Engine {
 public:
  struct Facts {
    uint32_t architecture = 0;
    uint32_t state_size = 0;
    vmp_system_call_abi system_call{};
    uint64_t copied_at_once = VMP_PAGE_SIZE;  // bytes that a write to shared memory copies
    size_t kept_arenas = 0;                   // of spaces that are gone: those for which it has made something costly
    bool keeps_snapshots = false;             // its virtual CPUs are all in their layout, after a load
    bool counts_instructions = false;         // run keeps to its budget, and is how a limit of time is seen
  };

  // [control] The one that the bindings name, for guests that own the processor or for programs; NULL with `error`
  // filled when there is none, or none that can be used. `refuser`: the plugin whose refusal it is; untouched when it
  // is the core's.
  static std::unique_ptr<Engine> create(const Bindings &bindings, bool whole_processor, std::string &refuser,
                                        vmp_error *error);
  virtual ~Engine() = default;
  Engine(const Engine &) = delete;
  Engine &operator=(const Engine &) = delete;
  const Facts &facts() const { return facts_; }
  virtual const char *point() const = 0;

  // [control] Before the first run and after the last; one such call at a time.
  virtual vmp_status attach(vmp_vcpu *vcpu, vmp_error *error) = 0;
  virtual void detach(vmp_vcpu *vcpu) = 0;
  // [any] The addresses of an arena, by its first one, are given up. No virtual CPU is in it.
  virtual void forget(uint8_t *) {}
  // [any] Where programs find an image that tells the time (AT_SYSINFO_EHDR); 0: there is none.
  virtual uint64_t vdso() const { return 0; }
  // [vcpu] Until an exit, which is then described in the layout. budget: instructions, about.
  virtual void run(Vcpu &vcpu, uint64_t budget) = 0;
  // [any] Code of the range is stale.
  virtual void invalidate(vmp_address_space *, uint64_t, uint64_t) {}
  // [any] What is mapped in the space has changed.
  virtual vmp_status update_memory(vmp_address_space *, vmp_error *) { return VMP_OK; }
  // [any] The space's answers have changed; none of its virtual CPUs runs guest code.
  virtual void update_answers(vmp_address_space *) {}
  // [control] Of guests that own the processor, as vmp.machine/1 has them; UNSUPPORTED and NOT_FOUND for all others.
  virtual vmp_status create_hardware(vmp_address_space *space, uint32_t device, vmp_error *error);
  virtual vmp_status set_line(uint32_t line, uint32_t level, vmp_error *error);  // [any]

 protected:
  explicit Engine(const Facts &facts) : facts_(facts) {}

 private:
  const Facts facts_;
};

}  // namespace vmp
