// A case: what it is about, which features it is for, and how it finds out.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "conformance/virtualization/suite.h"

namespace vmp::conformance {

// What a case works with. Valid while it runs.
struct Context {
  const Implementation &implementation;
  vmp_virtualization host;
  std::vector<vmp_identity_leaf> leaves;

  const vmp_accel_virtualization &table() const { return *implementation.table; }
  void *self() const { return implementation.self; }
};

struct Case {
  const char *title;
  uint32_t needs;  // VMP_VIRTUALIZATION_*
  void (*run)(Context &context);
};

struct Group {
  const char *name;
  std::span<const Case> cases;
};

// Thrown by a case: how the backend breaks the contract.
struct Failure {
  std::string text;
};
// Thrown by a case that cannot be tried on this host.
struct Inapplicable {
  std::string text;
};

// Throws a Failure of this text when `holds` is false.
__attribute__((format(printf, 2, 3))) void expect(bool holds, const char *format, ...);
// That a call has answered this status.
void expect_status(const char *call, vmp_status expected, vmp_status actual, const vmp_error &error);
vmp_error make_error();

extern const Group memory_cases, exit_cases, register_cases, interrupt_cases, device_cases, pause_cases,
    dirty_log_cases, limit_cases, error_cases;

}  // namespace vmp::conformance
