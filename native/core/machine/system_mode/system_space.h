// The virtual machine of a guest that owns the processor: guest-physical addresses are those of the address space, in a
// slot for each mapped run of it. Where nothing is mapped, an access is one to a device.
#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "core/machine/backend.h"

namespace vmp {

class AddressSpace;

class SystemSpace {
 public:
  // [control] NULL with `error` filled.
  static std::unique_ptr<SystemSpace> create(const Backend &backend, AddressSpace &space, vmp_error *error);
  ~SystemSpace();
  SystemSpace(const SystemSpace &) = delete;
  SystemSpace &operator=(const SystemSpace &) = delete;

  void *vm() const { return vm_; }
  // [any] After what is mapped has changed: makes the slots what the space has now.
  vmp_status update(vmp_error *error);
  // [control] As the backend's entries.
  vmp_status create_device(uint32_t device, vmp_error *error);
  vmp_status set_line(uint32_t line, uint32_t level, vmp_error *error);  // [any]
  // [control] Virtual CPUs are numbered from 0 in the order in which they are made, as the interrupt controller does.
  uint32_t take_number() { return next_number_++; }

 private:
  SystemSpace(const Backend &backend, AddressSpace &space, void *vm) : backend_(backend), space_(space), vm_(vm) {}

  const Backend &backend_;
  AddressSpace &space_;  // outlives this: the engine forgets this when its arena goes
  void *const vm_;
  std::mutex mutex_;                    // what follows
  std::map<uint64_t, uint64_t> slots_;  // bytes, by first address
  uint32_t next_number_ = 0;
};

}  // namespace vmp
