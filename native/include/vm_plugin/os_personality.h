/* The contract `os.personality`: the operating system that a guest without a kernel sees. */
#ifndef VM_PLUGIN_OS_PERSONALITY_H
#define VM_PLUGIN_OS_PERSONALITY_H

#include "vcpu.h"

#ifdef __cplusplus
extern "C" {
#endif

#define VMP_OS_PERSONALITY_POINT "os.personality"

/* What the machine does after an exit was handled. */
enum { VMP_ACTION_RESUME = 1, VMP_ACTION_END_VCPU = 2 };

typedef struct vmp_spawn {
  uint32_t struct_size;
  int32_t program; /* descriptor of the program on the host, owned by the callee; -1: look `path` up below the root */
  vmp_string path; /* as the guest sees it */
  const vmp_string *arguments; /* with argument 0 */
  uint64_t argument_count;
  const vmp_string *environment; /* KEY=VALUE */
  uint64_t environment_count;
  vmp_string working_directory; /* empty: "/" */
  int32_t standard_input;       /* descriptors that become the guest's 0, 1, 2; borrowed until the machine is destroyed */
  int32_t standard_output;
  int32_t standard_error;
  uint32_t reserved;
} vmp_spawn;

typedef struct vmp_os_personality {
  uint32_t struct_size;
  uint32_t reserved;
  /* [control] Makes a process. *vcpu is ready at its first instruction and is started by the machine; *process is its id. */
  vmp_status (*spawn)(void *self, const vmp_spawn *spawn, vmp_vcpu **vcpu, uint32_t *process, vmp_error *error);
  /* [vcpu] Any exit that no debugger or device took. VMP_ACTION_*. With a request pending, ends or resumes the virtual CPU. */
  uint32_t (*handle_exit)(void *self, vmp_vcpu *vcpu);
  /* [any] Sends the guest process a signal, by its Linux number. */
  vmp_status (*signal)(void *self, uint32_t process, uint32_t signal, vmp_error *error);
} vmp_os_personality;

#ifdef __cplusplus
}
#endif
#endif
