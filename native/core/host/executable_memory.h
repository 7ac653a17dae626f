// Whether this process may execute code that it has written, tried out on a function of a few instructions.
#pragma once

#include "core/host/child_probe.h"

namespace vmp {

struct ExecutableMemory {
  ProbeResult write_then_execute;  // anonymous memory: written, made executable, called
  ProbeResult write_and_execute;   // anonymous memory that is both at a time
  ProbeResult two_mappings;        // a memory file: written by one mapping, called by another
  bool called;                     // false: for this processor no function is known, the mappings alone were made
};

ExecutableMemory probe_executable_memory();

}  // namespace vmp
