// The plugin's entry.
#include <cstring>
#include <exception>

#include "personality.h"

namespace vmp_bare_metal {
namespace {

Personality &from(void *self) { return *static_cast<Personality *>(self); }

// Nothing unwinds into the host: the standard library throws when the host is out of memory.
template <typename Body>
vmp_status guarded(vmp_error *error, Body body) {
  try {
    return body();
  } catch (const std::exception &failure) {
    return fail(error, VMP_ERROR_OUT_OF_MEMORY, "HOST_OUT_OF_MEMORY", "%s", failure.what());
  }
}

vmp_status spawn(void *self, const vmp_spawn *request, vmp_vcpu **vcpu, uint32_t *process, vmp_error *error) {
  return guarded(error, [&] { return from(self).spawn(*request, vcpu, process, error); });
}
uint32_t handle_exit(void *self, vmp_vcpu *vcpu) noexcept { return from(self).handle_exit(vcpu); }
vmp_status signal(void *self, uint32_t run, int32_t process, uint32_t number, vmp_error *error) {
  return from(self).signal(run, process, number, error);
}
constexpr vmp_os_personality table = {.struct_size = sizeof(vmp_os_personality),
                                      .reserved = 0,
                                      .spawn = spawn,
                                      .handle_exit = handle_exit,
                                      .signal = signal,
                                      .snapshot = nullptr,
                                      .snapshot_destroy = nullptr,
                                      .restore = nullptr,
                                      .call = nullptr,
                                      .call_withdraw = nullptr};
constexpr vmp_os_personality_capabilities capabilities = {sizeof(vmp_os_personality_capabilities), 1};

vmp_status create(const vmp_create_info *info, void **self, vmp_error *error) {
  return guarded(error, [&] { return Personality::create(info, self, error); });
}
vmp_status attach(void *self, const vmp_bindings *bindings, vmp_error *error) {
  return guarded(error, [&] { return from(self).attach(bindings, error); });
}
void destroy(void *self) { delete &from(self); }

const vmp_host *plugin_host = nullptr;  // set once by init

vmp_status validate_configuration(const vmp_configuration *configuration, vmp_error *error) {
  return guarded(error, [&] {
    Services services;
    Settings settings;
    const vmp_status status = load_services(plugin_host, services, error);
    return status == VMP_OK ? read_settings(*services.config, configuration, settings, error) : status;
  });
}

constexpr vmp_provider provider = {sizeof(vmp_provider),  1, 0, &table, &capabilities, create, attach, destroy,
                                   validate_configuration};

vmp_status init(const vmp_host *host, vmp_error *) {
  plugin_host = host;
  return VMP_OK;
}

const vmp_provider *get(const char *point, const char *name, uint16_t) {
  const bool is_ours = std::strcmp(point, VMP_OS_PERSONALITY_POINT) == 0 && std::strcmp(name, "bare-metal") == 0;
  return is_ours ? &provider : nullptr;
}

}  // namespace
}  // namespace vmp_bare_metal

extern "C" VMP_EXPORT const vmp_entry vm_plugin_entry = {.struct_size = sizeof(vmp_entry),
                                                         .abi_major = VMP_ABI_MAJOR,
                                                         .abi_minor = VMP_ABI_MINOR,
                                                         .abi_minor_lowest = 0,
                                                         .reserved = {},
                                                         .init = vmp_bare_metal::init,
                                                         .deinit = nullptr,
                                                         .get = vmp_bare_metal::get};
