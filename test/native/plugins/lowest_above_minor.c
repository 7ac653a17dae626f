#include "common.h"
VMP_EXPORT const vmp_entry vm_plugin_entry = {.struct_size = sizeof(vmp_entry),
                                              .abi_major = VMP_ABI_MAJOR,
                                              .abi_minor = 0,
                                              .abi_minor_lowest = 3,
                                              .get = no_provider};
