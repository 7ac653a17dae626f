// The general registers between the shared layout and kvm_run, whose order is another.
#pragma once
#include <linux/kvm.h>
#include <vm_plugin/vcpu.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace vmp::kvm {

inline void store_registers(const vmp_x86_64_state &from, kvm_regs &to) {
  const uint64_t *gpr = from.gpr;
  to.rax = gpr[0];
  to.rcx = gpr[1];
  to.rdx = gpr[2];
  to.rbx = gpr[3];
  to.rsp = gpr[4];
  to.rbp = gpr[5];
  to.rsi = gpr[6];
  to.rdi = gpr[7];
  to.r8 = gpr[8];
  to.r9 = gpr[9];
  to.r10 = gpr[10];
  to.r11 = gpr[11];
  to.r12 = gpr[12];
  to.r13 = gpr[13];
  to.r14 = gpr[14];
  to.r15 = gpr[15];
  to.rip = from.rip;
  to.rflags = from.rflags;
}

inline void load_registers(const kvm_regs &from, vmp_x86_64_state &to) {
  uint64_t *gpr = to.gpr;
  gpr[0] = from.rax;
  gpr[1] = from.rcx;
  gpr[2] = from.rdx;
  gpr[3] = from.rbx;
  gpr[4] = from.rsp;
  gpr[5] = from.rbp;
  gpr[6] = from.rsi;
  gpr[7] = from.rdi;
  gpr[8] = from.r8;
  gpr[9] = from.r9;
  gpr[10] = from.r10;
  gpr[11] = from.r11;
  gpr[12] = from.r12;
  gpr[13] = from.r13;
  gpr[14] = from.r14;
  gpr[15] = from.r15;
  to.rip = from.rip;
  to.rflags = from.rflags;
}

// Whether they are the same: what every exit asks, for most of which they are.
inline bool are_equal(const vmp_x86_64_state &one, const kvm_regs &other) {
  const uint64_t *gpr = one.gpr;
  uint64_t high[8];
  std::memcpy(high, &other.r8, sizeof high);
  uint64_t differences = (gpr[0] ^ other.rax) | (gpr[1] ^ other.rcx) | (gpr[2] ^ other.rdx) | (gpr[3] ^ other.rbx) |
                         (gpr[4] ^ other.rsp) | (gpr[5] ^ other.rbp) | (gpr[6] ^ other.rsi) | (gpr[7] ^ other.rdi) |
                         (one.rip ^ other.rip) | (one.rflags ^ other.rflags);
  for (size_t i = 0; i < 8; ++i) differences |= gpr[8 + i] ^ high[i];
  return differences == 0;
}

// What was changed from `before` to `wanted`, into `to`.
inline void keep_changes(const kvm_regs &before, const kvm_regs &wanted, kvm_regs &to) {
  constexpr size_t count = sizeof(kvm_regs) / sizeof(uint64_t);
  uint64_t old_values[count], new_values[count], values[count];
  std::memcpy(old_values, &before, sizeof before);
  std::memcpy(new_values, &wanted, sizeof wanted);
  std::memcpy(values, &to, sizeof to);
  for (size_t i = 0; i < count; ++i) {
    if (old_values[i] != new_values[i]) values[i] = new_values[i];
  }
  std::memcpy(&to, values, sizeof to);
}

}  // namespace vmp::kvm
