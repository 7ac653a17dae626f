#include "settings.h"

namespace vmp_bare_metal {
namespace {

constexpr int64_t largest_address = int64_t{1} << 52;
constexpr int64_t most_cpus = 255;  // identifiers of a local APIC, less the one that means all

vmp_status wrong_type(vmp_error *error, const char *path, const char *type) {
  return fail(error, VMP_ERROR_INVALID_ARGUMENT, "CONFIGURATION_TYPE", "%s must be %s", path, type);
}

vmp_status read_flag(const vmp_config_service &config, const vmp_configuration *from, const char *path, bool &flag,
                     vmp_error *error) {
  int32_t value = 0;
  const vmp_status status = config.boolean(from, path, &value);
  if (status == VMP_OK) flag = value != 0;
  return status == VMP_OK || status == VMP_ERROR_NOT_FOUND ? VMP_OK : wrong_type(error, path, "true or false");
}

vmp_status read_number(const vmp_config_service &config, const vmp_configuration *from, const char *path,
                       int64_t lowest, int64_t highest, std::optional<uint64_t> &number, vmp_error *error) {
  int64_t value = 0;
  const vmp_status status = config.integer(from, path, &value);
  if (status == VMP_ERROR_NOT_FOUND) return VMP_OK;
  if (status != VMP_OK) return wrong_type(error, path, "an integer");
  if (value < lowest || value > highest) {
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "CONFIGURATION_RANGE", "%s is %lld; it may be %lld to %lld", path,
                static_cast<long long>(value), static_cast<long long>(lowest), static_cast<long long>(highest));
  }
  number = static_cast<uint64_t>(value);
  return VMP_OK;
}

vmp_status read_mode(const vmp_config_service &config, const vmp_configuration *from, Mode &mode, vmp_error *error) {
  constexpr struct {
    std::string_view name;
    Mode mode;
  } modes[] = {{"auto", Mode::automatic},
               {"real", Mode::real},
               {"protected", Mode::protected32},
               {"long", Mode::long64},
               {"pvh", Mode::pvh}};
  vmp_string text{};
  const vmp_status status = config.string(from, "mode", &text);
  if (status == VMP_ERROR_NOT_FOUND) return VMP_OK;
  if (status != VMP_OK) return wrong_type(error, "mode", "a string");
  for (const auto &one : modes) {
    if (one.name != view(text)) continue;
    mode = one.mode;
    return VMP_OK;
  }
  return fail(error, VMP_ERROR_INVALID_ARGUMENT, "CONFIGURATION_RANGE",
              "mode is \"%.*s\"; it may be auto, real, protected, long or pvh",
              static_cast<int>(text.size < 64 ? text.size : 64), text.data);
}

}  // namespace

vmp_status read_settings(const vmp_config_service &config, const vmp_configuration *from, Settings &settings,
                         vmp_error *error) {
  settings = {};
  if (from == nullptr) return VMP_OK;
  std::optional<uint64_t> cpus;
  vmp_status status = read_mode(config, from, settings.mode, error);
  if (status == VMP_OK)
    status = read_number(config, from, "loadAddress", 0, largest_address, settings.load_address, error);
  if (status == VMP_OK) status = read_number(config, from, "entry", 0, largest_address, settings.entry, error);
  if (status == VMP_OK) status = read_number(config, from, "memory", 64 << 10, largest_address, settings.memory, error);
  if (status == VMP_OK) status = read_number(config, from, "cpus", 1, most_cpus, cpus, error);
  if (status == VMP_OK) status = read_flag(config, from, "interruptController", settings.interrupt_controller, error);
  if (status == VMP_OK) status = read_flag(config, from, "strict", settings.strict, error);
  if (status != VMP_OK) return status;
  settings.cpus = static_cast<uint32_t>(cpus.value_or(1));
  if (settings.memory.value_or(0) % VMP_PAGE_SIZE != 0) {
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "CONFIGURATION_RANGE",
                "memory is %llu bytes, which is not whole pages of %u",
                static_cast<unsigned long long>(*settings.memory), VMP_PAGE_SIZE);
  }
  if (settings.cpus > 1 && !settings.interrupt_controller) {
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "CONTROLLER_NEEDED",
                "%u virtual CPUs need interruptController: true, by which the first starts the others", settings.cpus);
  }
  return VMP_OK;
}

}  // namespace vmp_bare_metal
