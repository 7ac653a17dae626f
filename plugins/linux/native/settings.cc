#include "settings.h"

#include <unistd.h>

namespace vmp_linux {
namespace {

constexpr int64_t kLargestId = 0xfffffffe;  // 0xffffffff means "none" in chown(2)
constexpr uint64_t kLongestHostName = 64;

class Reader {
 public:
  Reader(const vmp_config_service &config, const vmp_configuration *configuration, vmp_error *error)
      : config_(config), configuration_(configuration), error_(error) {}

  vmp_status status() const { return status_; }

  std::optional<std::string> string(const char *path) {
    vmp_string value;
    return found(config_.string(configuration_, path, &value), path, "a string")
               ? std::optional<std::string>(view(value))
               : std::nullopt;
  }
  std::optional<bool> boolean(const char *path) {
    int32_t value = 0;
    return found(config_.boolean(configuration_, path, &value), path, "true or false") ? std::optional(value != 0)
                                                                                       : std::nullopt;
  }
  std::optional<uint32_t> integer(const char *path, int64_t lowest, int64_t highest) {
    int64_t value = 0;
    if (!found(config_.integer(configuration_, path, &value), path, "an integer")) return std::nullopt;
    if (value < lowest || value > highest) {
      status_ =
          fail(error_, VMP_ERROR_INVALID_ARGUMENT, "CONFIGURATION_RANGE", "%s is %lld; it may be %lld to %lld", path,
               static_cast<long long>(value), static_cast<long long>(lowest), static_cast<long long>(highest));
      return std::nullopt;
    }
    return static_cast<uint32_t>(value);
  }

 private:
  bool found(vmp_status status, const char *path, const char *type) {
    if (status == VMP_OK) return true;
    if (status != VMP_ERROR_NOT_FOUND && status_ == VMP_OK) {
      status_ = fail(error_, VMP_ERROR_INVALID_ARGUMENT, "CONFIGURATION_TYPE", "%s must be %s", path, type);
    }
    return false;
  }

  const vmp_config_service &config_;
  const vmp_configuration *configuration_;
  vmp_error *error_;
  vmp_status status_ = VMP_OK;
};

}  // namespace

vmp_status read_settings(const vmp_config_service &config, const vmp_configuration *configuration, Settings &settings,
                         vmp_error *error) {
  settings = {};
  settings.user = geteuid();
  settings.group = getegid();
  if (configuration == nullptr) return VMP_OK;
  Reader reader(config, configuration, error);
  settings.root = reader.string("root");
  settings.read_only = reader.boolean("readOnly").value_or(false);
  settings.user = reader.integer("user", 0, kLargestId).value_or(settings.user);
  settings.group = reader.integer("group", 0, kLargestId).value_or(settings.group);
  settings.host_name = reader.string("hostname").value_or(settings.host_name);
  settings.address_space_bits = reader.integer("addressSpaceBits", 28, 47);
  if (reader.status() != VMP_OK) return reader.status();
  if (settings.root && (settings.root->empty() || settings.root->find('\0') != std::string::npos)) {
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "ROOT_NOT_FOUND", "root must be the path of a folder");
  }
  if (settings.host_name.empty() || settings.host_name.size() > kLongestHostName) {
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "CONFIGURATION_RANGE",
                "hostname has %zu bytes; it may have 1 to %llu", settings.host_name.size(),
                static_cast<unsigned long long>(kLongestHostName));
  }
  return VMP_OK;
}

}  // namespace vmp_linux
