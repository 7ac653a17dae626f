// The M extension. Division by zero and overflow have defined results: volume I, section 7.2.
#pragma once
#include <limits>

#include "integer.h"

namespace vmp::riscv {

constexpr uint64_t multiply_high(uint64_t a, uint64_t b) {
  return static_cast<uint64_t>(static_cast<unsigned __int128>(a) * b >> 64);
}
constexpr uint64_t multiply_high_signed(uint64_t a, uint64_t b) {
  return static_cast<uint64_t>(static_cast<__int128>(as_signed(a)) * as_signed(b) >> 64);
}
constexpr uint64_t multiply_high_mixed(uint64_t a, uint64_t b) {
  return multiply_high(a, b) - (as_signed(a) < 0 ? b : 0);
}

template <typename T>
constexpr T divide(T a, T b) {
  if (b == 0) {
    return static_cast<T>(-1);
  }
  if (std::numeric_limits<T>::is_signed && a == std::numeric_limits<T>::min() && b == static_cast<T>(-1)) {
    return a;
  }
  return a / b;
}
template <typename T>
constexpr T remainder(T a, T b) {
  if (b == 0) {
    return a;
  }
  if (std::numeric_limits<T>::is_signed && b == static_cast<T>(-1)) {
    return 0;
  }
  return a % b;
}
template <typename T>
constexpr uint64_t divide_word(uint64_t a, uint64_t b) {
  return extend_word(static_cast<uint32_t>(divide(static_cast<T>(a), static_cast<T>(b))));
}
template <typename T>
constexpr uint64_t remainder_word(uint64_t a, uint64_t b) {
  return extend_word(static_cast<uint32_t>(remainder(static_cast<T>(a), static_cast<T>(b))));
}

// clang-format off
#define VM_PLUGIN_RISCV_MULTIPLY_REGISTERS(X) \
  X(mul, a * b) \
  X(mulh, multiply_high_signed(a, b)) \
  X(mulhsu, multiply_high_mixed(a, b)) \
  X(mulhu, multiply_high(a, b)) \
  X(div, static_cast<uint64_t>(divide(as_signed(a), as_signed(b)))) \
  X(divu, divide(a, b)) \
  X(rem, static_cast<uint64_t>(remainder(as_signed(a), as_signed(b)))) \
  X(remu, remainder(a, b)) \
  X(mulw, extend_word(low_word(a * b))) \
  X(divw, divide_word<int32_t>(a, b)) \
  X(divuw, divide_word<uint32_t>(a, b)) \
  X(remw, remainder_word<int32_t>(a, b)) \
  X(remuw, remainder_word<uint32_t>(a, b))
// clang-format on

namespace compute {
VM_PLUGIN_RISCV_MULTIPLY_REGISTERS(VM_PLUGIN_RISCV_FUNCTION)
}

}  // namespace vmp::riscv
