/* The contract `plugin`: what a host asks of a plugin as a whole. Every method is optional. get("plugin", "", minor). */
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

typedef struct vmp_plugin {
  uint32_t struct_size;
  uint32_t reserved;
  /* All [control], each on a thread that the host abandons when it outlasts its time-out. */
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
} vmp_plugin;

#ifdef __cplusplus
}
#endif
#endif
