/* The contract `accel.virtualization`: runs guest code on the hardware's own virtualization. */
/* Generated from the contract in src/contracts/accel-virtualization.ts by `npm run generate`. Do not edit. */
#ifndef VM_PLUGIN_ACCEL_VIRTUALIZATION_H
#define VM_PLUGIN_ACCEL_VIRTUALIZATION_H

#include "vcpu.h"

#ifdef __cplusplus
extern "C" {
#endif

#define VMP_ACCEL_VIRTUALIZATION_POINT "accel.virtualization"

enum {
  VMP_VIRTUALIZATION_READ_ONLY_MEMORY = 1,
  VMP_VIRTUALIZATION_DIRTY_LOG = 2,
  VMP_VIRTUALIZATION_INTERRUPT_CONTROLLER = 4, /* device_create knows it */
  VMP_VIRTUALIZATION_TIMER = 8,                /* device_create knows it */
  VMP_VIRTUALIZATION_IO_EVENT = 16,            /* io_event */
  VMP_VIRTUALIZATION_LINE_EVENT = 32,          /* line_event */
  VMP_VIRTUALIZATION_SINGLE_STEP = 64,         /* VMP_RUN_STEP */
  VMP_VIRTUALIZATION_FAULT_ADDRESS = 128,      /* a MEMORY_FAULT that the host's mappings cause can name its address */
  VMP_VIRTUALIZATION_SEVERAL_VCPUS = 256
};

enum {
  VMP_SLOT_READ_ONLY = 1, /* a write is an MMIO exit */
  VMP_SLOT_LOG_DIRTY = 2  /* memory_dirty tells which pages virtual CPUs have written */
};

enum {
  VMP_HARDWARE_INTERRUPT_CONTROLLER = 1, /* before the first vcpu_create; a HALT is then waited for inside run */
  VMP_HARDWARE_TIMER = 2                 /* after the controller */
};

enum {
  VMP_RUN_STEP = 1,    /* one instruction, then STEPPED */
  VMP_RUN_COMPLETE = 2 /* completes the instruction of an MMIO or PORT_IO exit, and runs nothing more */
};

/* What a backend offers on this host. */
typedef struct vmp_virtualization {
  uint32_t struct_size;
  uint32_t features;      /* VMP_VIRTUALIZATION_* */
  uint32_t physical_bits; /* of guest-physical addresses */
  uint32_t slots;         /* memory_map at one time, of one virtual machine */
  uint32_t largest_vcpus;
  uint32_t xsave_size; /* bytes that VMP_STATE_VECTOR fills */
  uint64_t xcr0;       /* the state components that guests may enable */
} vmp_virtualization;

/* What CPUID answers (Intel SDM volume 2, CPUID). */
typedef struct vmp_identity_leaf {
  uint32_t leaf;
  uint32_t subleaf;
  uint32_t has_subleaf; /* 0: for every subleaf */
  uint32_t eax;
  uint32_t ebx;
  uint32_t ecx;
  uint32_t edx;
  uint32_t reserved;
} vmp_identity_leaf;

typedef struct vmp_identity {
  uint32_t struct_size;
  uint32_t reserved;
  const vmp_identity_leaf *leaves;
  uint64_t count;
} vmp_identity;

typedef struct vmp_accel_virtualization_capabilities {
  uint32_t struct_size;
  uint32_t architecture; /* VMP_ARCHITECTURE_* */
  uint32_t state_size;   /* bytes of the architecture's state layout that it uses */
  uint32_t address_bits; /* the largest arena that a program can have */
  uint64_t hwcap;        /* as Linux gives a process in AT_HWCAP and AT_HWCAP2; 0: as the processor has it */
  uint64_t hwcap2;
  vmp_string isa; /* as vmp_arch_simulator_capabilities has it */
  vmp_system_call_abi system_call;
} vmp_accel_virtualization_capabilities;

typedef struct vmp_accel_virtualization {
  uint32_t struct_size;
  uint32_t reserved;
  /* [any] What this host offers, or why it offers nothing. */
  vmp_status (*describe)(void *self, vmp_virtualization *host, vmp_error *error);
  /* [control] A virtual machine without memory or virtual CPUs. */
  vmp_status (*vm_create)(void *self, void **vm, vmp_error *error);
  /* [control] After its virtual CPUs. */
  void (*vm_destroy)(void *self, void *vm);
  /* [any] Host addresses as guest-physical ones: page multiples that overlap no other slot. The host's own mappings
   * there decide at each moment: a page that they forbid is a MEMORY_FAULT. The memory is the caller's, until
   * memory_unmap or vm_destroy. */
  vmp_status (*memory_map)(void *self, void *vm, uint64_t address, void *memory, uint64_t size, uint32_t flags,
                           vmp_error *error);
  /* [any] A slot, by its first address. */
  vmp_status (*memory_unmap)(void *self, void *vm, uint64_t address, vmp_error *error);
  /* [any] The pages of a slot that virtual CPUs have written since the last call: a bit each, the first one the lowest
   * of the first word. The host's own writes are not among them. */
  vmp_status (*memory_dirty)(void *self, void *vm, uint64_t address, uint64_t *bits, uint64_t words, vmp_error *error);
  /* [control] Optional. A device of the hardware's. */
  vmp_status (*device_create)(void *self, void *vm, uint32_t device, vmp_error *error);
  /* [any] Optional. An interrupt line, 0 or 1. */
  vmp_status (*line_set)(void *self, void *vm, uint32_t line, uint32_t level, vmp_error *error);
  /* [any] Optional. While `on`, a write to an event descriptor pulses the line, without this process. */
  vmp_status (*line_event)(void *self, void *vm, uint32_t line, int32_t descriptor, uint32_t on, vmp_error *error);
  /* [any] Optional. While `on`, a write of `size` bytes to an address (is_port: to a port) is counted on an event
   * descriptor in place of an exit. */
  vmp_status (*io_event)(void *self, void *vm, uint64_t address, uint32_t size, uint32_t is_port, int32_t descriptor,
                         uint32_t on, vmp_error *error);
  /* [any] What the host's processor and the backend support together. *count comes in as the capacity and goes out as
   * the number. */
  vmp_status (*identity)(void *self, vmp_identity_leaf *leaves, uint32_t *count, vmp_error *error);
  /* [control] Sets vcpu->engine_data. The state is the processor's after a reset, and all of it is in the layout. */
  vmp_status (*vcpu_create)(void *self, void *vm, vmp_vcpu *vcpu, const vmp_identity *identity, vmp_error *error);
  /* [control] After its last run. */
  void (*vcpu_destroy)(void *self, vmp_vcpu *vcpu);
  /* [vcpu] Parts of the state, from the processor into the layout. */
  vmp_status (*vcpu_read)(void *self, vmp_vcpu *vcpu, uint32_t classes, vmp_error *error);
  /* [vcpu] From the layout into the processor. INVALID_ARGUMENT: no processor can be in such a state. */
  vmp_status (*vcpu_write)(void *self, vmp_vcpu *vcpu, uint32_t classes, vmp_error *error);
  /* [vcpu] Delivers an external interrupt at the next run; where there is no interrupt controller. BUSY: the guest
   * takes none now; run leaves with INTERRUPTED when it does. */
  vmp_status (*vcpu_interrupt)(void *self, vmp_vcpu *vcpu, uint32_t vector, vmp_error *error);
  /* [vcpu] Takes VMP_STATE_GENERAL over, runs until an exit and describes it in vcpu->exit. After an MMIO or PORT_IO
   * exit it first completes that instruction, a read with exit.u.io.data. */
  void (*run)(void *self, vmp_vcpu *vcpu, uint32_t flags);
  /* [any] After a request was set: brings the virtual CPU out of run, with INTERRUPTED, or the next run ends at once.
   */
  void (*kick)(void *self, vmp_vcpu *vcpu);
} vmp_accel_virtualization;

/* What every compiler must agree on. */
VMP_STATIC_ASSERT(offsetof(vmp_virtualization, struct_size) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_virtualization, features) == 4, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_virtualization, physical_bits) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_virtualization, slots) == 12, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_virtualization, largest_vcpus) == 16, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_virtualization, xsave_size) == 20, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_virtualization, xcr0) == 24, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_virtualization) == 32, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_identity_leaf, leaf) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_identity_leaf, subleaf) == 4, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_identity_leaf, has_subleaf) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_identity_leaf, eax) == 12, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_identity_leaf, ebx) == 16, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_identity_leaf, ecx) == 20, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_identity_leaf, edx) == 24, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_identity_leaf) == 32, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_identity, struct_size) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_identity, leaves) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_identity, count) == 16, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_identity) == 24, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_accel_virtualization_capabilities, struct_size) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_accel_virtualization_capabilities, architecture) == 4, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_accel_virtualization_capabilities, state_size) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_accel_virtualization_capabilities, address_bits) == 12, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_accel_virtualization_capabilities, hwcap) == 16, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_accel_virtualization_capabilities, hwcap2) == 24, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_accel_virtualization_capabilities, isa) == 32, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_accel_virtualization_capabilities, system_call) == 48, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_accel_virtualization_capabilities) == 80, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_accel_virtualization, describe) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_accel_virtualization, vm_create) == 16, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_accel_virtualization, vm_destroy) == 24, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_accel_virtualization, memory_map) == 32, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_accel_virtualization, memory_unmap) == 40, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_accel_virtualization, memory_dirty) == 48, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_accel_virtualization, device_create) == 56, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_accel_virtualization, line_set) == 64, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_accel_virtualization, line_event) == 72, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_accel_virtualization, io_event) == 80, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_accel_virtualization, identity) == 88, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_accel_virtualization, vcpu_create) == 96, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_accel_virtualization, vcpu_destroy) == 104, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_accel_virtualization, vcpu_read) == 112, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_accel_virtualization, vcpu_write) == 120, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_accel_virtualization, vcpu_interrupt) == 128, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_accel_virtualization, run) == 136, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_accel_virtualization, kick) == 144, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_accel_virtualization) == 152, "fixed size");

#ifdef __cplusplus
}
#endif
#endif
