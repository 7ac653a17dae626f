#include "core/module/provider_check.h"

#include <cstddef>
#include <cstring>

#include "core/module/provider_rules.h"

namespace vmp {
namespace {

std::string table_fault(const ProviderRule &rule, const void *table) {
  uint32_t size = 0;  // every table begins with it
  std::memcpy(&size, table, sizeof(size));
  if (size < rule.smallest) {
    return "its table's struct_size is " + std::to_string(size) + ", at least " + std::to_string(rule.smallest) +
           " is needed";
  }
  for (const RequiredFunction &function : rule.required) {
    void (*pointer)() = nullptr;
    std::memcpy(&pointer, static_cast<const char *>(table) + function.offset, sizeof(pointer));
    if (pointer == nullptr) return std::string("its table's ") + function.name + " is NULL";
  }
  return "";
}

}  // namespace

std::string provider_fault(const std::string &point, const vmp_provider &provider) {
  if (!VMP_KNOWS(&provider, vmp_provider, destroy)) {
    return "its provider's struct_size is " + std::to_string(provider.struct_size) + ", at least " +
           std::to_string(offsetof(vmp_provider, validate_configuration)) + " is needed";
  }
  if (provider.vtable == nullptr) return "its provider's vtable is NULL";
  if (provider.create == nullptr) return "its provider's create is NULL";
  if (provider.destroy == nullptr) return "its provider's destroy is NULL";
  for (const ProviderRule &rule : provider_rules) {
    if (point != rule.point) continue;
    if (provider.contract_major == rule.major) return table_fault(rule, provider.vtable);
    return "its contract is " + std::to_string(provider.contract_major) + ".x, this host's is " +
           std::to_string(rule.major) + ".x";
  }
  return "";
}

}  // namespace vmp
