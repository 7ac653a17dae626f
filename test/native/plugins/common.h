/* An entry that is right but for what each of these plugins changes. */
#include "vm_plugin.h"
static const vmp_provider *no_provider(const char *point, const char *name, uint16_t minor) {
  (void)point, (void)name, (void)minor;
  return NULL;
}
