#include "addon/instance_object.h"

#include <vector>

#include "addon/convert.h"
#include "addon/plugin_object.h"

namespace vmp::addon {
namespace {

constexpr size_t response_room = size_t{64} << 10;  // bytes; no method of these points answers with more

}  // namespace

void InstanceObject::export_class(Napi::Env env, Napi::Object exports) {
  exports.Set("Instance", DefineClass(env, "Instance",
                                      {InstanceMethod<&InstanceObject::call>("call"),
                                       InstanceMethod<&InstanceObject::close>("close")}));
}

// new Instance(plugin, point, name, configuration)
InstanceObject::InstanceObject(const Napi::CallbackInfo &info) : Napi::ObjectWrap<InstanceObject>(info) {
  std::string point = info[1].As<Napi::String>().Utf8Value();
  point_ = find_marshalled_point(point);
  if (point_ == nullptr) {
    throw make_error(info.Env(), "VMP_INVALID_ARGUMENT",
                     {{"what", "point " + point}, {"reason", "JavaScript cannot call it"}});
  }
  instance_ =
      make_instance(info.Env(), plugin_of(info[0]), point, info[2].As<Napi::String>().Utf8Value(), info[3], nullptr);
}

// call(method, request): { status, body }. The request must begin at a multiple of 8 in its buffer.
Napi::Value InstanceObject::call(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  if (instance_ == nullptr) {
    throw make_error(env, "VMP_INVALID_ARGUMENT", {{"what", "instance"}, {"reason", "it is closed"}});
  }
  auto request = info[1].As<Napi::Uint8Array>();
  std::vector<uint8_t> response(response_room);
  uint64_t size = 0;
  vmp_binding binding = instance_->binding();
  vmp_status status = point_->stub(binding.vtable, binding.self, info[0].As<Napi::Number>().Uint32Value(),
                                   request.Data(), request.ByteLength(), response.data(), response.size(), &size);
  Napi::Object answer = Napi::Object::New(env);
  answer.Set("status", status);
  answer.Set("body", to_bytes(env, response.data(), size));
  return answer;
}

Napi::Value InstanceObject::close(const Napi::CallbackInfo &info) {
  instance_.reset();
  return info.Env().Undefined();
}

}  // namespace vmp::addon
