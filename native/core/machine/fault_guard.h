// The one handler for host faults. It claims those inside an arena that the current thread guards, and hands every
// other on to whoever was there before.
#pragma once

#include <csetjmp>
#include <cstddef>
#include <cstdint>

namespace vmp {

struct HostFault {
  uint64_t address;  // host address
  bool write;
};

// Puts the handler in place, once per process; the handlers that were there are kept and called. [any]
void install_fault_handler();

// Guards [base, base + size) on the current thread until it goes out of scope. Usage:
//   FaultGuard guard(base, size);
//   if (sigsetjmp(guard.jump(), 0) == 0) { ...touch guest memory... } else { guard.fault() says where }
// No object with a destructor may be made between the two: it is left by siglongjmp.
class FaultGuard {
 public:
  FaultGuard(const void *base, size_t size);
  ~FaultGuard();
  FaultGuard(const FaultGuard &) = delete;
  FaultGuard &operator=(const FaultGuard &) = delete;

  sigjmp_buf &jump() { return jump_; }
  const HostFault &fault() const { return fault_; }

 private:
  friend struct FaultHandler;
  uint64_t begin_;
  uint64_t end_;
  FaultGuard *outer_;
  HostFault fault_{};
  sigjmp_buf jump_;
};

// memcpy with one side in guarded memory [base, base + size): the bytes copied before the first that faults.
uint64_t guarded_copy(const void *base, size_t size, void *to, const void *from, size_t count);

}  // namespace vmp
