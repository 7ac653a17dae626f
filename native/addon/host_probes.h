// What was tried out on this machine, as src/native.ts types it.
#pragma once

#include <napi.h>

namespace vmp::addon {

// executableMemory(): { writeThenExecute, writeAndExecute, twoMappings, called }; results as { error, signal }.
Napi::Value executable_memory(const Napi::CallbackInfo &info);

// sandboxFacilities(): { systemCallFilter, userNamespace, landlock }.
Napi::Value sandbox_facilities(const Napi::CallbackInfo &info);

}  // namespace vmp::addon
