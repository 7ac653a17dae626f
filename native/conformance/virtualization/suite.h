// The conformance suite for backends of accel.virtualization: a list of named cases, each run by itself.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vm_plugin/accel_virtualization.h"

namespace vmp::conformance {

// An instance of a backend, borrowed.
struct Implementation {
  const vmp_accel_virtualization *table;
  void *self;
  const vmp_accel_virtualization_capabilities *capabilities;
};

struct CaseName {
  const char *group;
  const char *title;
};

enum class Verdict {
  passed,
  failed,
  inapplicable,  // the backend does not offer a feature that the case is about
  unavailable,   // this host has nothing that the backend could work with
};

struct Outcome {
  Verdict verdict;
  std::string detail;  // of anything but passed: in words
};

// [any] In the order in which they are to be read; constant.
std::vector<CaseName> virtualization_cases();

// [control] Runs a case by its index. It may hang where the backend does: call it on a thread that can be abandoned.
// Nothing of it is left when it has returned.
Outcome run_virtualization_case(const Implementation &implementation, size_t index);

}  // namespace vmp::conformance
