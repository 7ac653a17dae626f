// A loaded native plugin as JavaScript sees it: an external with the functions of this module around it.
#pragma once

#include <napi.h>

#include <memory>

#include "core/machine/bindings.h"
#include "core/module/library.h"

namespace vmp::addon {

// The plugin behind a value that loadPlugin gave; throws VMP_INVALID_ARGUMENT for any other.
std::shared_ptr<Library> plugin_of(Napi::Value value);

// An instance of (point, name) of the plugin. Throws the coded reason.
std::shared_ptr<Instance> make_instance(Napi::Env env, const std::shared_ptr<Library> &library,
                                        const std::string &point, const std::string &name, Napi::Value configuration,
                                        vmp_machine *machine);

void export_plugins(Napi::Env env, Napi::Object exports);

}  // namespace vmp::addon
