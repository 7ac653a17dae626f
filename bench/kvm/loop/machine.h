/* The least that runs x86-64 code in ring 3 on KVM: what the product is compared with. */
#ifndef MACHINE_H
#define MACHINE_H

#include <linux/kvm.h>
#include <stdint.h>

enum { CALL_PORT = 0x40 };

/* Where there is neither memory nor a slot: accesses leave the guest. */
static const uint64_t device_at = 0x10000000;

struct machine {
  int vm, vcpu;
  struct kvm_run *run;
  uint64_t run_size;
  uint8_t *memory; /* guest-physical 0 */
  uint64_t size;
  uint8_t *system; /* tables and stub */
  int calls_in_ring_3;
};

/* /dev/kvm and what is asked of it once. */
void open_kvm(void);
/* Ends the process with a message when KVM refuses. memory: of `size` bytes, a multiple of 2 MiB, for ring 3. */
void create_machine(struct machine *machine, uint8_t *memory, uint64_t size);
/* Ring 3 begins at an address. */
void begin_program(struct machine *machine, uint64_t address, uint64_t stack);
/* As begin_program, in ring 0; rbx and rdx are `rbx` and `rdx`. */
void begin_kernel(struct machine *machine, uint64_t address, uint64_t rbx, uint64_t rdx);
/* Until the next exit, which is one of a port. */
void run_machine(struct machine *machine);
/* Until the next exit of a port or a device, which is served: reads give 0. The sum of what was written. */
uint64_t serve_machine(struct machine *machine);
/* What SYSCALL's caller gets, and where it goes on. */
void answer_call(struct machine *machine, uint64_t result);
void destroy_machine(struct machine *machine);

#endif
