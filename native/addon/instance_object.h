// An instance of a native plugin that belongs to no machine, called by JavaScript through messages.
#pragma once

#include <napi.h>

#include <memory>

#include "addon/marshalled_points.h"
#include "core/machine/bindings.h"

namespace vmp::addon {

class InstanceObject : public Napi::ObjectWrap<InstanceObject> {
 public:
  static void export_class(Napi::Env env, Napi::Object exports);
  explicit InstanceObject(const Napi::CallbackInfo &info);

 private:
  Napi::Value call(const Napi::CallbackInfo &info);
  Napi::Value close(const Napi::CallbackInfo &info);

  bool make_room(uint64_t room);

  const MarshalledPoint *point_ = nullptr;
  std::shared_ptr<Instance> instance_;
  std::unique_ptr<uint8_t[]> response_;  // of every call in turn
  uint64_t room_ = 0;                    // bytes of it
};

}  // namespace vmp::addon
