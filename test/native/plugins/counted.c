/* Counts its inits, deinits and instances; refuses its instance when told to; a state export that never ends. */
#include <stdio.h>
#include <string.h>

#include "vm_plugin/plugin.h"
VMP_EXPORT int counted_inits;
VMP_EXPORT int counted_deinits;
VMP_EXPORT int counted_bases;
VMP_EXPORT int counted_refuse;
static vmp_status init(const vmp_host *host, vmp_error *error) {
  (void)host, (void)error;
  ++counted_inits;
  return VMP_OK;
}
static void deinit(void) { ++counted_deinits; }
static vmp_status health_check(void *self, vmp_plugin_health *health, vmp_error *error) {
  (void)self, (void)error;
  health->status = VMP_HEALTH_HEALTHY;
  snprintf(health->message, sizeof(health->message), "%d/%d", counted_inits, counted_deinits);
  return VMP_OK;
}
static vmp_status export_state(void *self, uint8_t *state, uint64_t capacity, uint64_t *size, vmp_error *error) {
  (void)self, (void)state, (void)error;
  *size = capacity; /* never more, and never enough */
  return VMP_ERROR_TOO_SMALL;
}
static const vmp_plugin table = {
    .struct_size = sizeof(vmp_plugin), .health_check = health_check, .export_state = export_state};
static vmp_status create(const vmp_create_info *info, void **self, vmp_error *error) {
  (void)info, (void)self, (void)error;
  if (counted_refuse) return VMP_ERROR_DENIED; /* and fills no error */
  ++counted_bases;
  return VMP_OK;
}
static void destroy(void *self) {
  (void)self;
  --counted_bases;
}
static const vmp_provider provider = {
    .struct_size = sizeof(vmp_provider), .contract_major = 1, .vtable = &table, .create = create, .destroy = destroy};
static const vmp_provider *get(const char *point, const char *name, uint16_t minor) {
  (void)name, (void)minor;
  return strcmp(point, VMP_PLUGIN_POINT) == 0 ? &provider : NULL;
}
VMP_EXPORT const vmp_entry vm_plugin_entry = {
    .struct_size = sizeof(vmp_entry), .abi_major = VMP_ABI_MAJOR, .init = init, .deinit = deinit, .get = get};
