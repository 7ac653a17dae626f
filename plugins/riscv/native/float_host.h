// The host's floating-point unit, used where it gives RISC-V's answer: round to nearest even, results that are plain
// (is_plain). Whether one was exact is read from the status bit that the unit only ever sets. This file is x86-64's.
#pragma once
#include <bit>
#include <type_traits>

#include "float_format.h"

namespace vmp::riscv {

inline constexpr uint32_t host_default_control =
    0x1f80;  // MXCSR: nearest even, all masked, no status, no flush to zero
inline constexpr uint32_t host_inexact_status = 0x20;

inline uint32_t host_control() { return __builtin_ia32_stmxcsr(); }
inline void set_host_control(uint32_t control) { __builtin_ia32_ldmxcsr(control); }

// Whether an operation since set_host_control was inexact; `result` is the last one's.
template <typename Host>
[[gnu::always_inline]] inline bool host_was_inexact(Host result) {
  uint32_t control;
  asm volatile("stmxcsr %0" : "=m"(control) : "x"(result));
  return (control & host_inexact_status) != 0;
}

inline bool host_has_fused() { return __builtin_cpu_supports("fma") != 0; }

template <typename Host>
[[gnu::always_inline]] inline Host host_square_root(Host a) {
  if constexpr (std::is_same_v<Host, double>) {
    asm("sqrtsd %0, %0" : "+x"(a));
  } else {
    asm("sqrtss %0, %0" : "+x"(a));
  }
  return a;
}

// Needs host_has_fused(). The names say what becomes of the product and of c: a * b + c, a * b - c, -(a * b) + c, ...
#define VM_PLUGIN_RISCV_HOST_FUSED(name, instruction)               \
  template <typename Host>                                          \
  [[gnu::always_inline]] inline Host name(Host a, Host b, Host c) { \
    if constexpr (std::is_same_v<Host, double>) {                   \
      asm(instruction "sd %2, %1, %0" : "+x"(a) : "x"(b), "x"(c));  \
    } else {                                                        \
      asm(instruction "ss %2, %1, %0" : "+x"(a) : "x"(b), "x"(c));  \
    }                                                               \
    return a;                                                       \
  }
VM_PLUGIN_RISCV_HOST_FUSED(host_multiply_add, "vfmadd213")
VM_PLUGIN_RISCV_HOST_FUSED(host_multiply_subtract, "vfmsub213")
VM_PLUGIN_RISCV_HOST_FUSED(host_negate_multiply_add, "vfnmadd213")
VM_PLUGIN_RISCV_HOST_FUSED(host_negate_multiply_subtract, "vfnmsub213")
#undef VM_PLUGIN_RISCV_HOST_FUSED

template <typename F>
constexpr typename F::Host to_host(typename F::Bits bits) {
  return std::bit_cast<typename F::Host>(bits);
}
template <typename F>
constexpr typename F::Bits from_host(typename F::Host value) {
  return std::bit_cast<typename F::Bits>(value);
}

}  // namespace vmp::riscv
