// Plain accesses to guest memory, which other threads and processes share: each is one host instruction where the host
// has one, is made exactly once, and may be misaligned.
#pragma once
#include <cstdint>

namespace vmp::riscv {

template <typename T>
struct [[gnu::packed, gnu::may_alias]] AnyAlignment {
  T value;
};

template <typename T>
[[gnu::always_inline]] inline T guest_load(const uint8_t *host_address) {
  return reinterpret_cast<const volatile AnyAlignment<T> *>(host_address)->value;
}
template <typename T>
[[gnu::always_inline]] inline void guest_store(uint8_t *host_address, T value) {
  reinterpret_cast<volatile AnyAlignment<T> *>(host_address)->value = value;
}

}  // namespace vmp::riscv
