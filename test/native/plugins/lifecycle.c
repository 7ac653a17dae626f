/* Keeps count of its lifecycle calls; stop() is refused once "refuse" was configured. */
#include <stdio.h>
#include <string.h>

#include "vm_plugin.h"
#include "vm_plugin/config.h"
#include "vm_plugin/plugin.h"
static const vmp_config_service *config;
static uint64_t started;
static int32_t refuse;
static vmp_status init(const vmp_host *host, vmp_error *error) {
  (void)error;
  config = (const vmp_config_service *)host->service(host, VMP_CONFIG_SERVICE);
  return config == NULL ? VMP_ERROR_UNSUPPORTED : VMP_OK;
}
static vmp_status initialize(void *self, const vmp_configuration *configuration, vmp_error *error) {
  (void)self, (void)error;
  config->boolean(configuration, "refuse", &refuse);
  return VMP_OK;
}
static vmp_status start(void *self, vmp_error *error) {
  (void)self, (void)error;
  ++started;
  return VMP_OK;
}
static vmp_status stop(void *self, vmp_error *error) {
  (void)self;
  if (!refuse) return VMP_OK;
  strcpy(error->code, "BUSY_NOW");
  strcpy(error->message, "told to refuse");
  return VMP_ERROR_PLUGIN;
}
static vmp_status health_check(void *self, vmp_plugin_health *health, vmp_error *error) {
  (void)self, (void)error;
  health->status = started > 0 ? VMP_HEALTH_HEALTHY : VMP_HEALTH_DEGRADED;
  strcpy(health->message, started > 0 ? "started" : "not started");
  return VMP_OK;
}
static vmp_status export_state(void *self, uint8_t *state, uint64_t capacity, uint64_t *size, vmp_error *error) {
  (void)self, (void)error;
  *size = 10000; /* more than a first buffer is likely to hold */
  if (capacity < *size) return VMP_ERROR_TOO_SMALL;
  memset(state, (int)started, *size);
  return VMP_OK;
}
static vmp_status import_state(void *self, uint32_t version, const uint8_t *state, uint64_t size, vmp_error *error) {
  (void)self, (void)error;
  if (version != 1 || size != 10000) return VMP_ERROR_MALFORMED;
  started = state[0];
  return VMP_OK;
}
/* {"level":N}: what 1.x called "depth". */
static vmp_status migrate_configuration(void *self, vmp_string from_version, const vmp_configuration *configuration,
                                        uint8_t *json, uint64_t capacity, uint64_t *size, vmp_error *error) {
  (void)self;
  if (from_version.size == 0 || from_version.data[0] != '1') {
    strcpy(error->code, "TOO_OLD");
    return VMP_ERROR_PLUGIN;
  }
  int64_t depth = 0;
  vmp_status status = config->integer(configuration, "depth", &depth);
  if (status != VMP_OK) return status;
  char text[32];
  *size = (uint64_t)snprintf(text, sizeof(text), "{\"level\":%d}", (int)depth);
  if (capacity < *size) return VMP_ERROR_TOO_SMALL;
  memcpy(json, text, *size);
  return VMP_OK;
}
static const vmp_plugin table = {.struct_size = sizeof(vmp_plugin),
                                 .initialize = initialize,
                                 .start = start,
                                 .stop = stop,
                                 .health_check = health_check,
                                 .export_state = export_state,
                                 .import_state = import_state,
                                 .migrate_configuration = migrate_configuration};
static vmp_status create(const vmp_create_info *info, void **self, vmp_error *error) {
  (void)info, (void)error;
  *self = NULL;
  return VMP_OK;
}
static void destroy(void *self) { (void)self; }
static const vmp_provider provider = {
    .struct_size = sizeof(vmp_provider), .contract_major = 1, .vtable = &table, .create = create, .destroy = destroy};
static const vmp_provider *get(const char *point, const char *name, uint16_t minor) {
  (void)name, (void)minor;
  return strcmp(point, VMP_PLUGIN_POINT) == 0 ? &provider : NULL;
}
VMP_EXPORT const vmp_entry vm_plugin_entry = {
    .struct_size = sizeof(vmp_entry), .abi_major = VMP_ABI_MAJOR, .init = init, .get = get};
