// Plugin code on a thread of its own, so that it may hang without taking the event loop along.
#pragma once

#include <napi.h>

#include <functional>

namespace vmp::addon {

// work runs on a new thread and touches no JavaScript; settle then runs on the event loop and gives the promise's value
// or throws a Napi::Error. Answers { promise, abandon }: abandon() lets the event loop end although work never does.
Napi::Object abandonable_call(Napi::Env env, std::function<void()> work, std::function<Napi::Value(Napi::Env)> settle);

}  // namespace vmp::addon
