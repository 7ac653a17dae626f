/* Built with newer headers, and content with this host's. */
#include "common.h"
VMP_EXPORT const vmp_entry vm_plugin_entry = {.struct_size = sizeof(vmp_entry) + 8,
                                              .abi_major = VMP_ABI_MAJOR,
                                              .abi_minor = VMP_ABI_MINOR + 5,
                                              .abi_minor_lowest = VMP_ABI_MINOR,
                                              .get = no_provider};
