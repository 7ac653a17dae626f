/* The contract `debug.logger`: where records go. */
/* Generated from the contract in src/contracts/debug-logger.ts by `npm run generate`. Do not edit. */
#ifndef VM_PLUGIN_DEBUG_LOGGER_H
#define VM_PLUGIN_DEBUG_LOGGER_H

#include "log.h"

#ifdef __cplusplus
extern "C" {
#endif

#define VMP_DEBUG_LOGGER_POINT "debug.logger"

typedef struct vmp_log_record {
  uint32_t struct_size;
  uint32_t level;       /* VMP_LOG_* */
  uint64_t nanoseconds; /* since the epoch */
  vmp_string source;    /* a plugin's id, or "core" */
  vmp_string message;
} vmp_log_record;

typedef struct vmp_debug_logger {
  uint32_t struct_size;
  uint32_t reserved;
  /* [any] Posted: the caller does not wait. */
  void (*log)(void *self, const vmp_log_record *record);
  /* [control] Optional. Returns when everything logged before is where it belongs. */
  vmp_status (*flush)(void *self, vmp_error *error);
} vmp_debug_logger;

/* What every compiler must agree on. */
VMP_STATIC_ASSERT(offsetof(vmp_log_record, struct_size) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_log_record, level) == 4, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_log_record, nanoseconds) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_log_record, source) == 16, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_log_record, message) == 32, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_log_record) == 48, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_debug_logger, log) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_debug_logger, flush) == 16, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_debug_logger) == 24, "fixed size");

#ifdef __cplusplus
}
#endif
#endif
