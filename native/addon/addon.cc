// What src/native.ts loads.
#include <fcntl.h>
#include <napi.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "addon/conformance.h"
#include "addon/convert.h"
#include "addon/file_hash.h"
#include "addon/file_lock.h"
#include "addon/host_probes.h"
#include "addon/instance_object.h"
#include "addon/machine_object.h"
#include "addon/plugin_object.h"
#include "addon/remote_object.h"
#include "core/host/open_beneath.h"
#include "core/services/services.h"
#include "hypervisor/hypervisor.h"

namespace vmp::addon {
namespace {

Napi::Value make_pipe(const Napi::CallbackInfo &info) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    throw make_error(info.Env(), "VMP_MACHINE_FAILED", {{"reason", std::string("no pipe: ") + std::strerror(errno)}});
  }
  auto array = Napi::Array::New(info.Env(), 2);
  array.Set(0u, ends[0]);
  array.Set(1u, ends[1]);
  return array;
}

// openBeneath(root, path): the descriptor, or the negated errno.
Napi::Value open_beneath_root(const Napi::CallbackInfo &info) {
  int opened = open_beneath(info[0].As<Napi::String>().Utf8Value(), info[1].As<Napi::String>().Utf8Value());
  return Napi::Number::New(info.Env(), opened < 0 ? -errno : opened);
}

Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  offer_hypervisor(vmp_hypervisor());
  export_plugins(env, exports);
  MachineObject::export_class(env, exports);
  RemoteObject::export_class(env, exports);
  InstanceObject::export_class(env, exports);
  export_loggers(env, exports);
  exports.Set("executableMemory", Napi::Function::New(env, executable_memory));
  export_conformance(env, exports);
  exports.Set("fileHash", Napi::Function::New(env, file_hash));
  exports.Set("lockFile", Napi::Function::New(env, lock_file));
  exports.Set("openBeneath", Napi::Function::New(env, open_beneath_root));
  exports.Set("pipe", Napi::Function::New(env, make_pipe));
  exports.Set("sandboxFacilities", Napi::Function::New(env, sandbox_facilities));
  return exports;
}

}  // namespace
}  // namespace vmp::addon

namespace {
Napi::Object initialize_addon(Napi::Env env, Napi::Object exports) { return vmp::addon::initialize(env, exports); }
}  // namespace

NODE_API_MODULE(vm_plugin, initialize_addon)
