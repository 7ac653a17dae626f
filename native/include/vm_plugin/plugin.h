/* The contract `plugin`: what a host asks of a plugin as a whole. Every method is optional. get("plugin", "", minor).
 */
/* Generated from the contract in src/contracts/plugin.ts by `npm run generate`. Do not edit. */
#ifndef VM_PLUGIN_PLUGIN_H
#define VM_PLUGIN_PLUGIN_H

#include "../vm_plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define VMP_PLUGIN_POINT "plugin"

enum { VMP_HEALTH_HEALTHY = 1, VMP_HEALTH_DEGRADED = 2, VMP_HEALTH_UNHEALTHY = 3 };

typedef struct vmp_plugin_health {
  uint32_t struct_size;
  uint32_t status; /* VMP_HEALTH_* */
  char message[248];
} vmp_plugin_health;

/* All [control]. All optional. Each on a thread that the host abandons when it outlasts its time-out. */
typedef struct vmp_plugin {
  uint32_t struct_size;
  uint32_t reserved;
  vmp_status (*initialize)(void *self, const vmp_configuration *configuration, vmp_error *error);
  vmp_status (*start)(void *self, vmp_error *error);
  vmp_status (*stop)(void *self, vmp_error *error);
  vmp_status (*cleanup)(void *self, vmp_error *error);
  vmp_status (*enable)(void *self, vmp_error *error);
  vmp_status (*disable)(void *self, vmp_error *error);
  /* A refusal (any status but OK) keeps the configuration that was. */
  vmp_status (*configuration_changed)(void *self, const vmp_configuration *configuration, vmp_error *error);
  vmp_status (*health_check)(void *self, vmp_plugin_health *health, vmp_error *error);
  /* *size is the size of the state, also on TOO_SMALL. */
  vmp_status (*export_state)(void *self, uint8_t *state, uint64_t capacity, uint64_t *size, vmp_error *error);
  vmp_status (*import_state)(void *self, uint32_t state_version, const uint8_t *state, uint64_t size, vmp_error *error);
  /* Turns a configuration that version from_version of the plugin was given into one of this version, as JSON text;
   * called before initialize. *size is the size of the text, also on TOO_SMALL. */
  vmp_status (*migrate_configuration)(void *self, vmp_string from_version, const vmp_configuration *configuration,
                                      uint8_t *json, uint64_t capacity, uint64_t *size, vmp_error *error);
} vmp_plugin;

/* What every compiler must agree on. */
VMP_STATIC_ASSERT(offsetof(vmp_plugin_health, struct_size) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_plugin_health, status) == 4, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_plugin_health, message) == 8, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_plugin_health) == 256, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_plugin, initialize) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_plugin, start) == 16, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_plugin, stop) == 24, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_plugin, cleanup) == 32, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_plugin, enable) == 40, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_plugin, disable) == 48, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_plugin, configuration_changed) == 56, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_plugin, health_check) == 64, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_plugin, export_state) == 72, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_plugin, import_state) == 80, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_plugin, migrate_configuration) == 88, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_plugin) == 96, "fixed size");

#ifdef __cplusplus
}
#endif
#endif
