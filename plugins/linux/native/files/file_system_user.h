// Whose permissions hold where a guest uses files of the host.
#ifndef VMP_LINUX_FILES_FILE_SYSTEM_USER_H
#define VMP_LINUX_FILES_FILE_SYSTEM_USER_H

#include "settings.h"

namespace vmp_linux {

// The thread that runs a guest, before its first system call; again is harmless. Where the host's process is root and
// the guest's user is not, the thread's file accesses are that user's from now on: what it makes belongs to the user,
// and root's rights over files are gone. Elsewhere the host's own user stays, whatever the guest is told. False when
// the host's process may not do that: the guest must not run then.
[[nodiscard]] bool take_identity(const Settings &settings);

}  // namespace vmp_linux
#endif
