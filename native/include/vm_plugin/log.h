/* Logging to whatever debug.logger the user chose: the service `vmp.log/1`. */
/* Generated from the contract in src/contracts/log.ts by `npm run generate`. Do not edit. */
#ifndef VM_PLUGIN_LOG_H
#define VM_PLUGIN_LOG_H

#include "../vm_plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define VMP_LOG_SERVICE "vmp.log/1"

enum { VMP_LOG_TRACE = 1, VMP_LOG_DEBUG = 2, VMP_LOG_INFO = 3, VMP_LOG_WARN = 4, VMP_LOG_ERROR = 5 };

/* All [any]. */
typedef struct vmp_log_service {
  uint32_t struct_size;
  uint32_t reserved;
  /* Never blocks on the logger; the text is copied. */
  void (*log)(const vmp_host *host, uint32_t level, vmp_string message);
  /* Whether a record of this level would reach anyone. */
  int32_t (*enabled)(const vmp_host *host, uint32_t level);
} vmp_log_service;

/* What every compiler must agree on. */
VMP_STATIC_ASSERT(offsetof(vmp_log_service, log) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_log_service, enabled) == 16, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_log_service) == 24, "fixed size");

#ifdef __cplusplus
}
#endif
#endif
