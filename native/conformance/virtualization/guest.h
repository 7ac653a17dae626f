// A virtual machine with a little memory and one virtual CPU that is about to run some bytes of code.
#pragma once

#include <initializer_list>

#include "conformance/virtualization/machine.h"

namespace vmp::conformance {

enum class Mode {
  real,         // segments of base 0
  protected32,  // flat, without paging
  long64,       // flat; the lowest GiB of guest-physical memory at its own addresses
  user64,       // the same in ring 3, which may use ports
};

// Numbers of general registers in the layout.
enum Register : uint32_t { rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15 };

namespace address {
constexpr uint64_t code = 0x1000, handler = 0x3000, stack = 0x8000, data = 0x10000;
constexpr uint64_t memory_size = 0x40000;
constexpr uint64_t unbacked = 0x10000000;  // below what the page tables map
}  // namespace address

// Brings the virtual CPU from its reset state into the mode, with rip at the code and rsp at the stack; writes it.
void enter_mode(VirtualCpu &vcpu, Memory &memory, Mode mode);

class Guest {
 public:
  using Code = std::initializer_list<uint8_t>;

  Guest(Context &context, Mode mode, Code code) : Guest(context, mode, code, 0) {}
  // device: VMP_HARDWARE_*, created before the virtual CPU; 0: none.
  Guest(Context &context, Mode mode, Code code, uint32_t device);

  Memory memory;  // from guest address 0
  VirtualMachine machine;
  VirtualCpu cpu;

  void place(uint64_t at, Code bytes);
  uint64_t &reg(Register number) { return cpu.state().gpr[number]; }

 private:
  static VirtualMachine &prepare(VirtualMachine &machine, Memory &memory, uint32_t device);
};

}  // namespace vmp::conformance
