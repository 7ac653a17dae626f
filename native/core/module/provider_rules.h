// What a provider's table must have, by point. Generated from the contracts by `npm run generate`. Do not edit.
#pragma once

#include <cstdint>
#include <span>

namespace vmp {

struct RequiredFunction {
  const char *name;
  uint32_t offset;  // in the table
};

struct ProviderRule {
  const char *point;
  uint16_t major;
  uint32_t smallest;  // bytes of the table
  std::span<const RequiredFunction> required;
};

inline constexpr RequiredFunction arch_simulator_required[] = {{"run", 24}};
inline constexpr RequiredFunction accel_virtualization_required[] = {{"describe", 8}, {"vm_create", 16}, {"vm_destroy", 24}, {"memory_map", 32}, {"memory_unmap", 40}, {"memory_dirty", 48}, {"identity", 88}, {"vcpu_create", 96}, {"vcpu_destroy", 104}, {"vcpu_read", 112}, {"vcpu_write", 120}, {"vcpu_interrupt", 128}, {"run", 136}, {"kick", 144}};
inline constexpr RequiredFunction os_personality_required[] = {{"spawn", 8}, {"handle_exit", 16}, {"signal", 24}};
inline constexpr RequiredFunction device_virtual_required[] = {{"regions", 8}, {"read", 16}, {"write", 24}};
inline constexpr RequiredFunction debug_logger_required[] = {{"log", 8}};

inline constexpr ProviderRule provider_rules[] = {
    {"plugin", 1, 8, {}},
    {"arch.simulator", 1, 40, arch_simulator_required},
    {"accel.virtualization", 1, 152, accel_virtualization_required},
    {"os.personality", 1, 72, os_personality_required},
    {"device.virtual", 1, 64, device_virtual_required},
    {"debug.logger", 1, 24, debug_logger_required},
};

}  // namespace vmp
