// The plugin's entry: device.virtual "debug-exit", a port by which a guest ends itself.
#include <vm_plugin/config.h>
#include <vm_plugin/device_virtual.h>
#include <vm_plugin/machine.h>

#include <cstdio>
#include <cstring>
#include <new>

namespace {

// "port": of the four that it has, the lowest; default 0xf4. "plain": the exit code is what is written; default false:
// twice that and one, as QEMU's isa-debug-exit has it, so that it is never 0.
struct Settings {
  uint64_t port = 0xf4;
  bool is_plain = false;
};

constexpr uint64_t ports = 4, last_port = 0xffff;

vmp_status fail(vmp_error *error, const char *code, const char *message) {
  if (!VMP_CAN_EXPLAIN(error)) return VMP_ERROR_INVALID_ARGUMENT;
  error->status = VMP_ERROR_INVALID_ARGUMENT;
  std::snprintf(error->code, sizeof error->code, "%s", code);
  std::snprintf(error->message, sizeof error->message, "%s", message);
  return VMP_ERROR_INVALID_ARGUMENT;
}

vmp_status read_settings(const vmp_config_service &config, const vmp_configuration *from, Settings &settings,
                         vmp_error *error) {
  int64_t port = 0;
  int32_t is_plain = 0;
  vmp_status status = config.integer(from, "port", &port);
  if (status != VMP_OK && status != VMP_ERROR_NOT_FOUND)
    return fail(error, "CONFIGURATION_TYPE", "port must be an integer");
  if (status == VMP_OK) {
    if (port < 0 || port + ports - 1 > last_port) {
      char message[80];
      std::snprintf(message, sizeof message, "port is %lld; it may be 0 to 65532", static_cast<long long>(port));
      return fail(error, "CONFIGURATION_RANGE", message);
    }
    settings.port = static_cast<uint64_t>(port);
  }
  status = config.boolean(from, "plain", &is_plain);
  if (status != VMP_OK && status != VMP_ERROR_NOT_FOUND)
    return fail(error, "CONFIGURATION_TYPE", "plain must be true or false");
  settings.is_plain = is_plain != 0;
  return VMP_OK;
}

class DebugExit {
 public:
  DebugExit(const vmp_machine_service &service, vmp_machine *machine, Settings settings)
      : service_(service), machine_(machine), settings_(settings) {}
  vmp_device_region region() const {
    return {sizeof(vmp_device_region), VMP_DEVICE_REGION_PORT, settings_.port, ports};
  }
  void write(uint64_t value) const {
    const auto code = static_cast<uint32_t>(value);
    service_.power_off(machine_, static_cast<int32_t>((settings_.is_plain ? code : code << 1 | 1) & 0xff));
  }

 private:
  const vmp_machine_service &service_;
  vmp_machine *const machine_;
  const Settings settings_;
};

DebugExit &from(void *self) { return *static_cast<DebugExit *>(self); }

vmp_status regions(void *self, vmp_device_region *regions, uint64_t capacity, uint64_t *count, vmp_error *error) {
  *count = 1;
  if (capacity == 0) return error != nullptr ? error->status = VMP_ERROR_TOO_SMALL : VMP_ERROR_TOO_SMALL;
  regions[0] = from(self).region();
  return VMP_OK;
}

vmp_status read(void *, uint32_t, uint64_t, uint32_t, uint64_t *value, vmp_error *) {
  *value = 0;
  return VMP_OK;
}

// Of any size, at any of the ports: each write says the whole code.
vmp_status write(void *self, uint32_t, uint64_t, uint32_t, uint64_t value, vmp_error *) {
  from(self).write(value);
  return VMP_OK;
}

constexpr vmp_device_virtual table = {
    sizeof(vmp_device_virtual), 0, regions, read, write, nullptr, nullptr, nullptr, nullptr};

const vmp_host *plugin_host = nullptr;  // set once by init

const vmp_config_service *config_service() {
  return static_cast<const vmp_config_service *>(plugin_host->service(plugin_host, VMP_CONFIG_SERVICE));
}

vmp_status create(const vmp_create_info *info, void **self, vmp_error *error) {
  const auto *machine =
      static_cast<const vmp_machine_service *>(plugin_host->service(plugin_host, VMP_MACHINE_SERVICE));
  if (machine == nullptr || !VMP_KNOWS(machine, vmp_machine_service, power_off) || config_service() == nullptr ||
      info->machine == nullptr)
    return fail(error, "SERVICE_MISSING", "the host does not offer what ends a guest");
  Settings settings;
  const vmp_status status = read_settings(*config_service(), info->configuration, settings, error);
  if (status != VMP_OK) return status;
  *self = new (std::nothrow) DebugExit(*machine, info->machine, settings);
  return *self != nullptr ? VMP_OK : VMP_ERROR_OUT_OF_MEMORY;
}
void destroy(void *self) { delete &from(self); }

vmp_status validate_configuration(const vmp_configuration *configuration, vmp_error *error) {
  Settings settings;
  return read_settings(*config_service(), configuration, settings, error);
}

constexpr vmp_provider provider = {sizeof(vmp_provider),  1, 0, &table, nullptr, create, nullptr, destroy,
                                   validate_configuration};

vmp_status init(const vmp_host *host, vmp_error *) {
  plugin_host = host;
  return VMP_OK;
}

const vmp_provider *get(const char *point, const char *name, uint16_t) {
  const bool is_ours = std::strcmp(point, VMP_DEVICE_VIRTUAL_POINT) == 0 && std::strcmp(name, "debug-exit") == 0;
  return is_ours ? &provider : nullptr;
}

}  // namespace

extern "C" VMP_EXPORT const vmp_entry vm_plugin_entry = {.struct_size = sizeof(vmp_entry),
                                                         .abi_major = VMP_ABI_MAJOR,
                                                         .abi_minor = VMP_ABI_MINOR,
                                                         .abi_minor_lowest = 0,
                                                         .reserved = {},
                                                         .init = init,
                                                         .deinit = nullptr,
                                                         .get = get};
