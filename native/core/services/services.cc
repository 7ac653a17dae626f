#include "core/services/services.h"

#include <atomic>
#include <cstring>

namespace vmp {

namespace {

std::atomic<const void *> hypervisor{nullptr};

}  // namespace

void offer_hypervisor(const void *table) { hypervisor.store(table, std::memory_order_release); }

const void *find_service(const vmp_host *, const char *id) {
  if (id == nullptr) return nullptr;
  if (std::strcmp(id, VMP_HYPERVISOR_SERVICE) == 0) return hypervisor.load(std::memory_order_acquire);
  static constexpr struct {
    const char *id;
    const void *table;
  } services[] = {{VMP_MEMORY_SERVICE, &memory_service},
                  {VMP_MACHINE_SERVICE, &machine_service},
                  {VMP_LOG_SERVICE, &log_service},
                  {VMP_CONFIG_SERVICE, &config_service}};
  for (const auto &service : services) {
    if (std::strcmp(service.id, id) == 0) return service.table;
  }
  return nullptr;
}

const std::string &plugin_of(const vmp_host *host) { return *static_cast<const std::string *>(host->context); }

}  // namespace vmp
