// execve(2): the process goes on in another program.
#ifndef VMP_LINUX_PROCESSES_EXECUTE_H
#define VMP_LINUX_PROCESSES_EXECUTE_H

#include "processes/program.h"

namespace vmp_linux {

// vCPU thread. request: with its executable open. 0 with the thread at the program's first instruction, or minus an
// errno with nothing changed.
int64_t execute(Thread &thread, ProgramRequest request);

}  // namespace vmp_linux
#endif
