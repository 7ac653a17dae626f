/* The overhead baseline in C: a device of one page whose registers read 0 and forget what is written. */
#include <string.h>
#include <vm_plugin/device_virtual.h>

enum { ADDRESS = 0x10000000 };

static vmp_status regions(void *self, vmp_device_region *regions, uint64_t capacity, uint64_t *count,
                          vmp_error *error) {
  (void)self, (void)error;
  *count = 1;
  if (capacity < 1) return VMP_ERROR_TOO_SMALL;
  regions[0] = (vmp_device_region){sizeof(vmp_device_region), VMP_DEVICE_REGION_MMIO, ADDRESS, 4096};
  return VMP_OK;
}

static vmp_status read_register(void *self, uint32_t region, uint64_t offset, uint32_t size, uint64_t *value,
                                vmp_error *error) {
  (void)self, (void)region, (void)offset, (void)size, (void)error;
  *value = 0;
  return VMP_OK;
}

static vmp_status write_register(void *self, uint32_t region, uint64_t offset, uint32_t size, uint64_t value,
                                 vmp_error *error) {
  (void)self, (void)region, (void)offset, (void)size, (void)value, (void)error;
  return VMP_OK;
}

static vmp_status create(const vmp_create_info *info, void **self, vmp_error *error) {
  (void)info, (void)error;
  *self = NULL;
  return VMP_OK;
}

static void destroy(void *self) { (void)self; }

static const vmp_device_virtual device = {
    .struct_size = sizeof(vmp_device_virtual), .regions = regions, .read = read_register, .write = write_register};

static const vmp_provider provider = {
    .struct_size = sizeof(vmp_provider), .contract_major = 1, .vtable = &device, .create = create, .destroy = destroy};

static const vmp_provider *get(const char *point, const char *name, uint16_t minor) {
  (void)minor;
  return strcmp(point, VMP_DEVICE_VIRTUAL_POINT) == 0 && strcmp(name, "do-nothing-native") == 0 ? &provider : NULL;
}

VMP_EXPORT const vmp_entry vm_plugin_entry = {
    .struct_size = sizeof(vmp_entry), .abi_major = VMP_ABI_MAJOR, .abi_minor = VMP_ABI_MINOR, .get = get};
