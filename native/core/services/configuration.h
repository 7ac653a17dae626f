// An instance's configuration: a tree flattened to paths ("binds.0.host"), so that a plugin needs no parser.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <variant>

#include "vm_plugin.h"

// Opaque to plugins. Not changed after it was handed to one.
struct vmp_configuration {
  struct Count {
    uint64_t elements;
  };
  using Value = std::variant<std::string, double, bool, Count>;
  std::unordered_map<std::string, Value> values;
};
