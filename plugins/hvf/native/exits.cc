#include "exits.h"

#include <cstdio>

namespace vmp::hvf {

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
  std::snprintf(exit.u.error.message, sizeof exit.u.error.message, "%s: hv_return_t 0x%08x", call,
                static_cast<unsigned>(result));
}

}  // namespace vmp::hvf
