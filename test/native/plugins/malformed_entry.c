#include "common.h"
VMP_EXPORT const vmp_entry vm_plugin_entry = {.struct_size = 12, .abi_major = VMP_ABI_MAJOR, .get = no_provider};
