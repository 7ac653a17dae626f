// SHA-256 of a file by the OpenSSL that is part of Node, without loading node:crypto.
#pragma once

#include <napi.h>

namespace vmp::addon {

// fileHash(path): hexadecimal digits; undefined where this Node exports no OpenSSL, or the file cannot be read.
Napi::Value file_hash(const Napi::CallbackInfo &info);

}  // namespace vmp::addon
