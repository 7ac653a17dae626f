#include "addon/host_probes.h"

#include "core/host/executable_memory.h"
#include "core/host/sandbox_facilities.h"

namespace vmp::addon {
namespace {

Napi::Object to_object(Napi::Env env, const ProbeResult &result) {
  auto object = Napi::Object::New(env);
  object.Set("error", result.error);
  object.Set("signal", result.signal);
  return object;
}

}  // namespace

Napi::Value executable_memory(const Napi::CallbackInfo &info) {
  const ExecutableMemory found = probe_executable_memory();
  auto object = Napi::Object::New(info.Env());
  object.Set("writeThenExecute", to_object(info.Env(), found.write_then_execute));
  object.Set("writeAndExecute", to_object(info.Env(), found.write_and_execute));
  object.Set("twoMappings", to_object(info.Env(), found.two_mappings));
  object.Set("called", found.called);
  return object;
}

Napi::Value sandbox_facilities(const Napi::CallbackInfo &info) {
  const SandboxFacilities found = probe_sandbox_facilities();
  auto object = Napi::Object::New(info.Env());
  object.Set("systemCallFilter", to_object(info.Env(), found.system_call_filter));
  object.Set("userNamespace", to_object(info.Env(), found.user_namespace));
  object.Set("landlock", found.landlock);
  return object;
}

}  // namespace vmp::addon
