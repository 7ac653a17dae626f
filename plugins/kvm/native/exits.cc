#include "exits.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace vmp::kvm {
namespace {

// KVM_EXIT_MEMORY_FAULT, younger than the oldest headers: what the host's mappings forbid, by its address.
constexpr uint32_t memory_fault_reason = 39;
struct MemoryFault {
  uint64_t flags;
  uint64_t address;
  uint64_t size;
};

void describe_memory_fault(const kvm_run &area, vmp_exit &exit) {
  exit.kind = VMP_EXIT_MEMORY_FAULT;
  exit.u.memory = {~uint64_t{0}, 0, 0};
  if (area.exit_reason != memory_fault_reason) return;
  MemoryFault fault;
  std::memcpy(&fault, &area.hw, sizeof fault);
  exit.u.memory.address = fault.address;
}

void describe_mmio(const kvm_run &area, vmp_exit &exit) {
  exit.kind = VMP_EXIT_MMIO;
  exit.u.io = {.address = area.mmio.phys_addr,
               .size = area.mmio.len,
               .write = area.mmio.is_write,
               .data = 0,
               .count = 1,
               .reserved = 0};
  if (area.mmio.is_write != 0) std::memcpy(&exit.u.io.data, area.mmio.data, area.mmio.len);
}

void describe_error(const char *what, uint64_t first, uint64_t second, vmp_exit &exit) {
  exit.kind = VMP_EXIT_ENGINE_ERROR;
  std::snprintf(exit.u.error.message, sizeof exit.u.error.message, "%s 0x%llx 0x%llx", what,
                static_cast<unsigned long long>(first), static_cast<unsigned long long>(second));
}

}  // namespace

const uint8_t *port_data(const kvm_run &area, uint32_t element) {
  return reinterpret_cast<const uint8_t *>(&area) + area.io.data_offset + uint64_t{element} * area.io.size;
}
uint8_t *port_data(kvm_run &area, uint32_t element) {
  return const_cast<uint8_t *>(port_data(static_cast<const kvm_run &>(area), element));
}

void describe_port(const kvm_run &area, uint32_t element, vmp_exit &exit) {
  exit.kind = VMP_EXIT_PORT_IO;
  const bool is_write = area.io.direction == KVM_EXIT_IO_OUT;
  exit.u.io = {.address = area.io.port,
               .size = area.io.size,
               .write = is_write ? 1u : 0u,
               .data = 0,
               .count = area.io.count - element,
               .reserved = 0};
  if (is_write) std::memcpy(&exit.u.io.data, port_data(area, element), area.io.size);
}

void describe_failure(uint64_t pc, const char *call, int32_t result, vmp_exit &exit) {
  exit.kind = VMP_EXIT_ENGINE_ERROR;
  exit.flags = 0;
  exit.pc = pc;
  std::snprintf(exit.u.error.message, sizeof exit.u.error.message, "%s: %s", call, std::strerror(-result));
}

void describe(const kvm_run &area, int32_t result, bool steps, uint64_t pc, vmp_exit &exit) {
  exit.flags = 0;
  exit.pc = pc;
  if (result == -EFAULT) return describe_memory_fault(area, exit);
  if (result == -EINTR || result == -EAGAIN) {
    exit.kind = VMP_EXIT_INTERRUPTED;
    return;
  }
  if (result < 0) return describe_failure(pc, "KVM_RUN", result, exit);
  switch (area.exit_reason) {
    case KVM_EXIT_IO:
      return describe_port(area, 0, exit);
    case KVM_EXIT_MMIO:
      return describe_mmio(area, exit);
    case KVM_EXIT_HLT:
      exit.kind = VMP_EXIT_HALT;
      return;
    case KVM_EXIT_SHUTDOWN:
      exit.kind = VMP_EXIT_SHUTDOWN;
      return;
    case KVM_EXIT_DEBUG:
      exit.kind = steps ? VMP_EXIT_STEPPED : VMP_EXIT_BREAKPOINT;
      return;
    case KVM_EXIT_INTR:
    case KVM_EXIT_IRQ_WINDOW_OPEN:
      exit.kind = VMP_EXIT_INTERRUPTED;
      return;
    case KVM_EXIT_FAIL_ENTRY:
      return describe_error("the processor refuses to enter the guest:", area.fail_entry.hardware_entry_failure_reason,
                            area.fail_entry.cpu, exit);
    case KVM_EXIT_INTERNAL_ERROR:
      return describe_error("KVM cannot emulate an instruction:", area.internal.suberror, pc, exit);
    default:
      return describe_error("an exit that KVM was not asked for:", area.exit_reason, pc, exit);
  }
}

}  // namespace vmp::kvm
