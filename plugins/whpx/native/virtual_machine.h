// One partition, its memory slots, and the guest's memory for what the program emulates.
#pragma once
#include <map>
#include <mutex>
#include <set>
#include <shared_mutex>

#include "backend.h"

namespace vmp::whpx {

class VirtualMachine {
 public:
  // [control] NULL with `error` filled.
  static VirtualMachine *create(Backend &backend, vmp_error *error);
  ~VirtualMachine();
  VirtualMachine(const VirtualMachine &) = delete;
  VirtualMachine &operator=(const VirtualMachine &) = delete;

  Backend &backend() { return backend_; }
  void *partition() const { return partition_; }

  // [control] A number that no virtual CPU has; largest_vcpus when there is none.
  uint32_t take_index();
  void give_index(uint32_t index);

  // As the contract's entries of these names. [any]
  vmp_status map(uint64_t address, void *memory, uint64_t size, uint32_t flags, vmp_error *error);
  vmp_status unmap(uint64_t address, vmp_error *error);
  vmp_status dirty(uint64_t address, uint64_t *bits, uint64_t words, vmp_error *error);

  // As vmp_x86_emulator's entries. [vcpu]
  int32_t read(uint64_t address, void *to, uint64_t size);
  int32_t write(uint64_t address, const void *from, uint64_t size);
  // Whether a slot lets guests do so (VMP_PROTECTION_*). [vcpu]
  bool allows(uint64_t address, uint32_t access);

  // [vcpu] Debug exceptions leave while a virtual CPU steps: the platform takes the choice for all of them. An HRESULT.
  int32_t begin_stepping();
  void end_stepping();

 private:
  VirtualMachine(Backend &backend, void *partition) : backend_(backend), partition_(partition) {}

  struct Slot {
    uint8_t *memory;
    uint64_t size;
    uint32_t flags;
    std::set<uint64_t> written;  // pages that the emulation has, which the platform does not see
  };
  Slot *find(uint64_t address, uint64_t size, uint64_t &offset);

  Backend &backend_;
  void *const partition_;
  std::shared_mutex mutex_;  // of slots_ and indices_
  std::map<uint64_t, Slot> slots_;
  std::set<uint32_t> indices_;
  std::mutex stepping_mutex_;  // of steppers_
  uint32_t steppers_ = 0;
};

}  // namespace vmp::whpx
