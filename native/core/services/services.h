// The tables that a plugin asks for by id.
#pragma once

#include <string>

#include "vm_plugin.h"
#include "vm_plugin/config.h"
#include "vm_plugin/hypervisor.h"
#include "vm_plugin/log.h"
#include "vm_plugin/machine.h"
#include "vm_plugin/memory.h"

namespace vmp {

extern const vmp_memory_service memory_service;
extern const vmp_machine_service machine_service;
extern const vmp_log_service log_service;
extern const vmp_config_service config_service;

// vmp_host.service: the table with this id, or NULL. [any]
const void *find_service(const vmp_host *host, const char *id);

// What plugins get as VMP_HYPERVISOR_SERVICE from now on: the core itself knows no hypervisor. [any]
void offer_hypervisor(const void *table);

// The id of the plugin that this host table was given to.
const std::string &plugin_of(const vmp_host *host);

}  // namespace vmp
