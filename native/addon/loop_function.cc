#include "addon/loop_function.h"

namespace vmp::addon {

LoopFunction::LoopFunction(Napi::Env env, Napi::Function callback, const char *name)
    : state_(std::make_shared<State>()) {
  // The finalizer is the last that Node does with the function, be it released or torn down.
  auto finalize = [](Napi::Env, std::shared_ptr<State> *state, void *) {
    {
      std::lock_guard lock((*state)->mutex);
      (*state)->alive = false;
    }
    delete state;
  };
  state_->function = Napi::ThreadSafeFunction::New(env, callback, name, 0, 1, static_cast<void *>(nullptr), finalize,
                                                   new std::shared_ptr<State>(state_));
}

LoopFunction::~LoopFunction() {
  std::lock_guard lock(state_->mutex);
  if (state_->alive) state_->function.Release();
}

void LoopFunction::send(Delivery delivery) {
  auto *carried = new Delivery(std::move(delivery));
  auto deliver = [](Napi::Env env, Napi::Function callback, Delivery *data) {
    std::unique_ptr<Delivery> owner(data);
    // Without an environment the loop is being torn down: only what the delivery holds is let go.
    if (env != nullptr) (*owner)(env, callback);
  };
  std::lock_guard lock(state_->mutex);
  if (!state_->alive || state_->function.NonBlockingCall(carried, deliver) != napi_ok) delete carried;
}

void LoopFunction::ref(Napi::Env env) {
  std::lock_guard lock(state_->mutex);
  if (state_->alive) state_->function.Ref(env);
}

void LoopFunction::unref(Napi::Env env) {
  std::lock_guard lock(state_->mutex);
  if (state_->alive) state_->function.Unref(env);
}

}  // namespace vmp::addon
