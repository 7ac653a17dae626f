// What job control asks before a process touches the terminal (POSIX, General Terminal Interface).
#ifndef VMP_LINUX_TERMINAL_H
#define VMP_LINUX_TERMINAL_H

#include <cstdint>

namespace vmp_linux {

struct Thread;

// vCPU thread. 0: go on; -kRestartSystem: the process's group was sent SIGTTIN or SIGTTOU; or minus an errno.
int64_t check_terminal_read(Thread &thread);
// host: the terminal, which may let the background write (`stty -tostop`).
int64_t check_terminal_write(Thread &thread, int host);
int64_t check_terminal_change(Thread &thread);

}  // namespace vmp_linux
#endif
