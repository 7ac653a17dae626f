/* Logging to whatever debug.logger the user chose: the service `vmp.log/1`. */
#ifndef VM_PLUGIN_LOG_H
#define VM_PLUGIN_LOG_H

#include "../vm_plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define VMP_LOG_SERVICE "vmp.log/1"

enum { VMP_LOG_TRACE = 1, VMP_LOG_DEBUG = 2, VMP_LOG_INFO = 3, VMP_LOG_WARN = 4, VMP_LOG_ERROR = 5 };

typedef struct vmp_log_service {
  uint32_t struct_size;
  uint32_t reserved;
  /* [any] Never blocks on the logger; the text is copied. */
  void (*log)(const vmp_host *host, uint32_t level, vmp_string message);
  /* [any] Whether a record of this level would reach anyone. */
  int32_t (*enabled)(const vmp_host *host, uint32_t level);
} vmp_log_service;

#ifdef __cplusplus
}
#endif
#endif
