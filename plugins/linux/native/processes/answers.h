// System calls that answer the same until the process itself changes that: an engine may answer them without the host.
#ifndef VMP_LINUX_PROCESSES_ANSWERS_H
#define VMP_LINUX_PROCESSES_ANSWERS_H

namespace vmp_linux {

struct Process;

// While the process runs no guest code: after its identity or its memory has changed. None is offered of a process that
// shares its memory with another (vfork(2)), or whose calls are traced.
void offer_answers(const Process &process);

}  // namespace vmp_linux
#endif
