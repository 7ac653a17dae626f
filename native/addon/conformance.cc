#include "addon/conformance.h"

#include <memory>
#include <string>

#include "addon/abandonable_call.h"
#include "addon/convert.h"
#include "addon/plugin_object.h"
#include "conformance/virtualization/suite.h"

namespace vmp::addon {
namespace {

// virtualizationCases(): [{ group, title }]
Napi::Value virtualization_cases(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  auto array = Napi::Array::New(env);
  for (const conformance::CaseName &name : conformance::virtualization_cases()) {
    auto object = Napi::Object::New(env);
    object.Set("group", name.group);
    object.Set("title", name.title);
    array.Set(array.Length(), object);
  }
  return array;
}

Napi::Value to_object(Napi::Env env, const conformance::Outcome &outcome) {
  static constexpr const char *verdicts[] = {"passed", "failed", "inapplicable", "unavailable"};
  auto object = Napi::Object::New(env);
  object.Set("verdict", verdicts[static_cast<int>(outcome.verdict)]);
  object.Set("detail", outcome.detail);
  return object;
}

// runVirtualizationCase(plugin, name, configuration, index): { verdict, detail }, of a thread of its own.
Napi::Value run_virtualization_case(const Napi::CallbackInfo &info) {
  auto library = plugin_of(info[0]);
  std::shared_ptr<Instance> instance = make_instance(info.Env(), library, VMP_ACCEL_VIRTUALIZATION_POINT,
                                                     info[1].As<Napi::String>().Utf8Value(), info[2], nullptr);
  const size_t index = info[3].As<Napi::Number>().Uint32Value();
  auto outcome = std::make_shared<conformance::Outcome>();
  // A use of its own: deinit waits for a case that was abandoned.
  library->share();
  std::shared_ptr<Library> use(library.get(), [library](Library *) { library->release(); });
  auto work = [use, instance, index, outcome]() mutable {
    const vmp_binding binding = instance->binding();
    *outcome = conformance::run_virtualization_case(
        {static_cast<const vmp_accel_virtualization *>(binding.vtable), binding.self,
         static_cast<const vmp_accel_virtualization_capabilities *>(binding.capabilities)},
        index);
    instance.reset();
    use.reset();
  };
  // Let go of on the thread that runs the case, where the plugin may hang.
  use.reset();
  instance.reset();
  return abandonable_call(info.Env(), std::move(work),
                          [outcome](Napi::Env env) -> Napi::Value { return to_object(env, *outcome); });
}

}  // namespace

void export_conformance(Napi::Env env, Napi::Object exports) {
  exports.Set("virtualizationCases", Napi::Function::New(env, virtualization_cases));
  exports.Set("runVirtualizationCase", Napi::Function::New(env, run_virtualization_case));
}

}  // namespace vmp::addon
