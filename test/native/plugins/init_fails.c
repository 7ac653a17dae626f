#include <string.h>

#include "common.h"
static vmp_status init(const vmp_host *host, vmp_error *error) {
  (void)host;
  strcpy(error->code, "NO_LICENCE");
  strcpy(error->message, "the licence file is missing");
  return VMP_ERROR_PLUGIN;
}
VMP_EXPORT const vmp_entry vm_plugin_entry = {
    .struct_size = sizeof(vmp_entry), .abi_major = VMP_ABI_MAJOR, .init = init, .get = no_provider};
