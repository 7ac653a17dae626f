// The conformance suites of points that only native code calls, for the test kit.
#pragma once

#include <napi.h>

namespace vmp::addon {

void export_conformance(Napi::Env env, Napi::Object exports);

}  // namespace vmp::addon
