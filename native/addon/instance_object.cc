#include "addon/instance_object.h"

#include <new>

#include "addon/convert.h"
#include "addon/plugin_object.h"

namespace vmp::addon {

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
  uint32_t method = info[0].As<Napi::Number>().Uint32Value();
  vmp_status status = VMP_ERROR_OUT_OF_MEMORY;
  uint64_t size = 0;
  if (make_room(point_->room(method, request.Data(), request.ByteLength()))) {
    vmp_binding binding = instance_->binding();
    status = point_->stub(binding.vtable, binding.self, method, request.Data(), request.ByteLength(), response_.get(),
                          room_, &size);
  }
  Napi::Object answer = Napi::Object::New(env);
  answer.Set("status", status);
  answer.Set("body", to_bytes(env, response_.get(), size));
  return answer;
}

bool InstanceObject::make_room(uint64_t room) {
  if (room <= room_) return true;
  response_.reset(new (std::nothrow) uint8_t[room]);
  room_ = response_ == nullptr ? 0 : room;
  return response_ != nullptr;
}

Napi::Value InstanceObject::close(const Napi::CallbackInfo &info) {
  instance_.reset();
  return info.Env().Undefined();
}

}  // namespace vmp::addon
