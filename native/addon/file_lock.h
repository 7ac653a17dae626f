// Advisory locks between processes: the kernel gives them up when their holder ends, however it ends.
#pragma once

#include <napi.h>

namespace vmp::addon {

// lockFile(path): a descriptor that holds the lock until it is closed; undefined while another descriptor does.
Napi::Value lock_file(const Napi::CallbackInfo &info);

}  // namespace vmp::addon
