#include <exception>
#include <iterator>

#include "conformance/virtualization/case.h"

namespace vmp::conformance {
namespace {

constexpr const Group *groups[] = {&memory_cases, &exit_cases,      &register_cases, &interrupt_cases, &device_cases,
                                   &pause_cases,  &dirty_log_cases, &limit_cases,    &error_cases};

constexpr struct {
  uint32_t feature;
  const char *name;
} features[] = {{VMP_VIRTUALIZATION_READ_ONLY_MEMORY, "READ_ONLY_MEMORY"},
                {VMP_VIRTUALIZATION_DIRTY_LOG, "DIRTY_LOG"},
                {VMP_VIRTUALIZATION_INTERRUPT_CONTROLLER, "INTERRUPT_CONTROLLER"},
                {VMP_VIRTUALIZATION_TIMER, "TIMER"},
                {VMP_VIRTUALIZATION_IO_EVENT, "IO_EVENT"},
                {VMP_VIRTUALIZATION_LINE_EVENT, "LINE_EVENT"},
                {VMP_VIRTUALIZATION_SINGLE_STEP, "SINGLE_STEP"},
                {VMP_VIRTUALIZATION_FAULT_ADDRESS, "FAULT_ADDRESS"},
                {VMP_VIRTUALIZATION_SEVERAL_VCPUS, "SEVERAL_VCPUS"}};

std::string names_of(uint32_t wanted) {
  std::string names;
  for (const auto &[feature, name] : features) {
    if ((wanted & feature) != 0) names += (names.empty() ? "" : ", ") + std::string(name);
  }
  return names;
}

const Case *find(size_t index) {
  for (const Group *group : groups) {
    if (index < group->cases.size()) return &group->cases[index];
    index -= group->cases.size();
  }
  return nullptr;
}

bool is_complete(const Implementation &implementation) {
  const vmp_accel_virtualization &table = *implementation.table;
  return VMP_KNOWS(&table, vmp_accel_virtualization, kick) && table.describe != nullptr && table.vm_create != nullptr &&
         table.vm_destroy != nullptr && table.memory_map != nullptr && table.memory_unmap != nullptr &&
         table.memory_dirty != nullptr && table.identity != nullptr && table.vcpu_create != nullptr &&
         table.vcpu_destroy != nullptr && table.vcpu_read != nullptr && table.vcpu_write != nullptr &&
         table.vcpu_interrupt != nullptr && table.run != nullptr && table.kick != nullptr;
}

std::vector<vmp_identity_leaf> leaves_of(const Implementation &implementation) {
  constexpr uint32_t most = 1024;
  std::vector<vmp_identity_leaf> leaves(most);
  uint32_t count = most;
  vmp_error error = make_error();
  expect_status("identity", VMP_OK, implementation.table->identity(implementation.self, leaves.data(), &count, &error),
                error);
  expect(count > 0 && count <= most, "identity answers OK with %u leaves, where there is room for %u", count, most);
  leaves.resize(count);
  return leaves;
}

}  // namespace

std::vector<CaseName> virtualization_cases() {
  std::vector<CaseName> names;
  for (const Group *group : groups) {
    for (const Case &one : group->cases) names.push_back({group->name, one.title});
  }
  return names;
}

Outcome run_virtualization_case(const Implementation &implementation, size_t index) try {
  const Case *chosen = find(index);
  if (chosen == nullptr) return {Verdict::failed, "there is no such case"};
  if (!is_complete(implementation)) return {Verdict::failed, "the table lacks a method that is not optional"};
  if (implementation.capabilities == nullptr || implementation.capabilities->architecture != VMP_ARCHITECTURE_X86_64)
    return {Verdict::inapplicable, "the suite's guests are x86-64 code"};
  Context context{implementation, {}, {}};
  context.host.struct_size = sizeof context.host;
  vmp_error error = make_error();
  const vmp_status status = context.table().describe(context.self(), &context.host, &error);
  if (status == VMP_ERROR_UNSUPPORTED || status == VMP_ERROR_DENIED) return {Verdict::unavailable, error.message};
  expect_status("describe", VMP_OK, status, error);
  if (const uint32_t missing = chosen->needs & ~context.host.features; missing != 0)
    return {Verdict::inapplicable, "the backend does not offer " + names_of(missing)};
  context.leaves = leaves_of(implementation);
  chosen->run(context);
  return {Verdict::passed, {}};
} catch (const Failure &failure) {
  return {Verdict::failed, failure.text};
} catch (const Inapplicable &reason) {
  return {Verdict::inapplicable, reason.text};
} catch (const std::exception &unforeseen) {
  return {Verdict::failed, std::string("the case itself has failed: ") + unforeseen.what()};
}

}  // namespace vmp::conformance
