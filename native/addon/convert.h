// JavaScript values to the core's and back.
#pragma once

#include <napi.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/services/configuration.h"
#include "vm_plugin.h"

namespace vmp::addon {

struct ErrorValue {
  const char *name;
  std::string value;
};

// An Error with `code` (a key of src/errors.ts) and `values`; src/native.ts makes a VmPluginError of it.
Napi::Error make_error(Napi::Env env, const std::string &code, const std::vector<ErrorValue> &values);

// What a plugin answered, as a plugin's own error when it gave a code, else as `code` with the values id and reason.
Napi::Error plugin_error(Napi::Env env, const std::string &code, const std::string &plugin, const vmp_error &error);

// A JSON value (objects, arrays, strings, numbers, booleans; null and undefined are left out), flattened to paths.
std::unique_ptr<vmp_configuration> to_configuration(Napi::Value value);

std::string to_string(const Napi::Object &object, const char *key);
std::vector<std::string> to_strings(const Napi::Object &object, const char *key);

// Bytes that JavaScript owns, copied.
Napi::Uint8Array to_bytes(Napi::Env env, const uint8_t *data, size_t size);

}  // namespace vmp::addon
