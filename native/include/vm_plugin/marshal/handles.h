/* Numbers for objects that the other side of a connection names: index below, generation above, 0 for none. Written by
 * hand. One thread at a time. */
#ifndef VM_PLUGIN_MARSHAL_HANDLES_H
#define VM_PLUGIN_MARSHAL_HANDLES_H

#include <string.h>

#include "../../vm_plugin.h"

typedef struct vmp_handle_slot {
  const void *object; /* NULL: free */
  const char *type;   /* the C name of what the handle is to, constant */
  uint32_t generation;
  uint32_t reserved;
} vmp_handle_slot;

/* The slots are the caller's, zeroed at first. */
typedef struct vmp_handle_table {
  vmp_handle_slot *slots;
  uint32_t count;
  uint32_t reserved;
} vmp_handle_table;

/* BUSY when every slot is taken. `object` stays its owner's. */
static inline vmp_status vmp_handle_insert(vmp_handle_table *table, const char *type, const void *object,
                                           uint64_t *handle) {
  for (uint32_t index = 0; index < table->count; index++) {
    vmp_handle_slot *slot = &table->slots[index];
    if (slot->object != NULL || slot->generation == UINT32_MAX) continue;
    slot->generation++;
    slot->object = object;
    slot->type = type;
    *handle = (uint64_t)slot->generation << 32 | index;
    return VMP_OK;
  }
  return VMP_ERROR_BUSY;
}

/* REVOKED when the generation is over; MALFORMED for a number that was never given, or of another type. */
static inline vmp_status vmp_handle_find(const vmp_handle_table *table, const char *type, uint64_t handle,
                                         void **object) {
  uint32_t index = (uint32_t)handle;
  uint32_t generation = (uint32_t)(handle >> 32);
  *object = NULL;
  if (handle == 0) return VMP_OK;
  if (index >= table->count || generation == 0 || generation > table->slots[index].generation)
    return VMP_ERROR_MALFORMED;
  if (generation != table->slots[index].generation || table->slots[index].object == NULL) return VMP_ERROR_REVOKED;
  if (strcmp(type, table->slots[index].type) != 0) return VMP_ERROR_MALFORMED;
  *object = (void *)(uintptr_t)table->slots[index].object;
  return VMP_OK;
}

/* From now on the number answers REVOKED. */
static inline void vmp_handle_revoke(vmp_handle_table *table, uint64_t handle) {
  uint32_t index = (uint32_t)handle;
  if (index >= table->count || table->slots[index].generation != (uint32_t)(handle >> 32)) return;
  table->slots[index].object = NULL;
}

#endif
