/* The hypervisors of the host's kernel, as they are: the service `vmp.hypervisor/1`. */
/* Generated from the contract in src/contracts/hypervisor.ts by `npm run generate`. Do not edit. */
#ifndef VM_PLUGIN_HYPERVISOR_H
#define VM_PLUGIN_HYPERVISOR_H

#include "accel_virtualization.h"

#ifdef __cplusplus
extern "C" {
#endif

#define VMP_HYPERVISOR_SERVICE "vmp.hypervisor/1"

/* One instruction that touches a device, where the hypervisor leaves it to the program. Zeroed before the first. */
typedef struct vmp_x86_emulator {
  void *context; /* of read and write */
  /* [vcpu] Reads guest-physical memory within one page: 0, 1 where a device is, less than 0 where the host's mappings
   * forbid it. */
  int32_t (*read)(void *context, uint64_t address, void *bytes, uint64_t size);
  /* [vcpu] Writes guest-physical memory within one page: 0, 1 where a device is, less than 0 where the host's mappings
   * forbid it. */
  int32_t (*write)(void *context, uint64_t address, const void *bytes, uint64_t size);
  uint8_t bytes[16];    /* of the instruction, when the hypervisor tells them */
  uint32_t count;       /* of bytes; 0: they are read from the guest's memory */
  uint32_t port_length; /* of an IN or OUT, not INS or OUTS, when its length, port and size are known; 0 else */
  uint16_t port;
  uint8_t port_size;  /* 1, 2, 4 */
  uint8_t port_write; /* 0 or 1 */
  uint32_t answered;  /* how many of `answers` there are: the emulator's */
  uint64_t answers[2];
  uint32_t expected; /* 1: exit.u.io.data is the next answer: the emulator's */
  uint32_t reserved;
} vmp_x86_emulator;

enum {
  VMP_EMULATION_DONE = 0, /* the state is as behind the instruction */
  VMP_EMULATION_EXIT = 1  /* the exit is described; after it, emulate again */
};

/* WHV_RUN_VP_EXIT_REASON */
enum {
  VMP_WHPX_EXIT_NONE = 0,
  VMP_WHPX_EXIT_MEMORY_ACCESS = 1,
  VMP_WHPX_EXIT_PORT_ACCESS = 2,
  VMP_WHPX_EXIT_UNRECOVERABLE_EXCEPTION = 4,
  VMP_WHPX_EXIT_INVALID_REGISTER_VALUE = 5,
  VMP_WHPX_EXIT_UNSUPPORTED_FEATURE = 6,
  VMP_WHPX_EXIT_INTERRUPT_WINDOW = 7,
  VMP_WHPX_EXIT_HALT = 8,
  VMP_WHPX_EXIT_MSR_ACCESS = 4096,
  VMP_WHPX_EXIT_CPUID = 4097,
  VMP_WHPX_EXIT_EXCEPTION = 4098,
  VMP_WHPX_EXIT_CANCELED = 8193
};

/* WHV_CAPABILITY_CODE */
enum {
  VMP_WHPX_CAPABILITY_HYPERVISOR_PRESENT = 0,
  VMP_WHPX_CAPABILITY_FEATURES = 1,
  VMP_WHPX_CAPABILITY_EXTENDED_VM_EXITS = 2,
  VMP_WHPX_CAPABILITY_EXCEPTION_EXIT_BITMAP = 3
};

/* WHV_PARTITION_PROPERTY_CODE */
enum {
  VMP_WHPX_PROPERTY_EXTENDED_VM_EXITS = 1,
  VMP_WHPX_PROPERTY_EXCEPTION_EXIT_BITMAP = 2,
  VMP_WHPX_PROPERTY_CPUID_EXIT_LIST = 4099,
  VMP_WHPX_PROPERTY_PROCESSOR_COUNT = 8191
};

/* WHV_REGISTER_NAME without its highest bit, which no enumerator of C may have; of those that the state layout has no
 * place for */
enum {
  VMP_WHPX_REGISTER_PENDING_INTERRUPTION = 0,
  VMP_WHPX_REGISTER_INTERRUPT_STATE = 1,
  VMP_WHPX_REGISTER_PENDING_EVENT = 2,
  VMP_WHPX_REGISTER_DELIVERABILITY_NOTIFICATIONS = 4
};

typedef struct vmp_whpx_memory_access {
  uint8_t count;
  uint8_t reserved0[3];
  uint8_t bytes[16];
  uint32_t information; /* 1:0 read, write, execute; 2 no range is mapped there; 3 linear is valid */
  uint64_t physical;
  uint64_t linear;
} vmp_whpx_memory_access;

typedef struct vmp_whpx_port_access {
  uint8_t count;
  uint8_t reserved0[3];
  uint8_t bytes[16];
  uint32_t information; /* 0 write, 3:1 size, 4 string, 5 repeated */
  uint16_t port;
  uint16_t reserved1[3];
  uint64_t rax;
  uint64_t rcx;
  uint64_t rsi;
  uint64_t rdi;
  vmp_x86_64_segment ds;
  vmp_x86_64_segment es;
} vmp_whpx_port_access;

typedef struct vmp_whpx_msr_access {
  uint32_t write; /* bit 0 */
  uint32_t number;
  uint64_t rax;
  uint64_t rdx;
} vmp_whpx_msr_access;

typedef struct vmp_whpx_cpuid_access {
  uint64_t rax;
  uint64_t rcx;
  uint64_t rdx;
  uint64_t rbx;
  uint64_t default_rax;
  uint64_t default_rcx;
  uint64_t default_rdx;
  uint64_t default_rbx;
} vmp_whpx_cpuid_access;

typedef struct vmp_whpx_exception {
  uint8_t count;
  uint8_t reserved0[3];
  uint8_t bytes[16];
  uint32_t information; /* 0 the error code is valid, 1 of an instruction */
  uint8_t vector;
  uint8_t reserved1[3];
  uint32_t error_code;
  uint64_t parameter;
} vmp_whpx_exception;

/* WHV_RUN_VP_EXIT_CONTEXT, byte for byte. */
typedef struct vmp_whpx_exit {
  uint32_t reason; /* VMP_WHPX_EXIT_* */
  uint32_t reserved;
  uint16_t execution_state; /* 1:0 privilege level, 6 an interruption is pending, 12 interrupt shadow */
  uint8_t length_and_cr8;   /* 3:0 length of the instruction, 7:4 CR8 */
  uint8_t reserved1;
  uint32_t reserved2;
  vmp_x86_64_segment cs;
  uint64_t rip;
  uint64_t rflags;
  uint64_t details[22]; /* a vmp_whpx_memory_access, port_access, msr_access, cpuid_access or exception */
} vmp_whpx_exit;

/* hv_memory_flags_t */
enum { VMP_HVF_MEMORY_READ = 1, VMP_HVF_MEMORY_WRITE = 2, VMP_HVF_MEMORY_EXECUTE = 4 };

/* hv_vmx_capability_t */
enum {
  VMP_HVF_CAPABILITY_PIN_BASED = 0,
  VMP_HVF_CAPABILITY_PROCESSOR_BASED = 1,
  VMP_HVF_CAPABILITY_PROCESSOR_BASED2 = 2,
  VMP_HVF_CAPABILITY_ENTRY = 3,
  VMP_HVF_CAPABILITY_EXIT = 4
};

/* hv_exit_reason_t, of AArch64 */
enum { VMP_HVF_EXIT_CANCELED = 0, VMP_HVF_EXIT_EXCEPTION = 1, VMP_HVF_EXIT_TIMER = 2, VMP_HVF_EXIT_UNKNOWN = 3 };

/* hv_vcpu_exit_t, of AArch64. */
typedef struct vmp_hvf_exit {
  uint32_t reason; /* VMP_HVF_EXIT_* */
  uint32_t reserved;
  uint64_t syndrome; /* as ESR_EL2 */
  uint64_t virtual_address;
  uint64_t physical_address;
} vmp_hvf_exit;

/* All optional. Entries of another system than the host's are NULL. Those of KVM are its calls of the same names
 * (Linux, Documentation/virt/kvm/api.rst): descriptors are the caller's, 0 or more is success, else minus an errno.
 * Those of WHPX are Windows Hypervisor Platform's: the result is an HRESULT. Those of HVF are Hypervisor.framework's:
 * the result is an hv_return_t, and where it says [vcpu] the thread that created the virtual CPU. Those of x86 are this
 * program's own, on every system. */
typedef struct vmp_hypervisor_service {
  uint32_t struct_size;
  uint32_t reserved;
  /* [any] Whatever file is /dev/kvm. */
  int32_t (*kvm_open)(void);
  /* [any] -ENOTTY where the file is not KVM's device. */
  int32_t (*kvm_get_api_version)(int32_t system);
  /* [any] Of the system or of one virtual machine. */
  int32_t (*kvm_check_extension)(int32_t system, uint32_t extension);
  /* [any] */
  int32_t (*kvm_get_vcpu_mmap_size)(int32_t system);
  /* [any] *count comes in as the capacity; -E2BIG when it is too small. */
  int32_t (*kvm_get_supported_cpuid)(int32_t system, vmp_identity_leaf *leaves, uint32_t *count);
  /* [any] */
  int32_t (*kvm_create_vm)(int32_t system);
  /* [any] flags: VMP_SLOT_*. A size of 0 removes the slot. */
  int32_t (*kvm_set_user_memory_region)(int32_t vm, uint32_t slot, uint32_t flags, uint64_t address, uint64_t size,
                                        void *memory);
  /* [any] */
  int32_t (*kvm_get_dirty_log)(int32_t vm, uint32_t slot, uint64_t *bits);
  /* [any] */
  int32_t (*kvm_create_irqchip)(int32_t vm);
  /* [any] */
  int32_t (*kvm_create_pit)(int32_t vm);
  /* [any] */
  int32_t (*kvm_irq_line)(int32_t vm, uint32_t line, uint32_t level);
  /* [any] */
  int32_t (*kvm_irqfd)(int32_t vm, uint32_t line, int32_t descriptor, uint32_t on);
  /* [any] */
  int32_t (*kvm_ioeventfd)(int32_t vm, uint64_t address, uint32_t size, uint32_t is_port, int32_t descriptor,
                           uint32_t on);
  /* [any] */
  int32_t (*kvm_create_vcpu)(int32_t vm, uint32_t index);
  /* [any] */
  int32_t (*kvm_set_cpuid)(int32_t vcpu, const vmp_identity_leaf *leaves, uint32_t count);
  /* [any] VMP_STATE_*, into the layout. */
  int32_t (*kvm_get_state)(int32_t vcpu, uint32_t classes, vmp_x86_64_state *state);
  /* [any] */
  int32_t (*kvm_set_state)(int32_t vcpu, uint32_t classes, const vmp_x86_64_state *state);
  /* [any] The guest's time stamps are the host's. */
  int32_t (*kvm_use_host_counter)(int32_t vcpu);
  /* [any] No exception or interrupt is about to be delivered any more. */
  int32_t (*kvm_clear_events)(int32_t vcpu);
  /* [any] */
  int32_t (*kvm_interrupt)(int32_t vcpu, uint32_t vector);
  /* [any] step: 0 or 1. */
  int32_t (*kvm_set_guest_debug)(int32_t vcpu, uint32_t step);
  /* [any] With the area of kvm_run as kvm_get_vcpu_mmap_size has it, mapped by the caller. */
  int32_t (*kvm_run)(int32_t vcpu);
  /* [vcpu] An instruction with a memory operand, a string instruction, IN or OUT, at general->rip (Intel SDM volume 2).
   * system: VMP_STATE_SYSTEM and VMP_STATE_GENERAL as at the first call, of which only the addresses are taken;
   * general: what the instruction reads and changes. VMP_EMULATION_*; -EINVAL: an instruction that it does not know,
   * -EFAULT: memory that the host's mappings forbid. The guest's own page fault is an EXCEPTION exit. */
  int32_t (*x86_emulate)(vmp_x86_emulator *emulator, const vmp_x86_64_state *system, vmp_x86_64_state *general,
                         vmp_exit *exit);
  /* [any] What CPUID answers here, less what needs more than the processor. *count comes in as the capacity; -E2BIG
   * when it is too small. */
  int32_t (*x86_identity)(vmp_identity_leaf *leaves, uint32_t *count);
  /* [any] CPUID in a guest: eax and ecx select, cr4 is what the leaves mirror of it. Zeros for what `leaves` lacks. */
  int32_t (*x86_cpuid)(const vmp_identity_leaf *leaves, uint32_t count, uint64_t cr4, vmp_x86_64_state *general);
  /* [any] */
  int32_t (*whpx_get_capability)(uint32_t code, void *value, uint32_t bytes);
  /* [any] */
  int32_t (*whpx_create_partition)(void **partition);
  /* [any] */
  int32_t (*whpx_delete_partition)(void *partition);
  /* [any] Before whpx_setup_partition. */
  int32_t (*whpx_set_property)(void *partition, uint32_t code, const void *value, uint32_t bytes);
  /* [any] */
  int32_t (*whpx_setup_partition)(void *partition);
  /* [any] flags: VMP_SLOT_*. */
  int32_t (*whpx_map_gpa_range)(void *partition, void *memory, uint64_t address, uint64_t size, uint32_t flags);
  /* [any] */
  int32_t (*whpx_unmap_gpa_range)(void *partition, uint64_t address, uint64_t size);
  /* [any] A bit a page of 4096 bytes, and begins anew. */
  int32_t (*whpx_query_dirty)(void *partition, uint64_t address, uint64_t size, uint64_t *bits, uint32_t bytes);
  /* [any] */
  int32_t (*whpx_create_vcpu)(void *partition, uint32_t index);
  /* [any] */
  int32_t (*whpx_delete_vcpu)(void *partition, uint32_t index);
  /* [vcpu] VMP_STATE_*, into the layout. */
  int32_t (*whpx_get_state)(void *partition, uint32_t index, uint32_t classes, vmp_x86_64_state *state);
  /* [vcpu] */
  int32_t (*whpx_set_state)(void *partition, uint32_t index, uint32_t classes, const vmp_x86_64_state *state);
  /* [vcpu] VMP_WHPX_REGISTER_*. */
  int32_t (*whpx_set_register)(void *partition, uint32_t index, uint32_t name, uint64_t low, uint64_t high);
  /* [vcpu] */
  int32_t (*whpx_run)(void *partition, uint32_t index, vmp_whpx_exit *exit);
  /* [any] The run that is on, or when none is the next one, ends with CANCELED. */
  int32_t (*whpx_cancel_run)(void *partition, uint32_t index);
  /* [any] Within this process: 0, or -EFAULT where the mappings forbid it. Not on Linux. */
  int32_t (*copy_memory)(void *to, const void *from, uint64_t size);
  /* [any] One at a time in a process. */
  int32_t (*hvf_vm_create)(void);
  /* [any] */
  int32_t (*hvf_vm_destroy)(void);
  /* [any] Of guest-physical addresses. */
  int32_t (*hvf_physical_bits)(void);
  /* [any] */
  int32_t (*hvf_largest_vcpus)(void);
  /* [any] x86-64: a further guest-physical address space. */
  int32_t (*hvf_space_create)(uint32_t *space);
  /* [any] */
  int32_t (*hvf_space_destroy)(uint32_t space);
  /* [any] flags: VMP_HVF_MEMORY_*. space: 0 on AArch64. */
  int32_t (*hvf_map)(uint32_t space, void *memory, uint64_t address, uint64_t size, uint32_t flags);
  /* [any] */
  int32_t (*hvf_unmap)(uint32_t space, uint64_t address, uint64_t size);
  /* [any] */
  int32_t (*hvf_protect)(uint32_t space, uint64_t address, uint64_t size, uint32_t flags);
  /* [vcpu] Bound to the calling thread, which may have one. */
  int32_t (*hvf_vcpu_create)(uint64_t *vcpu, uint32_t space);
  /* [vcpu] */
  int32_t (*hvf_vcpu_destroy)(uint64_t vcpu);
  /* [vcpu] */
  int32_t (*hvf_vcpu_run)(uint64_t vcpu);
  /* [any] hv_vcpus_exit (AArch64), hv_vcpu_interrupt (x86-64): brings it out of hvf_vcpu_run. */
  int32_t (*hvf_vcpu_interrupt)(uint64_t vcpu);
  /* [any] VMP_HVF_CAPABILITY_*. */
  int32_t (*hvf_read_capability)(uint32_t code, uint64_t *value);
  /* [vcpu] Intel SDM volume 3, appendix B. */
  int32_t (*hvf_read_vmcs)(uint64_t vcpu, uint32_t code, uint64_t *value);
  /* [vcpu] */
  int32_t (*hvf_write_vmcs)(uint64_t vcpu, uint32_t code, uint64_t value);
  /* [vcpu] */
  int32_t (*hvf_enable_native_msr)(uint64_t vcpu, uint32_t number);
  /* [vcpu] */
  int32_t (*hvf_get_x86_state)(uint64_t vcpu, uint32_t classes, vmp_x86_64_state *state);
  /* [vcpu] */
  int32_t (*hvf_set_x86_state)(uint64_t vcpu, uint32_t classes, const vmp_x86_64_state *state);
  /* [vcpu] */
  int32_t (*hvf_get_aarch64_state)(uint64_t vcpu, uint32_t classes, vmp_aarch64_state *state);
  /* [vcpu] */
  int32_t (*hvf_set_aarch64_state)(uint64_t vcpu, uint32_t classes, const vmp_aarch64_state *state);
  /* [vcpu] Of the last hvf_vcpu_run, on AArch64. */
  int32_t (*hvf_get_exit)(uint64_t vcpu, vmp_hvf_exit *exit);
  /* [vcpu] type: 0 IRQ, 1 FIQ; for the next hvf_vcpu_run. */
  int32_t (*hvf_set_pending_interrupt)(uint64_t vcpu, uint32_t type);
  /* [vcpu] */
  int32_t (*hvf_trap_debug_exceptions)(uint64_t vcpu, uint32_t on);
  /* [vcpu] */
  int32_t (*hvf_mask_timer)(uint64_t vcpu, uint32_t on);
} vmp_hypervisor_service;

/* What every compiler must agree on. */
VMP_STATIC_ASSERT(offsetof(vmp_x86_emulator, context) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_emulator, read) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_emulator, write) == 16, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_emulator, bytes) == 24, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_emulator, count) == 40, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_emulator, port_length) == 44, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_emulator, port) == 48, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_emulator, port_size) == 50, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_emulator, port_write) == 51, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_emulator, answered) == 52, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_emulator, answers) == 56, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_emulator, expected) == 72, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_x86_emulator) == 80, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_memory_access, count) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_memory_access, reserved0) == 1, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_memory_access, bytes) == 4, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_memory_access, information) == 20, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_memory_access, physical) == 24, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_memory_access, linear) == 32, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_whpx_memory_access) == 40, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_port_access, count) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_port_access, reserved0) == 1, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_port_access, bytes) == 4, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_port_access, information) == 20, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_port_access, port) == 24, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_port_access, reserved1) == 26, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_port_access, rax) == 32, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_port_access, rcx) == 40, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_port_access, rsi) == 48, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_port_access, rdi) == 56, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_port_access, ds) == 64, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_port_access, es) == 80, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_whpx_port_access) == 96, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_msr_access, write) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_msr_access, number) == 4, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_msr_access, rax) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_msr_access, rdx) == 16, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_whpx_msr_access) == 24, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_cpuid_access, rax) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_cpuid_access, rcx) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_cpuid_access, rdx) == 16, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_cpuid_access, rbx) == 24, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_cpuid_access, default_rax) == 32, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_cpuid_access, default_rcx) == 40, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_cpuid_access, default_rdx) == 48, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_cpuid_access, default_rbx) == 56, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_whpx_cpuid_access) == 64, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_exception, count) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_exception, reserved0) == 1, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_exception, bytes) == 4, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_exception, information) == 20, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_exception, vector) == 24, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_exception, reserved1) == 25, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_exception, error_code) == 28, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_exception, parameter) == 32, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_whpx_exception) == 40, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_exit, reason) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_exit, execution_state) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_exit, length_and_cr8) == 10, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_exit, reserved1) == 11, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_exit, reserved2) == 12, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_exit, cs) == 16, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_exit, rip) == 32, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_exit, rflags) == 40, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_whpx_exit, details) == 48, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_whpx_exit) == 224, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_hvf_exit, reason) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hvf_exit, syndrome) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hvf_exit, virtual_address) == 16, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hvf_exit, physical_address) == 24, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_hvf_exit) == 32, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_open) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_get_api_version) == 16, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_check_extension) == 24, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_get_vcpu_mmap_size) == 32, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_get_supported_cpuid) == 40, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_create_vm) == 48, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_set_user_memory_region) == 56, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_get_dirty_log) == 64, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_create_irqchip) == 72, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_create_pit) == 80, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_irq_line) == 88, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_irqfd) == 96, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_ioeventfd) == 104, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_create_vcpu) == 112, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_set_cpuid) == 120, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_get_state) == 128, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_set_state) == 136, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_use_host_counter) == 144, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_clear_events) == 152, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_interrupt) == 160, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_set_guest_debug) == 168, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, kvm_run) == 176, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, x86_emulate) == 184, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, x86_identity) == 192, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, x86_cpuid) == 200, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, whpx_get_capability) == 208, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, whpx_create_partition) == 216, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, whpx_delete_partition) == 224, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, whpx_set_property) == 232, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, whpx_setup_partition) == 240, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, whpx_map_gpa_range) == 248, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, whpx_unmap_gpa_range) == 256, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, whpx_query_dirty) == 264, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, whpx_create_vcpu) == 272, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, whpx_delete_vcpu) == 280, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, whpx_get_state) == 288, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, whpx_set_state) == 296, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, whpx_set_register) == 304, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, whpx_run) == 312, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, whpx_cancel_run) == 320, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, copy_memory) == 328, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, hvf_vm_create) == 336, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, hvf_vm_destroy) == 344, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, hvf_physical_bits) == 352, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, hvf_largest_vcpus) == 360, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, hvf_space_create) == 368, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, hvf_space_destroy) == 376, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, hvf_map) == 384, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, hvf_unmap) == 392, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, hvf_protect) == 400, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, hvf_vcpu_create) == 408, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, hvf_vcpu_destroy) == 416, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, hvf_vcpu_run) == 424, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, hvf_vcpu_interrupt) == 432, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, hvf_read_capability) == 440, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, hvf_read_vmcs) == 448, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, hvf_write_vmcs) == 456, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, hvf_enable_native_msr) == 464, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, hvf_get_x86_state) == 472, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, hvf_set_x86_state) == 480, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, hvf_get_aarch64_state) == 488, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, hvf_set_aarch64_state) == 496, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, hvf_get_exit) == 504, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, hvf_set_pending_interrupt) == 512, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, hvf_trap_debug_exceptions) == 520, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_hypervisor_service, hvf_mask_timer) == 528, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_hypervisor_service) == 536, "fixed size");

#ifdef __cplusplus
}
#endif
#endif
