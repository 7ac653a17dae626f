// A way from any thread to the event loop that outlives the loop: once Node has torn its environment down, sending does
// nothing. (A bare thread-safe function must not be touched after that, not even released.)
#pragma once

#include <napi.h>

#include <functional>
#include <memory>
#include <mutex>

namespace vmp::addon {

class LoopFunction {
 public:
  using Delivery = std::function<void(Napi::Env, Napi::Function)>;

  // callback may be empty. Keeps the loop open until unref. [event loop]
  LoopFunction(Napi::Env env, Napi::Function callback, const char *name);
  ~LoopFunction();  // [any]
  LoopFunction(const LoopFunction &) = delete;
  LoopFunction &operator=(const LoopFunction &) = delete;

  // Runs `delivery` with the callback on the event loop, unless that is gone. [any]
  void send(Delivery delivery);
  void ref(Napi::Env env);    // [event loop]
  void unref(Napi::Env env);  // [event loop]

 private:
  struct State {
    std::mutex mutex;
    bool alive = true;
    Napi::ThreadSafeFunction function;
  };
  std::shared_ptr<State> state_;
};

}  // namespace vmp::addon
