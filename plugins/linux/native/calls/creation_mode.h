// The mode of new files. The kernel applies the host process's umask to what its threads create; a guest whose own
// umask lets more through sets the mode afterwards.
#ifndef VMP_LINUX_CALLS_CREATION_MODE_H
#define VMP_LINUX_CALLS_CREATION_MODE_H

#include "files/file_system.h"

namespace vmp_linux {

struct Thread;

// mode without what the guest's umask takes.
uint32_t masked_mode(const Thread &thread, uint32_t mode);
// Gives what was just made as that name its mode, masked_mode's with the file type, where the host's umask took some.
void set_mode_of_new(const Parent &parent, uint32_t mode);
// And a new file that is open.
void set_mode_of_open(Found &file, uint32_t mode);

}  // namespace vmp_linux
#endif
