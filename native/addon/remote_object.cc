#include "addon/remote_object.h"

#include <cstring>

#include "addon/convert.h"
#include "addon/loop_function.h"
#include "addon/marshalled_points.h"
#include "core/services/log_router.h"

namespace vmp::addon {
namespace {

constexpr napi_type_tag remote_tag = {0x2c51e0b7a94d4f0e, 0x8e6f3fd4b1c2a907};

// An instance keeps its channel for as long as anyone may call it.
struct RemoteInstance : Instance {
  RemoteInstance(const std::string &point, const std::string &name, const std::string &plugin, const void *proxy,
                 std::shared_ptr<Channel> owned)
      : Instance(point, name, plugin, proxy, owned->transport()), channel(std::move(owned)) {}
  std::shared_ptr<Channel> channel;
};

}  // namespace

void RemoteObject::export_class(Napi::Env env, Napi::Object exports) {
  exports.Set("Remote", DefineClass(env, "Remote",
                                    {InstanceMethod<&RemoteObject::drain>("drain"),
                                     InstanceMethod<&RemoteObject::respond>("respond"),
                                     InstanceMethod<&RemoteObject::fail_posted>("failPosted"),
                                     InstanceMethod<&RemoteObject::close>("close")}));
}

// new Remote(point, name, plugin, timeout, wake, posting)
RemoteObject::RemoteObject(const Napi::CallbackInfo &info) : Napi::ObjectWrap<RemoteObject>(info) {
  Napi::Env env = info.Env();
  std::string point = info[0].As<Napi::String>().Utf8Value();
  std::string name = info[1].As<Napi::String>().Utf8Value();
  std::string plugin = info[2].As<Napi::String>().Utf8Value();
  const MarshalledPoint *marshalled = find_marshalled_point(point);
  if (marshalled == nullptr) {
    throw make_error(env, "VMP_INVALID_ARGUMENT",
                     {{"what", "point " + point}, {"reason", "JavaScript cannot serve it to native callers"}});
  }
  auto wake = std::make_shared<LoopFunction>(env, info[4].As<Napi::Function>(), "vm-plugin remote");
  wake->unref(env);  // native callers keep nobody waiting for the loop's sake: their machine's run does
  Channel::Posting posting;
  if (info[5].IsObject()) {
    posting.batch = info[5].As<Napi::Object>().Get("batch").As<Napi::Number>().Uint32Value();
    posting.most = info[5].As<Napi::Object>().Get("most").As<Napi::Number>().Uint32Value();
  }
  channel_ = std::make_shared<Channel>(
      plugin + "/" + name,
      [wake](Channel::Hurry hurry) {
        wake->send([hurry](Napi::Env inside, Napi::Function serve) {
          serve.Call({Napi::Boolean::New(inside, hurry == Channel::Hurry::now)});
        });
      },
      std::chrono::milliseconds(info[3].As<Napi::Number>().Int64Value()), posting);
  instance_ = std::make_shared<RemoteInstance>(point, name, plugin, marshalled->proxy, channel_);
  Value().TypeTag(&remote_tag);
}

RemoteObject::~RemoteObject() {
  if (channel_ != nullptr) channel_->close();
}

std::shared_ptr<Instance> RemoteObject::instance_of(Napi::Value value) {
  if (value.IsObject()) {
    auto object = value.As<Napi::Object>();
    if (object.CheckTypeTag(&remote_tag)) return Unwrap(object)->instance_;
  }
  throw make_error(value.Env(), "VMP_INVALID_ARGUMENT", {{"what", "remote"}, {"reason", "not a Remote"}});
}

// drain(patience): microseconds
Napi::Value RemoteObject::drain(const Napi::CallbackInfo &info) {
  auto messages = channel_->drain(std::chrono::microseconds(info[0].As<Napi::Number>().Int64Value()));
  return to_bytes(info.Env(), messages.data(), messages.size());
}

Napi::Value RemoteObject::respond(const Napi::CallbackInfo &info) {
  bool lossless = false;
  uint64_t call = info[0].As<Napi::BigInt>().Uint64Value(&lossless);
  auto body = info[2].As<Napi::Uint8Array>();
  channel_->respond(call, info[1].As<Napi::Number>().Int32Value(), body.Data(), body.ByteLength());
  return info.Env().Undefined();
}

Napi::Value RemoteObject::fail_posted(const Napi::CallbackInfo &info) {
  channel_->fail_posted(info[0].As<Napi::Number>().Int32Value(), info[1].As<Napi::String>().Utf8Value());
  return info.Env().Undefined();
}

Napi::Value RemoteObject::close(const Napi::CallbackInfo &info) {
  channel_->close();
  return info.Env().Undefined();
}

void export_loggers(Napi::Env env, Napi::Object exports) {
  auto set_loggers = [](const Napi::CallbackInfo &info) {
    auto given = info[0].As<Napi::Array>();
    std::vector<std::shared_ptr<Instance>> loggers;
    for (uint32_t index = 0; index < given.Length(); ++index) {
      loggers.push_back(RemoteObject::instance_of(given.Get(index)));
    }
    LogRouter::process().set_loggers(std::move(loggers), info[1].As<Napi::Number>().Uint32Value());
  };
  exports.Set("setLoggers", Napi::Function::New(env, set_loggers));
}

}  // namespace vmp::addon
