// The plugin's entry.
#include <cstring>
#include <exception>

#include "personality.h"
#include "snapshot/state.h"

namespace vmp_linux {
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
// A system call that finds the host out of memory ends the host, as it does in every other thread of Node's.
uint32_t handle_exit(void *self, vmp_vcpu *vcpu) noexcept { return from(self).handle_exit(vcpu); }
vmp_status signal(void *self, uint32_t run, int32_t process, uint32_t number, vmp_error *error) {
  return guarded(error, [&] { return from(self).signal(run, process, number, error); });
}
vmp_status snapshot(void *self, void **snapshot, vmp_error *error) {
  return guarded(error, [&] {
    const SnapshotState *state = nullptr;
    const vmp_status status = from(self).snapshot(&state, error);
    *snapshot = const_cast<SnapshotState *>(state);
    return status;
  });
}
void snapshot_destroy(void *snapshot) { delete static_cast<const SnapshotState *>(snapshot); }
vmp_status restore(void *self, const vmp_restore *request, vmp_error *error) {
  return guarded(error, [&] { return from(self).restore(*request, error); });
}
vmp_status call(void *self, const vmp_function_call *request, vmp_error *error) {
  return guarded(error, [&] { return from(self).call(*request, error); });
}
void call_withdraw(void *self, uint32_t run, uint64_t id) { from(self).withdraw_call(run, id); }
constexpr vmp_os_personality kTable = {.struct_size = sizeof(vmp_os_personality),
                                       .reserved = 0,
                                       .spawn = spawn,
                                       .handle_exit = handle_exit,
                                       .signal = signal,
                                       .snapshot = snapshot,
                                       .snapshot_destroy = snapshot_destroy,
                                       .restore = restore,
                                       .call = call,
                                       .call_withdraw = call_withdraw};

vmp_status create(const vmp_create_info *info, void **self, vmp_error *error) {
  return guarded(error, [&] { return Personality::create(info, self, error); });
}
vmp_status attach(void *self, const vmp_bindings *bindings, vmp_error *error) {
  return guarded(error, [&] { return from(self).attach(bindings, error); });
}
void destroy(void *self) { delete static_cast<Personality *>(self); }

const vmp_host *plugin_host = nullptr;  // set once by init

vmp_status validate_configuration(const vmp_configuration *configuration, vmp_error *error) {
  return guarded(error, [&] {
    Services services;
    Settings settings;
    vmp_status status = load_services(plugin_host, services, error);
    if (status == VMP_OK) status = read_settings(*services.config, configuration, settings, error);
    return status;
  });
}

constexpr vmp_provider kProvider = {sizeof(vmp_provider),  1, 0, &kTable, nullptr, create, attach, destroy,
                                    validate_configuration};

vmp_status init(const vmp_host *host, vmp_error *) {
  plugin_host = host;
  return VMP_OK;
}

const vmp_provider *get(const char *point, const char *name, uint16_t) {
  const bool is_ours = std::strcmp(point, VMP_OS_PERSONALITY_POINT) == 0 && std::strcmp(name, "linux") == 0;
  return is_ours ? &kProvider : nullptr;
}

}  // namespace
}  // namespace vmp_linux

extern "C" VMP_EXPORT const vmp_entry vm_plugin_entry = {.struct_size = sizeof(vmp_entry),
                                                         .abi_major = VMP_ABI_MAJOR,
                                                         .abi_minor = VMP_ABI_MINOR,
                                                         .abi_minor_lowest = 0,
                                                         .reserved = {},
                                                         .init = vmp_linux::init,
                                                         .deinit = nullptr,
                                                         .get = vmp_linux::get};
