#include "exits.h"

#include <vm_plugin/memory.h>

#include <cstdio>

namespace vmp::whpx {

uint32_t access_of(const vmp_whpx_memory_access &from) {
  switch (from.information & 3) {
    case 0:
      return VMP_PROTECTION_READ;
    case 1:
      return VMP_PROTECTION_WRITE;
    default:
      return VMP_PROTECTION_EXECUTE;
  }
}

void describe_kind(uint32_t kind, uint64_t pc, vmp_exit &exit) {
  exit.kind = kind;
  exit.flags = 0;
  exit.pc = pc;
}

void describe_fault(uint64_t address, uint32_t access, uint64_t pc, vmp_exit &exit) {
  describe_kind(VMP_EXIT_MEMORY_FAULT, pc, exit);
  exit.u.memory = {.address = address, .size = 0, .access = access};
}

void describe_error(const char *what, uint64_t first, uint64_t second, uint64_t pc, vmp_exit &exit) {
  describe_kind(VMP_EXIT_ENGINE_ERROR, pc, exit);
  std::snprintf(exit.u.error.message, sizeof exit.u.error.message, "%s 0x%llx 0x%llx", what,
                static_cast<unsigned long long>(first), static_cast<unsigned long long>(second));
}

void describe_failure(const char *call, int32_t result, uint64_t pc, vmp_exit &exit) {
  describe_kind(VMP_EXIT_ENGINE_ERROR, pc, exit);
  std::snprintf(exit.u.error.message, sizeof exit.u.error.message, "%s: HRESULT 0x%08x", call,
                static_cast<unsigned>(result));
}

void describe_reason(const vmp_whpx_exit &from, vmp_exit &exit) {
  switch (from.reason) {
    case VMP_WHPX_EXIT_HALT:
      return describe_kind(VMP_EXIT_HALT, from.rip, exit);
    case VMP_WHPX_EXIT_UNRECOVERABLE_EXCEPTION:
      return describe_kind(VMP_EXIT_SHUTDOWN, from.rip, exit);
    case VMP_WHPX_EXIT_INTERRUPT_WINDOW:
    case VMP_WHPX_EXIT_CANCELED:
      return describe_kind(VMP_EXIT_INTERRUPTED, from.rip, exit);
    case VMP_WHPX_EXIT_INVALID_REGISTER_VALUE:
      return describe_error("the platform refuses to enter the guest:", from.reason, from.rip, from.rip, exit);
    default:
      return describe_error("an exit that the platform was not asked for:", from.reason, from.rip, from.rip, exit);
  }
}

}  // namespace vmp::whpx
