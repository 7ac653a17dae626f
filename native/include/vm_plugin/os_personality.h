/* The contract `os.personality`: the operating system that a guest without a kernel sees. */
/* Generated from the contract in src/contracts/os-personality.ts by `npm run generate`. Do not edit. */
#ifndef VM_PLUGIN_OS_PERSONALITY_H
#define VM_PLUGIN_OS_PERSONALITY_H

#include "vcpu.h"

#ifdef __cplusplus
extern "C" {
#endif

#define VMP_OS_PERSONALITY_POINT "os.personality"

/* What the machine does after an exit was handled. */
enum { VMP_ACTION_RESUME = 1, VMP_ACTION_END_VCPU = 2 };

/* A folder or file of the host that a guest sees at a path. */
typedef struct vmp_mount {
  vmp_string host;    /* path on the host */
  vmp_string guest;   /* absolute path in the guest; below it lies what the host has there */
  uint32_t read_only; /* 0 or 1 */
  uint32_t reserved;
} vmp_mount;

typedef struct vmp_spawn {
  uint32_t struct_size;
  int32_t program; /* descriptor of the program on the host, owned by the callee; -1: look `path` up below the root */
  vmp_string path; /* as the guest sees it */
  const vmp_string *arguments; /* with argument 0 */
  uint64_t argument_count;
  const vmp_string *environment; /* KEY=VALUE */
  uint64_t environment_count;
  vmp_string working_directory; /* empty: "/" */
  int32_t standard_input;       /* descriptors that become the guest's 0, 1, 2; borrowed until its run has ended */
  int32_t standard_output;
  int32_t standard_error;
  uint32_t run;            /* what this call starts: the process and all that come from it; unique in the machine */
  vmp_string root;         /* folder of the host that is the guest's "/"; empty: as configured */
  uint32_t root_read_only; /* 0 or 1; of `root` */
  uint32_t process_limit;  /* processes of the run at one time; 0: no limit */
  const vmp_mount *mounts; /* below them what the root has there is hidden; later ones come first */
  uint64_t mount_count;
  uint32_t open_file_limit; /* descriptors of one process; 0: no limit but the guest's own */
  int32_t trace;            /* descriptor for one line a system call, borrowed until the run has ended; -1: none */
} vmp_spawn;

typedef struct vmp_os_personality_capabilities {
  uint32_t struct_size;
  /* 1: its guests own the processor, with all its modes, ports and physical addresses; a machine runs one of them at a
   * time, on accel.virtualization. 0: they are programs */
  uint32_t whole_processor;
} vmp_os_personality_capabilities;

typedef struct vmp_os_personality {
  uint32_t struct_size;
  uint32_t reserved;
  /* [control] Makes a process. *vcpu is ready at its first instruction and is started by the machine; *process is its
   * id. */
  vmp_status (*spawn)(void *self, const vmp_spawn *spawn, vmp_vcpu **vcpu, uint32_t *process, vmp_error *error);
  /* [vcpu] Any exit that no debugger or device took. VMP_ACTION_*. With a request pending, ends or resumes the virtual
   * CPU. */
  uint32_t (*handle_exit)(void *self, vmp_vcpu *vcpu);
  /* [any] Sends guest processes of a run a signal, by its Linux number: `process` when it is positive, the process
   * group -process when it is negative, the foreground process group of the run's terminal when it is 0. */
  vmp_status (*signal)(void *self, uint32_t run, int32_t process, uint32_t signal, vmp_error *error);
} vmp_os_personality;

/* What every compiler must agree on. */
VMP_STATIC_ASSERT(offsetof(vmp_mount, host) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_mount, guest) == 16, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_mount, read_only) == 32, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_mount) == 40, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_spawn, struct_size) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_spawn, program) == 4, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_spawn, path) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_spawn, arguments) == 24, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_spawn, argument_count) == 32, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_spawn, environment) == 40, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_spawn, environment_count) == 48, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_spawn, working_directory) == 56, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_spawn, standard_input) == 72, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_spawn, standard_output) == 76, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_spawn, standard_error) == 80, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_spawn, run) == 84, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_spawn, root) == 88, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_spawn, root_read_only) == 104, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_spawn, process_limit) == 108, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_spawn, mounts) == 112, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_spawn, mount_count) == 120, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_spawn, open_file_limit) == 128, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_spawn, trace) == 132, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_spawn) == 136, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_os_personality_capabilities, struct_size) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_os_personality_capabilities, whole_processor) == 4, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_os_personality_capabilities) == 8, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_os_personality, spawn) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_os_personality, handle_exit) == 16, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_os_personality, signal) == 24, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_os_personality) == 32, "fixed size");

#ifdef __cplusplus
}
#endif
#endif
