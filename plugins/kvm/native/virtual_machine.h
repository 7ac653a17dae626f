// One virtual machine of KVM's and its memory slots.
#pragma once
#include <map>
#include <mutex>
#include <vector>

#include "processor.h"

namespace vmp::kvm {

class VirtualMachine {
 public:
  // [control] NULL with `error` filled.
  static VirtualMachine *create(Backend &backend, vmp_error *error);
  ~VirtualMachine();
  VirtualMachine(const VirtualMachine &) = delete;
  VirtualMachine &operator=(const VirtualMachine &) = delete;

  Backend &backend() { return backend_; }
  int descriptor() const { return vm_; }
  // [control] One that nobody uses any more, or a new one; NULL with `error` filled.
  std::unique_ptr<Processor> take_processor(const vmp_identity &identity, vmp_error *error);
  void give_processor(std::unique_ptr<Processor> processor);
  // [control] Its virtual CPUs have more state than is set again: none is used twice.
  void has_devices() { reuses_ = false; }

  // As the contract's entries of these names. [any]
  vmp_status map(uint64_t address, void *memory, uint64_t size, uint32_t flags, vmp_error *error);
  vmp_status unmap(uint64_t address, vmp_error *error);
  vmp_status dirty(uint64_t address, uint64_t *bits, uint64_t words, vmp_error *error);

 private:
  VirtualMachine(Backend &backend, int vm) : backend_(backend), vm_(vm) {}

  struct Slot {
    uint32_t number;
    uint64_t size;
    uint32_t flags;
  };
  Backend &backend_;
  const int vm_;
  std::mutex mutex_;  // what follows
  std::map<uint64_t, Slot> slots_;
  std::vector<uint32_t> free_numbers_;
  std::vector<std::unique_ptr<Processor>> idle_;
  uint32_t vcpus_ = 0;
  bool reuses_ = true;
};

}  // namespace vmp::kvm
