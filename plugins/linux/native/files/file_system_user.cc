#include "files/file_system_user.h"

#include <sys/syscall.h>
#include <unistd.h>

namespace vmp_linux {

bool take_identity(const Settings &settings) {
  if (::geteuid() != 0 || (settings.user == 0 && settings.group == 0)) return true;
  // The kernel's own calls: those of the C library would change every thread. setfsuid(2) also takes the capabilities
  // that overrule permissions out of the effective set.
  const gid_t group = settings.group;
  const long groups = ::syscall(SYS_setgroups, 1, &group);
  ::syscall(SYS_setfsgid, group);
  ::syscall(SYS_setfsuid, settings.user);
  // They answer what was, whether they did it or not.
  return groups == 0 && ::syscall(SYS_setfsgid, group) == static_cast<long>(group) &&
         ::syscall(SYS_setfsuid, settings.user) == static_cast<long>(settings.user);
}

}  // namespace vmp_linux
