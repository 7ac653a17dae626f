#include "common.h"
VMP_EXPORT const vmp_entry vm_plugin_entry = {.struct_size = sizeof(vmp_entry),
                                              .abi_major = VMP_ABI_MAJOR,
                                              .abi_minor = VMP_ABI_MINOR + 5,
                                              .abi_minor_lowest = VMP_ABI_MINOR + 2,
                                              .get = no_provider};
