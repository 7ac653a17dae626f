// What the core requires of a provider before it uses its table: provider_rules.h says it per point.
#pragma once

#include <string>

#include "vm_plugin.h"

namespace vmp {

// Empty, or what is wrong with it. A point that the core does not know has no rule of its own.
std::string provider_fault(const std::string &point, const vmp_provider &provider);

}  // namespace vmp
