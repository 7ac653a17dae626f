#include "addon/convert.h"

#include <cstring>

#include "core/error.h"

namespace vmp::addon {

Napi::Error make_error(Napi::Env env, const std::string &code, const std::vector<ErrorValue> &values) {
  Napi::Error error = Napi::Error::New(env, code);
  Napi::Object object = Napi::Object::New(env);
  for (const ErrorValue &value : values) object.Set(value.name, value.value);
  error.Set("code", Napi::String::New(env, code));
  error.Set("values", object);
  return error;
}

Napi::Error plugin_error(Napi::Env env, const std::string &code, const std::string &plugin, const vmp_error &error) {
  const std::string reason = reason_of(error, error.status);
  if (error.code[0] == '\0') return make_error(env, code, {{"id", plugin}, {"reason", reason}});
  return make_error(env, "plugin", {{"id", plugin}, {"code", error.code}, {"reason", reason}});
}

namespace {

constexpr int deepest_configuration = 32;

void flatten(Napi::Value value, const std::string &path, int depth, vmp_configuration &configuration) {
  if (depth > deepest_configuration) {
    throw make_error(value.Env(), "VMP_INVALID_ARGUMENT",
                     {{"what", "configuration"}, {"reason", path + " is nested deeper than 32 levels"}});
  }
  auto &values = configuration.values;
  if (value.IsString()) {
    values.emplace(path, value.As<Napi::String>().Utf8Value());
  } else if (value.IsNumber()) {
    values.emplace(path, value.As<Napi::Number>().DoubleValue());
  } else if (value.IsBoolean()) {
    values.emplace(path, value.As<Napi::Boolean>().Value());
  } else if (value.IsArray()) {
    auto array = value.As<Napi::Array>();
    values.emplace(path, vmp_configuration::Count{array.Length()});
    for (uint32_t index = 0; index < array.Length(); ++index) {
      flatten(array.Get(index), path + "." + std::to_string(index), depth + 1, configuration);
    }
  } else if (value.IsObject() && !value.IsFunction()) {
    auto object = value.As<Napi::Object>();
    auto keys = object.GetPropertyNames();
    for (uint32_t index = 0; index < keys.Length(); ++index) {
      std::string key = keys.Get(index).As<Napi::String>().Utf8Value();
      flatten(object.Get(key), path.empty() ? key : path + "." + key, depth + 1, configuration);
    }
  } else if (!value.IsUndefined() && !value.IsNull()) {
    throw make_error(value.Env(), "VMP_INVALID_ARGUMENT",
                     {{"what", "configuration"}, {"reason", path + " is not a JSON value"}});
  }
}

}  // namespace

std::unique_ptr<vmp_configuration> to_configuration(Napi::Value value) {
  auto configuration = std::make_unique<vmp_configuration>();
  flatten(value, "", 0, *configuration);
  return configuration;
}

std::string to_string(const Napi::Object &object, const char *key) {
  Napi::Value value = object.Get(key);
  return value.IsString() ? value.As<Napi::String>().Utf8Value() : std::string();
}

std::vector<std::string> to_strings(const Napi::Object &object, const char *key) {
  std::vector<std::string> strings;
  Napi::Value value = object.Get(key);
  if (!value.IsArray()) return strings;
  auto array = value.As<Napi::Array>();
  for (uint32_t index = 0; index < array.Length(); ++index) {
    strings.push_back(array.Get(index).ToString().Utf8Value());
  }
  return strings;
}

Napi::Uint8Array to_bytes(Napi::Env env, const uint8_t *data, size_t size) {
  auto bytes = Napi::Uint8Array::New(env, size);
  if (size != 0) std::memcpy(bytes.Data(), data, size);
  return bytes;
}

}  // namespace vmp::addon
