// KVM's side of a virtual CPU: its descriptor and the memory shared with the kernel (kvm_run). It stays with its
// virtual machine when the virtual CPU goes, since KVM takes none back before the whole machine ends.
#pragma once
#include <linux/kvm.h>
#include <vm_plugin/vcpu.h>

#include <memory>
#include <vector>

#include "backend.h"

namespace vmp::kvm {

class Processor {
 public:
  struct Kind {
    bool is_first;      // of its virtual machine
    bool has_hardware;  // its virtual machine has devices of the kernel's
    bool operator==(const Kind &) const = default;
  };

  // [control] number: of the virtual CPU in its machine. NULL with `error` filled.
  static std::unique_ptr<Processor> create(Backend &backend, int vm, uint32_t number, bool has_hardware,
                                           const vmp_identity &identity, vmp_error *error);
  ~Processor();
  Processor(const Processor &) = delete;
  Processor &operator=(const Processor &) = delete;

  int descriptor() const { return descriptor_; }
  kvm_run *area() const { return area_; }
  bool has(const vmp_identity &identity) const;

  // The state of a processor after a reset, there and in `state`. Minus an errno. [control]
  int32_t begin(vmp_x86_64_state &state);

 private:
  Processor(Backend &backend, int descriptor, Kind kind, kvm_run *area, const vmp_identity &identity);
  int32_t find_first_state();

  Backend &backend_;
  const int descriptor_;
  const Kind kind_;
  kvm_run *const area_;
  const std::vector<vmp_identity_leaf> identity_;
  std::unique_ptr<vmp_x86_64_state> first_;  // as it was when it was new
};

}  // namespace vmp::kvm
