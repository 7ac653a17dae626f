#include "common.h"
VMP_EXPORT const vmp_entry vm_plugin_entry = {.struct_size = sizeof(vmp_entry),
                                              .abi_major = VMP_ABI_MAJOR + 1,
                                              .abi_minor = 3,
                                              .abi_minor_lowest = 2,
                                              .get = no_provider};
