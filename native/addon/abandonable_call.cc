#include "addon/abandonable_call.h"

#include <memory>
#include <system_error>
#include <thread>

#include "addon/convert.h"
#include "addon/loop_function.h"

namespace vmp::addon {
namespace {

struct Call {
  explicit Call(Napi::Env env) : deferred(Napi::Promise::Deferred::New(env)), back(env, {}, "vm-plugin call") {}
  Napi::Promise::Deferred deferred;
  LoopFunction back;
  std::function<void()> work;
  std::function<Napi::Value(Napi::Env)> settle;
};

void finish(Napi::Env env, Call &call) {
  Napi::HandleScope scope(env);
  try {
    call.deferred.Resolve(call.settle(env));
  } catch (const Napi::Error &error) {
    call.deferred.Reject(error.Value());
  }
}

}  // namespace

Napi::Object abandonable_call(Napi::Env env, std::function<void()> work, std::function<Napi::Value(Napi::Env)> settle) {
  auto call = std::make_shared<Call>(env);
  call->work = std::move(work);
  call->settle = std::move(settle);
  try {
    std::thread([call] {
      call->work();
      call->back.send([call](Napi::Env environment, Napi::Function) { finish(environment, *call); });
    }).detach();
  } catch (const std::system_error &failure) {
    throw make_error(env, "VMP_MACHINE_FAILED", {{"reason", std::string("no thread: ") + failure.what()}});
  }
  Napi::Object handle = Napi::Object::New(env);
  handle.Set("promise", call->deferred.Promise());
  std::weak_ptr<Call> weak = call;
  handle.Set("abandon", Napi::Function::New(env, [weak](const Napi::CallbackInfo &info) {
               if (auto abandoned = weak.lock()) abandoned->back.unref(info.Env());
             }));
  return handle;
}

}  // namespace vmp::addon
