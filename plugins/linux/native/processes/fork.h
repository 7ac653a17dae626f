// Makes a process out of another one: fork(2), vfork(2), and clone(2) without threads.
#ifndef VMP_LINUX_PROCESSES_FORK_H
#define VMP_LINUX_PROCESSES_FORK_H

#include "process.h"

namespace vmp_linux {

// As struct clone_args of clone3(2).
struct CloneRequest {
  uint64_t flags = 0;  // CLONE_*, without the exit signal
  int exit_signal = 0;
  uint64_t stack = 0;                    // the child's stack pointer; 0: the parent's
  uint64_t parent_id = 0, child_id = 0;  // guest addresses for CLONE_PARENT_SETTID, CLONE_CHILD_SETTID and _CLEARTID
  uint64_t thread_pointer = 0;           // for CLONE_SETTLS
};

// vCPU thread. The child's id, or minus an errno; with CLONE_VFORK once the child has executed a program or ended.
int64_t clone_process(Thread &thread, const CloneRequest &request);

// vCPU thread, while Thread::waits_for_vfork. False: a pause came before the child had let go.
bool wait_for_vfork(Thread &thread);

}  // namespace vmp_linux
#endif
