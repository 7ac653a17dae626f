#include <cmath>

#include "core/services/configuration.h"
#include "core/services/services.h"

namespace vmp {
namespace {

template <typename Type>
vmp_status get(const vmp_configuration *configuration, const char *path, const Type **value) {
  if (configuration == nullptr || path == nullptr) return VMP_ERROR_NOT_FOUND;
  auto found = configuration->values.find(path);
  if (found == configuration->values.end()) return VMP_ERROR_NOT_FOUND;
  *value = std::get_if<Type>(&found->second);
  return *value == nullptr ? VMP_ERROR_INVALID_ARGUMENT : VMP_OK;
}

vmp_status get_string(const vmp_configuration *configuration, const char *path, vmp_string *value) {
  const std::string *text;
  vmp_status status = get(configuration, path, &text);
  if (status == VMP_OK) *value = {text->data(), text->size()};
  return status;
}

vmp_status get_number(const vmp_configuration *configuration, const char *path, double *value) {
  const double *number;
  vmp_status status = get(configuration, path, &number);
  if (status == VMP_OK) *value = *number;
  return status;
}

vmp_status get_integer(const vmp_configuration *configuration, const char *path, int64_t *value) {
  double number;
  vmp_status status = get_number(configuration, path, &number);
  if (status != VMP_OK) return status;
  // JavaScript's safe integers: beyond them a double does not hold every one.
  if (std::trunc(number) != number || std::abs(number) > 9007199254740991.0) return VMP_ERROR_INVALID_ARGUMENT;
  *value = static_cast<int64_t>(number);
  return VMP_OK;
}

vmp_status get_boolean(const vmp_configuration *configuration, const char *path, int32_t *value) {
  const bool *truth;
  vmp_status status = get(configuration, path, &truth);
  if (status == VMP_OK) *value = *truth ? 1 : 0;
  return status;
}

vmp_status get_count(const vmp_configuration *configuration, const char *path, uint64_t *value) {
  const vmp_configuration::Count *count;
  vmp_status status = get(configuration, path, &count);
  if (status == VMP_OK) *value = count->elements;
  return status;
}

}  // namespace

const vmp_config_service config_service = {
    sizeof(vmp_config_service), 0, get_string, get_integer, get_number, get_boolean, get_count};

}  // namespace vmp
