/* The contract `device.virtual`: registers that a guest reads and writes. */
/* Generated from the contract in src/contracts/device-virtual.ts by `npm run generate`. Do not edit. */
#ifndef VM_PLUGIN_DEVICE_VIRTUAL_H
#define VM_PLUGIN_DEVICE_VIRTUAL_H

#include "../vm_plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define VMP_DEVICE_VIRTUAL_POINT "device.virtual"

enum { VMP_DEVICE_REGION_MMIO = 1, VMP_DEVICE_REGION_PORT = 2 };

typedef struct vmp_device_region {
  uint32_t struct_size;
  uint32_t kind;    /* VMP_DEVICE_REGION_* */
  uint64_t address; /* guest address (a page multiple) or port */
  uint64_t size;    /* bytes (a page multiple for MMIO) or ports */
} vmp_device_region;

typedef struct vmp_device_virtual {
  uint32_t struct_size;
  uint32_t reserved;
  /* [control] Fills at most `capacity` regions; *count is how many there are (TOO_SMALL when more). */
  vmp_status (*regions)(void *self, vmp_device_region *regions, uint64_t capacity, uint64_t *count, vmp_error *error);
  /* [vcpu] size is 1, 2, 4 or 8; offset is inside region number `region`. */
  vmp_status (*read)(void *self, uint32_t region, uint64_t offset, uint32_t size, uint64_t *value, vmp_error *error);
  /* [vcpu] Likewise. */
  vmp_status (*write)(void *self, uint32_t region, uint64_t offset, uint32_t size, uint64_t value, vmp_error *error);
  /* [control] Optional. Back to the state at creation; after the end of each guest that owns the processor. */
  vmp_status (*reset)(void *self, vmp_error *error);
  /* [control] Optional. The regions, bit n for number n, whose writes need no answer: `post` takes them, `write` none.
   * Asked once, after the regions. */
  vmp_status (*posted_writes)(void *self, uint64_t *posted, vmp_error *error);
  /* [vcpu] Optional. Posted: the caller does not wait. As write, for a guest that goes on meanwhile. Writes come in the
   * order of the guest's, and before any read or write that follows them. */
  vmp_status (*post)(void *self, uint32_t region, uint64_t offset, uint32_t size, uint64_t value, vmp_error *error);
  /* [control] Optional. What was posted before has its effect when it returns; before the end of each guest is told. */
  vmp_status (*flush)(void *self, vmp_error *error);
} vmp_device_virtual;

/* What every compiler must agree on. */
VMP_STATIC_ASSERT(offsetof(vmp_device_region, struct_size) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_device_region, kind) == 4, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_device_region, address) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_device_region, size) == 16, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_device_region) == 24, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_device_virtual, regions) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_device_virtual, read) == 16, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_device_virtual, write) == 24, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_device_virtual, reset) == 32, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_device_virtual, posted_writes) == 40, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_device_virtual, post) == 48, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_device_virtual, flush) == 56, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_device_virtual) == 64, "fixed size");

#ifdef __cplusplus
}
#endif
#endif
