#include <unistd.h>

#include "common.h"
static vmp_status init(const vmp_host *host, vmp_error *error) {
  (void)host, (void)error;
  while (pause() != 0) {
  }
  return VMP_OK;
}
VMP_EXPORT const vmp_entry vm_plugin_entry = {
    .struct_size = sizeof(vmp_entry), .abi_major = VMP_ABI_MAJOR, .init = init, .get = no_provider};
