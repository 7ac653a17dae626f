#include "core/services/services.h"

#include <cstring>

#include "hypervisor/hypervisor.h"

namespace vmp {

const void *find_service(const vmp_host *, const char *id) {
  if (id == nullptr) return nullptr;
  static const struct {
    const char *id;
    const void *table;
  } services[] = {{VMP_MEMORY_SERVICE, &memory_service},
                  {VMP_MACHINE_SERVICE, &machine_service},
                  {VMP_LOG_SERVICE, &log_service},
                  {VMP_CONFIG_SERVICE, &config_service},
                  {VMP_HYPERVISOR_SERVICE, vmp_hypervisor()}};
  for (const auto &service : services) {
    if (std::strcmp(service.id, id) == 0) return service.table;
  }
  return nullptr;
}

const std::string &plugin_of(const vmp_host *host) { return *static_cast<const std::string *>(host->context); }

}  // namespace vmp
