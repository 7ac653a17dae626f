#include "personality.h"

#include <vm_plugin/accel_virtualization.h>
#include <vm_plugin/device_virtual.h>

#include <csignal>
#include <cstdio>
#include <cstring>

#include "boot.h"

namespace vmp_bare_metal {
namespace {

constexpr uint64_t most_regions = 16;  // of one device

using Number = unsigned long long;

}  // namespace

vmp_status Personality::create(const vmp_create_info *info, void **self, vmp_error *error) {
  if (info->machine == nullptr)
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "MACHINE_MISSING", "the personality serves a machine");
  auto personality = std::make_unique<Personality>();
  personality->machine_ = info->machine;
  vmp_status status = load_services(info->host, personality->services_, error);
  if (status == VMP_OK)
    status = read_settings(*personality->services_.config, info->configuration, personality->settings_, error);
  if (status == VMP_OK) *self = personality.release();
  return status;
}

vmp_status Personality::attach(const vmp_bindings *bindings, vmp_error *error) {
  const auto *item = reinterpret_cast<const uint8_t *>(bindings->items);
  for (uint32_t i = 0; i < bindings->count; ++i, item += bindings->stride) {
    const auto &binding = *reinterpret_cast<const vmp_binding *>(item);
    if (std::strcmp(binding.point, VMP_DEVICE_VIRTUAL_POINT) != 0) continue;
    vmp_device_region regions[most_regions]{};
    for (vmp_device_region &region : regions) region.struct_size = sizeof region;
    uint64_t count = 0;
    const auto &device = *static_cast<const vmp_device_virtual *>(binding.vtable);
    const vmp_status status = device.regions(binding.self, regions, most_regions, &count, error);
    if (status != VMP_OK) return status;
    for (uint64_t number = 0; number < count && number < most_regions; ++number) {
      if (regions[number].kind == VMP_DEVICE_REGION_MMIO)
        hidden_.push_back({regions[number].address, regions[number].size});
    }
  }
  return VMP_OK;
}

Personality::~Personality() { drop_space(); }

void Personality::drop_space() {
  if (space_ != nullptr) services_.memory->space_destroy(space_);
  space_ = nullptr;
}

void Personality::end(uint32_t run, int32_t exit_code, int32_t signal, const char *detail) const {
  vmp_process_result result{};
  result.struct_size = sizeof result;
  result.process = guest_process;
  result.exit_code = exit_code;
  result.signal = signal;
  result.processes = 1;
  result.detail = {detail, std::strlen(detail)};
  services_.machine->process_ended(machine_, run, &result);
}

// As on a PC: nobody drives the bus.
uint32_t Personality::serve_unclaimed(vmp_vcpu *vcpu) {
  vmp_exit &exit = vcpu->exit;
  if (settings_.strict) {
    char detail[160];
    std::snprintf(
        detail, sizeof detail, "UNCLAIMED_ACCESS: a %s of %u bytes at %s 0x%llx, which no device claims, rip 0x%llx",
        exit.u.io.write != 0 ? "write" : "read", exit.u.io.size, exit.kind == VMP_EXIT_MMIO ? "address" : "port",
        static_cast<Number>(exit.u.io.address), static_cast<Number>(exit.pc));
    end(run_, 0, SIGBUS, detail);
    return VMP_ACTION_END_VCPU;
  }
  if (exit.u.io.write == 0) exit.u.io.data = ~uint64_t{0};
  return VMP_ACTION_RESUME;
}

uint32_t Personality::handle_exit(vmp_vcpu *vcpu) {
  const vmp_exit &exit = vcpu->exit;
  char detail[160];
  int32_t signal = SIGSEGV;
  switch (exit.kind) {
    case VMP_EXIT_BUDGET:
      return VMP_ACTION_RESUME;
    case VMP_EXIT_INTERRUPTED:
      services_.machine->vcpu_acknowledge(vcpu);
      return VMP_ACTION_RESUME;  // a stop ends it all the same
    case VMP_EXIT_MMIO:
    case VMP_EXIT_PORT_IO:
      return serve_unclaimed(vcpu);
    case VMP_EXIT_HALT:
      // Nothing could wake it: an interrupt controller would have waited.
      end(run_, 0, 0, "");
      return VMP_ACTION_END_VCPU;
    case VMP_EXIT_SHUTDOWN:
      std::snprintf(detail, sizeof detail, "TRIPLE_FAULT: virtual CPU %u shut down at rip 0x%llx", vcpu->index,
                    static_cast<Number>(exit.pc));
      break;
    case VMP_EXIT_MEMORY_FAULT:
      signal = SIGBUS;
      std::snprintf(detail, sizeof detail, "MEMORY_FAULT: the host has no memory behind address 0x%llx, rip 0x%llx",
                    static_cast<Number>(exit.u.memory.address), static_cast<Number>(exit.pc));
      break;
    default:
      std::snprintf(detail, sizeof detail, "UNEXPECTED_EXIT: exit %u at rip 0x%llx", exit.kind,
                    static_cast<Number>(exit.pc));
      break;
  }
  end(run_, 0, signal, detail);
  return VMP_ACTION_END_VCPU;
}

vmp_status Personality::signal(uint32_t run, int32_t process, uint32_t number, vmp_error *error) {
  const bool is_guest = process == 0 || process == int32_t{guest_process} || process == -int32_t{guest_process};
  if (run == 0 || run != run_ || !is_guest)
    return fail(error, VMP_ERROR_NOT_FOUND, "PROCESS_NOT_FOUND", "there is no process %d", process);
  // A guest that owns the processor knows no signals: those that mean its end are the power switch.
  switch (number) {
    case SIGHUP:
    case SIGINT:
    case SIGQUIT:
    case SIGKILL:
    case SIGTERM:
      end(run, 0, static_cast<int32_t>(number), "");
      return VMP_OK;
    default:
      return VMP_OK;
  }
}

}  // namespace vmp_bare_metal
