// A machine as JavaScript sees it.
#pragma once

#include <napi.h>

#include <functional>

#include "core/machine/machine.h"

namespace vmp::addon {

class MachineObject : public Napi::ObjectWrap<MachineObject> {
 public:
  static void export_class(Napi::Env env, Napi::Object exports);
  explicit MachineObject(const Napi::CallbackInfo &info);
  ~MachineObject() override;

 private:
  struct Events;
  Napi::Value add(const Napi::CallbackInfo &info);
  Napi::Value add_remote(const Napi::CallbackInfo &info);
  Napi::Value seal(const Napi::CallbackInfo &info);
  Napi::Value spawn(const Napi::CallbackInfo &info);
  Napi::Value stop(const Napi::CallbackInfo &info);
  Napi::Value stop_run(const Napi::CallbackInfo &info);
  Napi::Value pause(const Napi::CallbackInfo &info);
  Napi::Value resume(const Napi::CallbackInfo &info);
  Napi::Value signal(const Napi::CallbackInfo &info);
  Napi::Value call(const Napi::CallbackInfo &info);
  Napi::Value withdraw_call(const Napi::CallbackInfo &info);
  Napi::Value memory(const Napi::CallbackInfo &info);
  Napi::Value snapshot(const Napi::CallbackInfo &info);
  Napi::Value restore(const Napi::CallbackInfo &info);
  Napi::Value close(const Napi::CallbackInfo &info);
  Machine &machine(Napi::Env env) const;
  Napi::Object held_call(Napi::Env env, std::function<void(Machine &)> work,
                         std::function<Napi::Value(Napi::Env)> settle);

  std::shared_ptr<Machine> machine_;
  std::shared_ptr<Events> events_;
};

}  // namespace vmp::addon
