#include "addon/abandonable_call.h"

#include <memory>
#include <system_error>
#include <thread>

#include "addon/convert.h"

namespace vmp::addon {
namespace {

struct Call {
  explicit Call(Napi::Env env) : deferred(Napi::Promise::Deferred::New(env)) {}
  Napi::Promise::Deferred deferred;
  Napi::ThreadSafeFunction back;
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

Napi::Object abandonable_call(Napi::Env env, std::function<void()> work,
                              std::function<Napi::Value(Napi::Env)> settle) {
  auto call = std::make_shared<Call>(env);
  call->work = std::move(work);
  call->settle = std::move(settle);
  call->back = Napi::ThreadSafeFunction::New(env, Napi::Function(), "vm-plugin call", 0, 1);
  try {
    std::thread([call] {
      call->work();
      // The callback holds the last reference, so that the deferred dies on the event loop.
      call->back.NonBlockingCall([call](Napi::Env environment, Napi::Function) { finish(environment, *call); });
      call->back.Release();
    }).detach();
  } catch (const std::system_error &failure) {
    call->back.Release();
    throw make_error(env, "VMP_MACHINE_FAILED", {{"reason", std::string("no thread: ") + failure.what()}});
  }
  Napi::Object handle = Napi::Object::New(env);
  handle.Set("promise", call->deferred.Promise());
  std::weak_ptr<Call> weak = call;
  handle.Set("abandon", Napi::Function::New(env, [weak](const Napi::CallbackInfo &info) {
               if (auto abandoned = weak.lock()) abandoned->back.Unref(info.Env());
             }));
  return handle;
}

}  // namespace vmp::addon
