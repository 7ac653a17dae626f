// The contract's objects with owners: what is made is destroyed, also when a case fails.
#pragma once

#include <cstddef>
#include <new>

#include "conformance/virtualization/case.h"

namespace vmp::conformance {

constexpr uint64_t page = VMP_PAGE_SIZE;

// Host memory, page-aligned, zero.
class Memory {
 public:
  explicit Memory(uint64_t size);
  ~Memory();
  Memory(const Memory &) = delete;
  Memory &operator=(const Memory &) = delete;

  uint8_t *data() { return data_; }
  uint64_t size() const { return size_; }
  uint32_t &word(uint64_t offset) { return *reinterpret_cast<uint32_t *>(data_ + offset); }
  // protection: PROT_* of mmap.
  void protect(uint64_t offset, uint64_t size, int protection);

 private:
  const uint64_t size_;
  uint8_t *data_;
};

class VirtualMachine {
 public:
  explicit VirtualMachine(Context &context);
  ~VirtualMachine();
  VirtualMachine(const VirtualMachine &) = delete;
  VirtualMachine &operator=(const VirtualMachine &) = delete;

  Context &context() { return context_; }
  void *handle() { return vm_; }
  // As the contract's; the error is kept.
  vmp_status try_map(uint64_t address, void *memory, uint64_t size, uint32_t flags = 0);
  vmp_status try_unmap(uint64_t address);
  vmp_status try_dirty(uint64_t address, uint64_t *bits, uint64_t words);
  void map(uint64_t address, Memory &memory, uint32_t flags = 0);
  void unmap(uint64_t address);
  void create_device(uint32_t device);
  void set_line(uint32_t line, uint32_t level);
  const vmp_error &error() const { return error_; }

 private:
  Context &context_;
  void *vm_ = nullptr;
  vmp_error error_;
};

class VirtualCpu {
 public:
  // leaves: what CPUID answers.
  VirtualCpu(VirtualMachine &machine, uint32_t index, const std::vector<vmp_identity_leaf> &leaves);
  VirtualCpu(VirtualMachine &machine, uint32_t index) : VirtualCpu(machine, index, machine.context().leaves) {}
  ~VirtualCpu();
  VirtualCpu(const VirtualCpu &) = delete;
  VirtualCpu &operator=(const VirtualCpu &) = delete;

  vmp_x86_64_state &state() { return *reinterpret_cast<vmp_x86_64_state *>(block_ + VMP_VCPU_STATE_OFFSET); }
  vmp_vcpu &layout() { return *reinterpret_cast<vmp_vcpu *>(block_); }
  vmp_exit &exit() { return layout().exit; }

  vmp_status try_read(uint32_t classes);
  vmp_status try_write(uint32_t classes);
  vmp_status try_interrupt(uint32_t vector);
  void read(uint32_t classes);
  void write(uint32_t classes);
  // Runs to an exit; the second form to one of this kind, else it fails with `what` was awaited.
  void run(uint32_t flags = 0);
  void run_to(uint32_t kind, const char *what, uint32_t flags = 0);
  // [any] A request, and the kick that must follow.
  void request(uint32_t bits);
  void kick();
  // [any] What was requested; nothing is then.
  uint32_t acknowledge() { return layout().requests.exchange(0); }
  const vmp_error &error() const { return error_; }

 private:
  Context &context_;
  uint8_t *block_;
  vmp_error error_;
};

const char *name_of_exit(uint32_t kind);
// One line about an exit.
std::string describe_exit(const vmp_exit &exit);

}  // namespace vmp::conformance
