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

/* What a run's processes have for the host's descriptors that were given to its spawn. */
typedef struct vmp_restored_streams {
  uint32_t run;
  int32_t standard_input; /* borrowed until the run has ended */
  int32_t standard_output;
  int32_t standard_error;
  int32_t trace; /* -1: none */
  uint32_t reserved;
} vmp_restored_streams;

/* What the machine has made ready for the processes of a snapshot; all of it is as it was then. */
typedef struct vmp_restore {
  uint32_t struct_size;
  uint32_t reserved;
  const void *snapshot;
  vmp_address_space **spaces; /* with the ids that they had */
  uint64_t space_count;
  vmp_vcpu **vcpus; /* with the indices that they had; the machine starts them */
  uint64_t vcpu_count;
  const vmp_restored_streams *streams; /* of each run with a process that has not ended */
  uint64_t stream_count;
} vmp_restore;

/* A function of a guest's that the host calls. */
typedef struct vmp_function_call {
  uint32_t struct_size;
  uint32_t run;
  uint64_t id;               /* of the call, for call_ended */
  vmp_string symbol;         /* of the program's symbol table */
  const uint64_t *arguments; /* integers or guest addresses, six at most */
  uint64_t argument_count;
} vmp_function_call;

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
  /* [control] Optional. While every virtual CPU rests in the run loop: *snapshot is what `restore` needs of the
   * processes and of what they share but their memory and registers, which the machine keeps. It outlives the instance.
   * UNSUPPORTED names what cannot be kept. */
  vmp_status (*snapshot)(void *self, void **snapshot, vmp_error *error);
  /* [any] Optional. */
  void (*snapshot_destroy)(void *snapshot);
  /* [control] Optional. Makes the processes of a snapshot, of this instance or of another with the same configuration;
   * those that are there are gone without a word to anyone. No virtual CPU runs guest code or a method. What the
   * machine has made ready is not to be destroyed here. On failure there is no process. */
  vmp_status (*restore)(void *self, const vmp_restore *restore, vmp_error *error);
  /* [any] Optional. Calls a function in the first process of a run, once that waits in a system call or is stopped, as
   * a signal would; call_ended tells its result. NOT_FOUND: no such process or symbol. BUSY: another call is under way.
   */
  vmp_status (*call)(void *self, const vmp_function_call *call, vmp_error *error);
  /* [any] Optional. Takes back a call that has not begun: call_ended comes with CANCELLED. Nothing happens to one that
   * has begun, or has ended. */
  void (*call_withdraw)(void *self, uint32_t run, uint64_t id);
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
VMP_STATIC_ASSERT(offsetof(vmp_restored_streams, run) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_restored_streams, standard_input) == 4, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_restored_streams, standard_output) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_restored_streams, standard_error) == 12, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_restored_streams, trace) == 16, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_restored_streams) == 24, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_restore, struct_size) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_restore, snapshot) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_restore, spaces) == 16, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_restore, space_count) == 24, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_restore, vcpus) == 32, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_restore, vcpu_count) == 40, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_restore, streams) == 48, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_restore, stream_count) == 56, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_restore) == 64, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_function_call, struct_size) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_function_call, run) == 4, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_function_call, id) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_function_call, symbol) == 16, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_function_call, arguments) == 32, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_function_call, argument_count) == 40, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_function_call) == 48, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_os_personality_capabilities, struct_size) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_os_personality_capabilities, whole_processor) == 4, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_os_personality_capabilities) == 8, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_os_personality, spawn) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_os_personality, handle_exit) == 16, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_os_personality, signal) == 24, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_os_personality, snapshot) == 32, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_os_personality, snapshot_destroy) == 40, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_os_personality, restore) == 48, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_os_personality, call) == 56, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_os_personality, call_withdraw) == 64, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_os_personality) == 72, "fixed size");

#ifdef __cplusplus
}
#endif
#endif
