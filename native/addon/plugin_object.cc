#include "addon/plugin_object.h"

#include <cstddef>

#include "addon/abandonable_call.h"
#include "addon/convert.h"
#include "core/error.h"
#include "vm_plugin/plugin.h"

namespace vmp::addon {
namespace {

// What JavaScript holds: one use of the library, until deinitPlugin.
struct Plugin {
  explicit Plugin(std::shared_ptr<Library> opened) : library(std::move(opened)) {}
  ~Plugin() {
    if (in_use) library->forget();  // collected by Node, on whose thread no plugin may hang
  }
  Plugin(const Plugin &) = delete;
  Plugin &operator=(const Plugin &) = delete;

  std::shared_ptr<Library> library;
  bool in_use = true;
};

constexpr napi_type_tag plugin_tag = {0x6f1d0c5a3b7e4a21, 0x9c54d0e88a1f7b36};

Plugin &plugin_in(Napi::Value value) {
  if (value.IsExternal()) {
    auto external = value.As<Napi::External<Plugin>>();
    if (external.CheckTypeTag(&plugin_tag)) return *external.Data();
  }
  throw vmp::addon::make_error(value.Env(), "VMP_INVALID_ARGUMENT",
                               {{"what", "plugin"}, {"reason", "not a loaded native plugin"}});
}

Napi::Error refusal_error(Napi::Env env, const std::string &id, const std::string &path,
                          const LibraryRefusal &refusal) {
  using Kind = LibraryRefusal::Kind;
  std::vector<ErrorValue> versions = {{"id", id},
                                      {"pluginMajor", std::to_string(refusal.plugin_major)},
                                      {"pluginMinor", std::to_string(refusal.plugin_minor)},
                                      {"pluginLowest", std::to_string(refusal.plugin_lowest)},
                                      {"hostMajor", std::to_string(VMP_ABI_MAJOR)},
                                      {"hostMinor", std::to_string(VMP_ABI_MINOR)}};
  switch (refusal.kind) {
    case Kind::no_entry:
      return vmp::addon::make_error(env, "VMP_NATIVE_NO_ENTRY", {{"id", id}, {"path", path}});
    case Kind::malformed_entry:
      return vmp::addon::make_error(env, "VMP_NATIVE_ENTRY_MALFORMED", {{"id", id}, {"reason", refusal.detail}});
    case Kind::major_differs:
      return vmp::addon::make_error(env, "VMP_NATIVE_ABI_MAJOR", versions);
    case Kind::minor_too_old:
      return vmp::addon::make_error(env, "VMP_NATIVE_ABI_MINOR", versions);
    case Kind::malformed_provider:
      return vmp::addon::make_error(
          env, "VMP_NATIVE_PROVIDER_MALFORMED",
          {{"id", id}, {"point", VMP_PLUGIN_POINT}, {"name", ""}, {"reason", refusal.detail}});
    case Kind::init_failed:
      return vmp::addon::make_error(
          env, "VMP_NATIVE_INIT_FAILED",
          {{"id", id}, {"reason", refusal.code.empty() ? refusal.detail : refusal.code + ": " + refusal.detail}});
    default:
      return vmp::addon::make_error(env, "VMP_NATIVE_LIBRARY_UNLOADABLE",
                                    {{"id", id}, {"path", path}, {"reason", refusal.detail}});
  }
}

Napi::Value load_plugin(const Napi::CallbackInfo &info) {
  struct State {
    std::string path;
    std::string id;
    LibraryRefusal refusal;
    std::unique_ptr<Plugin> plugin;
  };
  auto state = std::make_shared<State>();
  state->path = info[0].As<Napi::String>().Utf8Value();
  state->id = info[1].As<Napi::String>().Utf8Value();
  auto work = [state] {
    auto library = Library::open(state->path, state->id, state->refusal);
    if (library != nullptr) state->plugin = std::make_unique<Plugin>(std::move(library));
  };
  auto settle = [state](Napi::Env env) -> Napi::Value {
    if (state->plugin == nullptr) throw refusal_error(env, state->id, state->path, state->refusal);
    const vmp_entry &entry = state->plugin->library->entry();
    auto external =
        Napi::External<Plugin>::New(env, state->plugin.release(), [](Napi::Env, Plugin *plugin) { delete plugin; });
    external.TypeTag(&plugin_tag);
    Napi::Object result = Napi::Object::New(env);
    result.Set("handle", external);
    result.Set("abiMajor", entry.abi_major);
    result.Set("abiMinor", entry.abi_minor);
    result.Set("abiLowest", entry.abi_minor_lowest);
    return result;
  };
  return abandonable_call(info.Env(), work, settle);
}

// Calls `method` with the plugin's table when the table has it, on a thread that can be abandoned. undefined when the
// plugin does not have the contract: then there is nothing to wait for.
template <typename Method, typename Result>
Napi::Value call_base(const Napi::CallbackInfo &info, const Plugin &plugin, Method method, Result result) {
  if (!plugin.in_use || plugin.library->base() == nullptr) return info.Env().Undefined();
  auto error = std::make_shared<vmp_error>(vmp::make_error());
  // A use of its own: deinit waits for a call that was abandoned.
  plugin.library->share();
  std::shared_ptr<Library> use(plugin.library.get(), [library = plugin.library](Library *) { library->release(); });
  auto work = [use, method, error]() mutable {
    vmp_binding binding = use->base()->binding();
    error->status = method(*static_cast<const vmp_plugin *>(binding.vtable), binding.self, error.get());
    use.reset();  // here, not where Node settles the call: it may be the last
  };
  auto settle = [id = plugin.library->id(), error, result](Napi::Env env) -> Napi::Value {
    if (error->status != VMP_OK) throw plugin_error(env, "plugin", id, *error);
    return result(env);
  };
  return abandonable_call(info.Env(), work, settle);
}

Napi::Value undefined(Napi::Env env) { return env.Undefined(); }

Napi::Value lifecycle(const Napi::CallbackInfo &info) {
  const Plugin &plugin = plugin_in(info[0]);
  std::string method = info[1].As<Napi::String>().Utf8Value();
  std::shared_ptr<vmp_configuration> configuration = to_configuration(info[2]);
  auto call = [method, configuration](const vmp_plugin &table, void *self, vmp_error *error) -> vmp_status {
    if (method == "initialize")
      return VMP_HAS(&table, vmp_plugin, initialize) ? table.initialize(self, configuration.get(), error) : VMP_OK;
    if (method == "start") return VMP_HAS(&table, vmp_plugin, start) ? table.start(self, error) : VMP_OK;
    if (method == "stop") return VMP_HAS(&table, vmp_plugin, stop) ? table.stop(self, error) : VMP_OK;
    if (method == "cleanup") return VMP_HAS(&table, vmp_plugin, cleanup) ? table.cleanup(self, error) : VMP_OK;
    if (method == "enable") return VMP_HAS(&table, vmp_plugin, enable) ? table.enable(self, error) : VMP_OK;
    if (method == "disable") return VMP_HAS(&table, vmp_plugin, disable) ? table.disable(self, error) : VMP_OK;
    if (method == "configurationChanged")
      return VMP_HAS(&table, vmp_plugin, configuration_changed)
                 ? table.configuration_changed(self, configuration.get(), error)
                 : VMP_OK;
    return vmp::fail(error, VMP_ERROR_INVALID_ARGUMENT, "", "no lifecycle method " + method);
  };
  return call_base(info, plugin, call, undefined);
}

Napi::Value health_check(const Napi::CallbackInfo &info) {
  auto health = std::make_shared<vmp_plugin_health>();
  auto call = [health](const vmp_plugin &table, void *self, vmp_error *error) -> vmp_status {
    health->struct_size = sizeof(*health);
    return VMP_HAS(&table, vmp_plugin, health_check) ? table.health_check(self, health.get(), error) : VMP_OK;
  };
  auto result = [health](Napi::Env env) -> Napi::Value {
    if (health->status == 0) return env.Undefined();
    static constexpr const char *names[] = {"unhealthy", "healthy", "degraded", "unhealthy"};
    health->message[sizeof(health->message) - 1] = '\0';
    Napi::Object object = Napi::Object::New(env);
    object.Set("status", names[health->status > VMP_HEALTH_UNHEALTHY ? 0 : health->status]);
    object.Set("message", static_cast<const char *>(health->message));
    return object;
  };
  return call_base(info, plugin_in(info[0]), call, result);
}

// What a method wrote whose answer has any size; `present` when the plugin has the method.
struct Answer {
  std::vector<uint8_t> bytes;
  bool present = false;
};

// `method(bytes, capacity, size)` is asked again with more room as long as it answers TOO_SMALL.
template <typename Method>
vmp_status fill(Answer &answer, const char *name, Method method, vmp_error *error) {
  constexpr uint64_t largest = uint64_t{1} << 30;
  answer.present = true;
  uint64_t size = 4096;
  vmp_status status = VMP_ERROR_TOO_SMALL;
  while (status == VMP_ERROR_TOO_SMALL) {
    answer.bytes.resize(size);
    status = method(answer.bytes.data(), answer.bytes.size(), &size);
    if (status == VMP_ERROR_TOO_SMALL && (size <= answer.bytes.size() || size > largest)) {
      return vmp::fail(error, VMP_ERROR_MALFORMED, "STATE_SIZE",
                       std::string(name) + " answers that " + std::to_string(answer.bytes.size()) +
                           " bytes are too few for its " + std::to_string(size));
    }
  }
  if (status == VMP_OK) answer.bytes.resize(std::min<uint64_t>(size, answer.bytes.size()));
  return status;
}

auto bytes_of(const std::shared_ptr<Answer> &answer) {
  return [answer](Napi::Env env) -> Napi::Value {
    if (!answer->present) return env.Undefined();
    return to_bytes(env, answer->bytes.data(), answer->bytes.size());
  };
}

Napi::Value export_state(const Napi::CallbackInfo &info) {
  auto answer = std::make_shared<Answer>();
  auto call = [answer](const vmp_plugin &table, void *self, vmp_error *error) -> vmp_status {
    if (!VMP_HAS(&table, vmp_plugin, export_state)) return VMP_OK;
    auto method = [&](uint8_t *bytes, uint64_t capacity, uint64_t *size) {
      return table.export_state(self, bytes, capacity, size, error);
    };
    return fill(*answer, "export_state", method, error);
  };
  return call_base(info, plugin_in(info[0]), call, bytes_of(answer));
}

Napi::Value migrate_configuration(const Napi::CallbackInfo &info) {
  auto answer = std::make_shared<Answer>();
  std::string from = info[1].As<Napi::String>().Utf8Value();
  std::shared_ptr<vmp_configuration> configuration = to_configuration(info[2]);
  auto call = [answer, from, configuration](const vmp_plugin &table, void *self, vmp_error *error) -> vmp_status {
    if (!VMP_HAS(&table, vmp_plugin, migrate_configuration)) return VMP_OK;
    auto method = [&](uint8_t *bytes, uint64_t capacity, uint64_t *size) {
      return table.migrate_configuration(self, vmp_string{from.data(), from.size()}, configuration.get(), bytes,
                                         capacity, size, error);
    };
    return fill(*answer, "migrate_configuration", method, error);
  };
  return call_base(info, plugin_in(info[0]), call, bytes_of(answer));
}

Napi::Value import_state(const Napi::CallbackInfo &info) {
  uint32_t version = info[1].As<Napi::Number>().Uint32Value();
  auto view = info[2].As<Napi::Uint8Array>();
  std::vector<uint8_t> bytes(view.Data(), view.Data() + view.ByteLength());
  auto call = [version, bytes](const vmp_plugin &table, void *self, vmp_error *error) -> vmp_status {
    return VMP_HAS(&table, vmp_plugin, import_state)
               ? table.import_state(self, version, bytes.data(), bytes.size(), error)
               : VMP_OK;
  };
  return call_base(info, plugin_in(info[0]), call, undefined);
}

Napi::Value deinit_plugin(const Napi::CallbackInfo &info) {
  Plugin &plugin = plugin_in(info[0]);
  if (!plugin.in_use) return info.Env().Undefined();
  plugin.in_use = false;
  if (plugin.library->base() == nullptr && plugin.library->entry().deinit == nullptr) {
    plugin.library->release();
    return info.Env().Undefined();
  }
  return abandonable_call(
      info.Env(), [library = plugin.library] { library->release(); }, undefined);
}

}  // namespace

std::shared_ptr<Library> plugin_of(Napi::Value value) {
  const Plugin &plugin = plugin_in(value);
  if (plugin.in_use) return plugin.library;
  throw vmp::addon::make_error(value.Env(), "VMP_INVALID_ARGUMENT", {{"what", "plugin"}, {"reason", "it is unloaded"}});
}

std::shared_ptr<Instance> make_instance(Napi::Env env, const std::shared_ptr<Library> &library,
                                        const std::string &point, const std::string &name, Napi::Value configuration,
                                        vmp_machine *machine) {
  std::string reason;
  const vmp_provider *provider = library->provider(point, name, reason);
  if (provider == nullptr) {
    std::vector<ErrorValue> values = {{"id", library->id()}, {"point", point}, {"name", name}, {"reason", reason}};
    throw vmp::addon::make_error(env, reason.empty() ? "VMP_NATIVE_PROVIDER_MISSING" : "VMP_NATIVE_PROVIDER_MALFORMED",
                                 values);
  }
  auto flat = to_configuration(configuration);
  vmp_error error = vmp::make_error();
  if (VMP_HAS(provider, vmp_provider, validate_configuration) &&
      provider->validate_configuration(flat.get(), &error) != VMP_OK) {
    throw plugin_error(env, "VMP_CONFIGURATION_REFUSED", library->id(), error);
  }
  std::shared_ptr<Instance> instance =
      Instance::create(library, point, name, provider, machine, std::move(flat), &error);
  if (instance == nullptr) {
    if (error.code[0] != '\0') throw plugin_error(env, "VMP_INSTANCE_FAILED", library->id(), error);
    throw vmp::addon::make_error(
        env, "VMP_INSTANCE_FAILED",
        {{"id", library->id()}, {"point", point}, {"name", name}, {"reason", reason_of(error, error.status)}});
  }
  return instance;
}

void export_plugins(Napi::Env env, Napi::Object exports) {
  exports.Set("loadPlugin", Napi::Function::New(env, load_plugin));
  exports.Set("lifecycle", Napi::Function::New(env, lifecycle));
  exports.Set("healthCheck", Napi::Function::New(env, health_check));
  exports.Set("exportState", Napi::Function::New(env, export_state));
  exports.Set("importState", Napi::Function::New(env, import_state));
  exports.Set("migrateConfiguration", Napi::Function::New(env, migrate_configuration));
  exports.Set("deinitPlugin", Napi::Function::New(env, deinit_plugin));
}

}  // namespace vmp::addon
