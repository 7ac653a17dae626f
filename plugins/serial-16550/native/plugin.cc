// The plugin's entry: the provider of device.virtual "serial-16550".
#include <cstring>
#include <exception>

#include "serial_port.h"

namespace vmp_serial {
namespace {

SerialPort &from(void *self) { return *static_cast<SerialPort *>(self); }

vmp_status regions(void *self, vmp_device_region *regions, uint64_t capacity, uint64_t *count, vmp_error *error) {
  *count = 1;
  if (capacity == 0) return error != nullptr ? error->status = VMP_ERROR_TOO_SMALL : VMP_ERROR_TOO_SMALL;
  regions[0] = from(self).region();
  return VMP_OK;
}

// Nothing unwinds into the host: the standard library throws when the host is out of memory.
template <typename Body>
vmp_status guarded(vmp_error *error, Body body) {
  try {
    return body();
  } catch (const std::exception &failure) {
    return fail(error, "HOST_OUT_OF_MEMORY", "%s", failure.what());
  }
}

vmp_status read(void *self, uint32_t, uint64_t offset, uint32_t size, uint64_t *value, vmp_error *error) {
  return guarded(error, [&] {
    *value = from(self).read(offset, size);
    return VMP_OK;
  });
}
vmp_status write(void *self, uint32_t, uint64_t offset, uint32_t size, uint64_t value, vmp_error *error) {
  return guarded(error, [&] {
    from(self).write(offset, size, value);
    return VMP_OK;
  });
}
vmp_status reset(void *self, vmp_error *error) {
  return guarded(error, [&] {
    from(self).reset();
    return VMP_OK;
  });
}
constexpr vmp_device_virtual table = {
    sizeof(vmp_device_virtual), 0, regions, read, write, reset, nullptr, nullptr, nullptr};

const vmp_host *plugin_host = nullptr;  // set once by init

template <typename Table>
const Table *service(const char *id) {
  return static_cast<const Table *>(plugin_host->service(plugin_host, id));
}

vmp_status validate_configuration(const vmp_configuration *configuration, vmp_error *error) {
  Settings settings;
  return read_settings(*service<vmp_config_service>(VMP_CONFIG_SERVICE), configuration, settings, error);
}

vmp_status create(const vmp_create_info *info, void **self, vmp_error *error) {
  return guarded(error, [&] {
    const auto *machine = service<vmp_machine_service>(VMP_MACHINE_SERVICE);
    if (machine == nullptr || !VMP_KNOWS(machine, vmp_machine_service, power_off) || info->machine == nullptr)
      return fail(error, "SERVICE_MISSING", "the host does not offer a guest's standard streams");
    Settings settings;
    const vmp_status status =
        read_settings(*service<vmp_config_service>(VMP_CONFIG_SERVICE), info->configuration, settings, error);
    if (status == VMP_OK) *self = new SerialPort(*machine, info->machine, settings);
    return status;
  });
}
void destroy(void *self) { delete &from(self); }

constexpr vmp_provider provider = {sizeof(vmp_provider),  1, 0, &table, nullptr, create, nullptr, destroy,
                                   validate_configuration};

vmp_status init(const vmp_host *host, vmp_error *) {
  plugin_host = host;
  return VMP_OK;
}

const vmp_provider *get(const char *point, const char *name, uint16_t) {
  const bool is_ours = std::strcmp(point, VMP_DEVICE_VIRTUAL_POINT) == 0 && std::strcmp(name, "serial-16550") == 0;
  return is_ours ? &provider : nullptr;
}

}  // namespace
}  // namespace vmp_serial

extern "C" VMP_EXPORT const vmp_entry vm_plugin_entry = {.struct_size = sizeof(vmp_entry),
                                                         .abi_major = VMP_ABI_MAJOR,
                                                         .abi_minor = VMP_ABI_MINOR,
                                                         .abi_minor_lowest = 0,
                                                         .reserved = {},
                                                         .init = vmp_serial::init,
                                                         .deinit = nullptr,
                                                         .get = vmp_serial::get};
