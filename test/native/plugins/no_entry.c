/* A library that is no plugin. */
#include "vm_plugin.h"
VMP_EXPORT int something_else = 1;
