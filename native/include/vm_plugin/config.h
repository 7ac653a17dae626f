/* An instance's configuration, by path ("root", "binds.0.host"): the service `vmp.config/1`. */
/* Generated from the contract in src/contracts/config.ts by `npm run generate`. Do not edit. */
#ifndef VM_PLUGIN_CONFIG_H
#define VM_PLUGIN_CONFIG_H

#include "../vm_plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define VMP_CONFIG_SERVICE "vmp.config/1"

/* All [any]. NOT_FOUND when the path is absent, INVALID_ARGUMENT when it holds another type; *value is then untouched.
 * Strings live as long as the configuration. */
typedef struct vmp_config_service {
  uint32_t struct_size;
  uint32_t reserved;
  vmp_status (*string)(const vmp_configuration *configuration, const char *path, vmp_string *value);
  vmp_status (*integer)(const vmp_configuration *configuration, const char *path, int64_t *value);
  vmp_status (*number)(const vmp_configuration *configuration, const char *path, double *value);
  vmp_status (*boolean)(const vmp_configuration *configuration, const char *path, int32_t *value);
  /* The number of elements of an array; NOT_FOUND when it is absent. */
  vmp_status (*count)(const vmp_configuration *configuration, const char *path, uint64_t *value);
} vmp_config_service;

/* What every compiler must agree on. */
VMP_STATIC_ASSERT(offsetof(vmp_config_service, string) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_config_service, integer) == 16, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_config_service, number) == 24, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_config_service, boolean) == 32, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_config_service, count) == 40, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_config_service) == 48, "fixed size");

#ifdef __cplusplus
}
#endif
#endif
