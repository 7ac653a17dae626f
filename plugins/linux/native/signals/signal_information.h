// siginfo_t, as the kernel lays it out on every 64-bit architecture (include/uapi/asm-generic/siginfo.h).
#ifndef VMP_LINUX_SIGNALS_SIGNAL_INFORMATION_H
#define VMP_LINUX_SIGNALS_SIGNAL_INFORMATION_H

#include <cstdint>

namespace vmp_linux {

struct SignalInformation {
  int32_t number = 0;
  int32_t error = 0;
  int32_t code = 0;
  int32_t padding = 0;
  union {
    struct {
      int32_t process;
      uint32_t user;
      uint64_t value;
    } sender;
    struct {
      uint64_t address;
    } fault;
    struct {
      int32_t process;
      uint32_t user;
      int32_t status;
      int32_t padding;
      int64_t user_time, system_time;  // clock ticks
    } child;
    uint8_t raw[112] = {};
  };
};
static_assert(sizeof(SignalInformation) == 128);

}  // namespace vmp_linux
#endif
