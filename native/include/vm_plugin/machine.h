/* What a personality or a device asks of the machine that it belongs to: the service `vmp.machine/1`. */
/* Generated from the contract in src/contracts/machine.ts by `npm run generate`. Do not edit. */
#ifndef VM_PLUGIN_MACHINE_H
#define VM_PLUGIN_MACHINE_H

#include "vcpu.h"

#ifdef __cplusplus
extern "C" {
#endif

#define VMP_MACHINE_SERVICE "vmp.machine/1"

/* How a guest process ended. */
typedef struct vmp_process_result {
  uint32_t struct_size;
  uint32_t process;  /* the guest's process id */
  int32_t exit_code; /* when signal is 0 */
  int32_t signal;    /* Linux number of the signal that killed it, else 0 */
  vmp_string limit;  /* the name of the limit that ended it, else empty */
  vmp_string detail; /* one line for a person ("SIGSEGV at pc 0x..., address 0x..."), else empty */
} vmp_process_result;

typedef struct vmp_machine_service {
  uint32_t struct_size;
  uint32_t reserved;
  /* [any] */
  const vmp_guest_memory *(*memory)(vmp_machine *machine);
  /* [any] A stopped virtual CPU with a zeroed state, of the architecture of the machine's engine. */
  vmp_status (*vcpu_create)(vmp_machine *machine, vmp_address_space *space, vmp_vcpu **vcpu, vmp_error *error);
  /* [any] Gives it a host thread of its own, which runs it until the personality ends it. Not for the one that spawn
   * answers. */
  vmp_status (*vcpu_start)(vmp_vcpu *vcpu, vmp_error *error);
  /* [any] For one that was never started; started ones are destroyed by the machine after their thread has ended. */
  void (*vcpu_destroy)(vmp_vcpu *vcpu);
  /* [any] Sets VMP_REQUEST_INTERRUPT and brings it out of the engine or of `wait`. */
  void (*vcpu_interrupt)(vmp_vcpu *vcpu);
  /* [vcpu] Clears VMP_REQUEST_INTERRUPT; the requests that were set. */
  uint32_t (*vcpu_acknowledge)(vmp_vcpu *vcpu);
  /* [vcpu] Sleeps until `descriptor` has one of poll(2)'s `events` (-1: no descriptor), the time is over (negative:
   * never) or a request comes. OK, TIMED_OUT, CANCELLED (a request is pending), or INVALID_ARGUMENT. *revents may be
   * NULL. */
  vmp_status (*wait)(vmp_vcpu *vcpu, int32_t descriptor, uint32_t events, int64_t nanoseconds, uint32_t *revents);
  /* [any] Reports the end of a guest process. The end of the one that spawn made ends its run. */
  void (*process_ended)(vmp_machine *machine, const vmp_process_result *result);
} vmp_machine_service;

/* What every compiler must agree on. */
VMP_STATIC_ASSERT(offsetof(vmp_process_result, struct_size) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_process_result, process) == 4, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_process_result, exit_code) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_process_result, signal) == 12, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_process_result, limit) == 16, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_process_result, detail) == 32, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_process_result) == 48, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_machine_service, memory) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_machine_service, vcpu_create) == 16, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_machine_service, vcpu_start) == 24, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_machine_service, vcpu_destroy) == 32, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_machine_service, vcpu_interrupt) == 40, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_machine_service, vcpu_acknowledge) == 48, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_machine_service, wait) == 56, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_machine_service, process_ended) == 64, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_machine_service) == 72, "fixed size");

#ifdef __cplusplus
}
#endif
#endif
