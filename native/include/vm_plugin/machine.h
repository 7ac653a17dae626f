/* What a personality or a device asks of the machine that it belongs to: the service `vmp.machine/1`. */
/* Generated from the contract in src/contracts/machine.ts by `npm run generate`. Do not edit. */
#ifndef VM_PLUGIN_MACHINE_H
#define VM_PLUGIN_MACHINE_H

#include "accel_virtualization.h"

#ifdef __cplusplus
extern "C" {
#endif

#define VMP_MACHINE_SERVICE "vmp.machine/1"

/* How a guest process ended. */
typedef struct vmp_process_result {
  uint32_t struct_size;
  uint32_t process;   /* the guest's process id */
  int32_t exit_code;  /* when signal is 0 */
  int32_t signal;     /* Linux number of the signal that killed it, else 0 */
  vmp_string limit;   /* the name of the limit that ended it, else empty */
  uint32_t processes; /* that its run has had so far */
  uint32_t reserved;
  uint64_t system_calls;    /* of its run so far */
  vmp_string refused_calls; /* of its run so far: "NAME COUNT" of each call that is not implemented, joined by ", " */
  vmp_string detail;        /* one line for a person ("SIGSEGV at pc 0x..., address 0x..."), else empty */
} vmp_process_result;

/* What a system call answers whenever it is made. */
typedef struct vmp_call_answer {
  uint64_t number;
  uint64_t result;
} vmp_call_answer;

typedef struct vmp_machine_service {
  uint32_t struct_size;
  uint32_t reserved;
  /* [any] */
  const vmp_guest_memory *(*memory)(vmp_machine *machine);
  /* [any] A stopped virtual CPU with a zeroed state, of the architecture of the machine's engine; its instructions and
   * time count for `run`, as vmp_spawn names it. */
  vmp_status (*vcpu_create)(vmp_machine *machine, uint32_t run, vmp_address_space *space, vmp_vcpu **vcpu,
                            vmp_error *error);
  /* [any] Gives it a host thread of its own, which runs it until the personality ends it. Not for the one that spawn
   * answers. */
  vmp_status (*vcpu_start)(vmp_vcpu *vcpu, vmp_error *error);
  /* [any] For one that was never started; started ones are destroyed by the machine after their thread has ended. */
  void (*vcpu_destroy)(vmp_vcpu *vcpu);
  /* [vcpu] Goes on in another space of the same run, from the next instruction on. The state is the caller's to set. */
  void (*vcpu_set_space)(vmp_vcpu *vcpu, vmp_address_space *space);
  /* [any] Sets VMP_REQUEST_INTERRUPT and brings it out of the engine or of `wait`. */
  void (*vcpu_interrupt)(vmp_vcpu *vcpu);
  /* [vcpu] Clears VMP_REQUEST_INTERRUPT; the requests that were set. */
  uint32_t (*vcpu_acknowledge)(vmp_vcpu *vcpu);
  /* [vcpu] Sleeps until `descriptor` has one of poll(2)'s `events` (-1: no descriptor), the time is over (negative:
   * never) or a request comes. OK, TIMED_OUT, CANCELLED (a request is pending), or INVALID_ARGUMENT. *revents may be
   * NULL. */
  vmp_status (*wait)(vmp_vcpu *vcpu, int32_t descriptor, uint32_t events, int64_t nanoseconds, uint32_t *revents);
  /* [any] Reports the end of a guest process. That of the one that spawn made is the result of its run, which has ended
   * when its last virtual CPU has. */
  void (*process_ended)(vmp_machine *machine, uint32_t run, const vmp_process_result *result);
  /* [any] Ends a run by a limit of the personality's: every virtual CPU of it gets VMP_REQUEST_STOP. */
  void (*run_limit)(vmp_machine *machine, uint32_t run, vmp_string limit, vmp_string detail);
  /* [any] Tells that a guest process was stopped by a signal, by its Linux number. That of the one that spawn made is
   * told to whoever spawned it. */
  void (*process_stopped)(vmp_machine *machine, uint32_t run, uint32_t process, uint32_t signal);
  /* [vcpu] Brings parts of the state, VMP_STATE_*, into the layout. VMP_STATE_GENERAL is there at each exit; an engine
   * that keeps the rest in the layout has nothing to do. */
  vmp_status (*vcpu_load)(vmp_vcpu *vcpu, uint32_t classes, vmp_error *error);
  /* [any] These parts of the state were changed in the layout: the next run takes them over. Before it, or on its
   * thread. */
  void (*vcpu_store)(vmp_vcpu *vcpu, uint32_t classes);
  /* [any] The guest address of an ELF image in every space that tells the time (vdso(7)); 0: there is none. */
  uint64_t (*vdso)(vmp_machine *machine);
  /* [any] A device of the hypervisor's for the guest that owns this space's processors; before the first of them is
   * made. */
  vmp_status (*hardware_create)(vmp_address_space *space, uint32_t device, vmp_error *error);
  /* [any] An interrupt line, 0 or 1, of the machine's guest that owns the processor. NOT_FOUND: there is none, or it
   * has no interrupt controller. */
  vmp_status (*line_set)(vmp_machine *machine, uint32_t line, uint32_t level, vmp_error *error);
  /* [any] The descriptor of standard stream 0, 1 or 2 of the machine's guest that owns the processor, for a device to
   * use until its reset, which comes at the guest's end; -1 when there is no guest. */
  int32_t (*standard_stream)(vmp_machine *machine, uint32_t number);
  /* [any] Ends the machine's guest that owns the processor, with an exit code. The first one stands. */
  void (*power_off)(vmp_machine *machine, int32_t exit_code);
  /* [any] The end of a call that vmp_os_personality.call began. With a status but OK, `reason` says what became of its
   * process instead. */
  void (*call_ended)(vmp_machine *machine, uint64_t id, uint32_t status, uint64_t result, vmp_string reason);
  /* [any] From now on the engine may answer these system calls of whoever runs in the space by itself, without an exit;
   * those that were set before are not answered any more. None of its virtual CPUs runs guest code meanwhile. For some
   * engines this does nothing, and each has an upper bound: what is most frequent comes first. */
  void (*answers_set)(vmp_address_space *space, const vmp_call_answer *answers, uint32_t count);
} vmp_machine_service;

/* What every compiler must agree on. */
VMP_STATIC_ASSERT(offsetof(vmp_process_result, struct_size) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_process_result, process) == 4, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_process_result, exit_code) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_process_result, signal) == 12, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_process_result, limit) == 16, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_process_result, processes) == 32, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_process_result, system_calls) == 40, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_process_result, refused_calls) == 48, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_process_result, detail) == 64, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_process_result) == 80, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_call_answer, number) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_call_answer, result) == 8, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_call_answer) == 16, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_machine_service, memory) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_machine_service, vcpu_create) == 16, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_machine_service, vcpu_start) == 24, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_machine_service, vcpu_destroy) == 32, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_machine_service, vcpu_set_space) == 40, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_machine_service, vcpu_interrupt) == 48, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_machine_service, vcpu_acknowledge) == 56, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_machine_service, wait) == 64, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_machine_service, process_ended) == 72, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_machine_service, run_limit) == 80, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_machine_service, process_stopped) == 88, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_machine_service, vcpu_load) == 96, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_machine_service, vcpu_store) == 104, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_machine_service, vdso) == 112, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_machine_service, hardware_create) == 120, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_machine_service, line_set) == 128, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_machine_service, standard_stream) == 136, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_machine_service, power_off) == 144, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_machine_service, call_ended) == 152, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_machine_service, answers_set) == 160, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_machine_service) == 168, "fixed size");

#ifdef __cplusplus
}
#endif
#endif
