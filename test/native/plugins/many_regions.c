/* A device with more regions than a small answer holds. */
#include <string.h>

#include "vm_plugin/device_virtual.h"
enum { region_count = 10000 };
static vmp_status regions(void *self, vmp_device_region *regions, uint64_t capacity, uint64_t *count,
                          vmp_error *error) {
  (void)self, (void)error;
  *count = region_count;
  if (capacity < region_count) return VMP_ERROR_TOO_SMALL;
  for (uint64_t index = 0; index < region_count; index++) {
    regions[index].kind = VMP_DEVICE_REGION_PORT;
    regions[index].address = index;
    regions[index].size = 1;
  }
  return VMP_OK;
}
static vmp_status read_register(void *self, uint32_t region, uint64_t offset, uint32_t size, uint64_t *value,
                                vmp_error *error) {
  (void)self, (void)offset, (void)size, (void)error;
  *value = region;
  return VMP_OK;
}
static vmp_status write_register(void *self, uint32_t region, uint64_t offset, uint32_t size, uint64_t value,
                                 vmp_error *error) {
  (void)self, (void)region, (void)offset, (void)size, (void)value, (void)error;
  return VMP_OK;
}
static const vmp_device_virtual table = {
    .struct_size = sizeof(vmp_device_virtual), .regions = regions, .read = read_register, .write = write_register};
static vmp_status create(const vmp_create_info *info, void **self, vmp_error *error) {
  (void)info, (void)self, (void)error;
  return VMP_OK;
}
static void destroy(void *self) { (void)self; }
static const vmp_provider provider = {
    .struct_size = sizeof(vmp_provider), .contract_major = 1, .vtable = &table, .create = create, .destroy = destroy};
static const vmp_provider *get(const char *point, const char *name, uint16_t minor) {
  (void)name, (void)minor;
  return strcmp(point, VMP_DEVICE_VIRTUAL_POINT) == 0 ? &provider : NULL;
}
VMP_EXPORT const vmp_entry vm_plugin_entry = {.struct_size = sizeof(vmp_entry), .abi_major = VMP_ABI_MAJOR, .get = get};
