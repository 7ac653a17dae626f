#include "core/module/provider_check.h"

#include <cstddef>
#include <cstring>
#include <vector>

#include "vm_plugin/arch_simulator.h"
#include "vm_plugin/debug_logger.h"
#include "vm_plugin/device_virtual.h"
#include "vm_plugin/os_personality.h"
#include "vm_plugin/plugin.h"

namespace vmp {
namespace {

struct Function {
  const char *name;
  size_t offset;
};

struct Rule {
  const char *point;
  uint32_t smallest;  // bytes up to the last entry of contract 1.0
  std::vector<Function> required;
};

#define VMP_END(table, entry) static_cast<uint32_t>(offsetof(table, entry) + sizeof(table::entry))

const std::vector<Rule> &rules() {
  static const std::vector<Rule> all = {
      {VMP_ARCH_SIMULATOR_POINT, VMP_END(vmp_arch_simulator, invalidate), {{"run", offsetof(vmp_arch_simulator, run)}}},
      {VMP_OS_PERSONALITY_POINT,
       VMP_END(vmp_os_personality, signal),
       {{"spawn", offsetof(vmp_os_personality, spawn)},
        {"handle_exit", offsetof(vmp_os_personality, handle_exit)},
        {"signal", offsetof(vmp_os_personality, signal)}}},
      {VMP_DEVICE_VIRTUAL_POINT,
       VMP_END(vmp_device_virtual, reset),
       {{"regions", offsetof(vmp_device_virtual, regions)},
        {"read", offsetof(vmp_device_virtual, read)},
        {"write", offsetof(vmp_device_virtual, write)}}},
      {VMP_DEBUG_LOGGER_POINT, VMP_END(vmp_debug_logger, flush), {{"log", offsetof(vmp_debug_logger, log)}}},
      // Every method is optional, and each is looked for by size when it is called.
      {VMP_PLUGIN_POINT, VMP_END(vmp_plugin, reserved), {}},
  };
  return all;
}

#undef VMP_END

std::string table_fault(const Rule &rule, const void *table) {
  uint32_t size = 0;  // every table begins with it
  std::memcpy(&size, table, sizeof(size));
  if (size < rule.smallest) {
    return "its table's struct_size is " + std::to_string(size) + ", at least " + std::to_string(rule.smallest) +
           " is needed";
  }
  for (const Function &function : rule.required) {
    void (*pointer)() = nullptr;
    std::memcpy(&pointer, static_cast<const char *>(table) + function.offset, sizeof(pointer));
    if (pointer == nullptr) return std::string("its table's ") + function.name + " is NULL";
  }
  return "";
}

}  // namespace

std::string provider_fault(const std::string &point, const vmp_provider &provider) {
  if (provider.struct_size < offsetof(vmp_provider, validate_configuration)) {
    return "its provider's struct_size is " + std::to_string(provider.struct_size) + ", at least " +
           std::to_string(offsetof(vmp_provider, validate_configuration)) + " is needed";
  }
  if (provider.vtable == nullptr) return "its provider's vtable is NULL";
  if (provider.create == nullptr) return "its provider's create is NULL";
  if (provider.destroy == nullptr) return "its provider's destroy is NULL";
  if (provider.contract_major != 1) {
    return "its contract is " + std::to_string(provider.contract_major) + ".x, this host's is 1.x";
  }
  for (const Rule &rule : rules()) {
    if (point == rule.point) return table_fault(rule, provider.vtable);
  }
  return "";
}

}  // namespace vmp
