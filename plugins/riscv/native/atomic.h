// The A extension on the host's atomics. All are sequentially consistent, which is at least what aq and rl ask for; on
// x86-64 a weaker order would cost the same. Addresses are aligned.
#pragma once
#include "integer.h"

namespace vmp::riscv {

template <typename T>
[[gnu::always_inline]] inline T *guest_atomic(uint8_t *host_address) {
  return reinterpret_cast<T *>(host_address);
}

// FENCE by its predecessor (bits 7:4) and successor (3:0) sets of input, output, read, write: only where a later read
// may not overtake an earlier write, hosts as strong as x86-64 have something to do.
[[gnu::always_inline]] inline void fence(uint32_t sets) {
  constexpr uint32_t earlier_writes = 0x50, later_reads = 0x0a;
  if ((sets & earlier_writes) != 0 && (sets & later_reads) != 0) {
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
  } else {
    __atomic_thread_fence(__ATOMIC_ACQ_REL);
  }
}

inline constexpr uint64_t no_reservation = ~uint64_t{0};

// Begins with a write access, so that a fault is a write's even where the memory could not be read either.
template <typename T, typename Update>
[[gnu::always_inline]] inline T atomic_update(T *address, Update update) {
  T old = 0;
  while (!__atomic_compare_exchange_n(address, &old, update(old), false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
  }
  return old;
}

// cell: the memory; old: what it held; b: the operand.
// clang-format off
#define VM_PLUGIN_RISCV_ATOMIC_UPDATES(X, suffix, Signed, Unsigned) \
  X(amoxor_##suffix, Unsigned, atomic_update(cell, [=](Unsigned old) { return old ^ b; })) \
  X(amoand_##suffix, Unsigned, atomic_update(cell, [=](Unsigned old) { return old & b; })) \
  X(amoor_##suffix, Unsigned, atomic_update(cell, [=](Unsigned old) { return old | b; })) \
  X(amomin_##suffix, Signed, atomic_update(cell, [=](Signed old) { return old < b ? old : b; })) \
  X(amomax_##suffix, Signed, atomic_update(cell, [=](Signed old) { return old > b ? old : b; })) \
  X(amominu_##suffix, Unsigned, atomic_update(cell, [=](Unsigned old) { return old < b ? old : b; })) \
  X(amomaxu_##suffix, Unsigned, atomic_update(cell, [=](Unsigned old) { return old > b ? old : b; })) \
  X(amoswap_##suffix, Unsigned, __atomic_exchange_n(cell, b, __ATOMIC_SEQ_CST)) \
  X(amoadd_##suffix, Unsigned, __atomic_fetch_add(cell, b, __ATOMIC_SEQ_CST))
// clang-format on

}  // namespace vmp::riscv
