// An implementation in JavaScript: native code calls its point's proxy, JavaScript drains messages and answers.
#pragma once

#include <napi.h>

#include <memory>

#include "core/machine/bindings.h"
#include "core/remote/channel.h"

namespace vmp::addon {

class RemoteObject : public Napi::ObjectWrap<RemoteObject> {
 public:
  static void export_class(Napi::Env env, Napi::Object exports);
  explicit RemoteObject(const Napi::CallbackInfo &info);
  ~RemoteObject() override;
  // The instance behind a Remote; throws VMP_INVALID_ARGUMENT for any other value.
  static std::shared_ptr<Instance> instance_of(Napi::Value value);

 private:
  Napi::Value drain(const Napi::CallbackInfo &info);
  Napi::Value respond(const Napi::CallbackInfo &info);
  Napi::Value fail_posted(const Napi::CallbackInfo &info);
  Napi::Value close(const Napi::CallbackInfo &info);

  std::shared_ptr<Channel> channel_;
  std::shared_ptr<Instance> instance_;
};

// setLoggers(remotes, lowestLevel)
void export_loggers(Napi::Env env, Napi::Object exports);

}  // namespace vmp::addon
