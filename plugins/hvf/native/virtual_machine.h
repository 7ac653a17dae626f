// One guest-physical address space and its slots. On x86-64 the process's one virtual machine has several; on AArch64
// one.
#pragma once
#include <map>
#include <shared_mutex>
#include <vector>

#include "backend.h"

namespace vmp::hvf {

class VirtualMachine {
 public:
  // [control] NULL with `error` filled.
  static VirtualMachine *create(Backend &backend, vmp_error *error);
  ~VirtualMachine();
  VirtualMachine(const VirtualMachine &) = delete;
  VirtualMachine &operator=(const VirtualMachine &) = delete;

  Backend &backend() { return backend_; }
  uint32_t space() const { return space_; }

  // As the contract's entries of these names. [any]
  vmp_status map(uint64_t address, void *memory, uint64_t size, uint32_t flags, vmp_error *error);
  vmp_status unmap(uint64_t address, vmp_error *error);
  vmp_status dirty(uint64_t address, uint64_t *bits, uint64_t words, vmp_error *error);

  // As vmp_x86_emulator's entries. [vcpu]
  int32_t read(uint64_t address, void *to, uint64_t size);
  int32_t write(uint64_t address, const void *from, uint64_t size);

  // What to do about an access that the processor has refused. [vcpu]
  enum class Refusal { device, first_write, allowed };
  // first_write: it is noted, and the page may be written from now on.
  Refusal explain(uint64_t address, bool is_write);

 private:
  VirtualMachine(Backend &backend, uint32_t space) : backend_(backend), space_(space) {}

  struct Slot {
    uint8_t *memory;
    uint64_t size;
    uint32_t flags;
    std::vector<uint64_t> written;  // a bit a page of VMP_PAGE_SIZE, when writes are logged
  };
  Slot *find(uint64_t address, uint64_t size, uint64_t &offset);
  void note_write(uint64_t start, Slot &slot, uint64_t offset);

  Backend &backend_;
  const uint32_t space_;
  std::shared_mutex mutex_;  // what follows
  std::map<uint64_t, Slot> slots_;
};

}  // namespace vmp::hvf
