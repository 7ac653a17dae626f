/* A virtual CPU and its exits: layouts shared by all engines, personalities and debuggers. */
/* Generated from the contract in src/contracts/vcpu.ts by `npm run generate`. Do not edit. */
#ifndef VM_PLUGIN_VCPU_H
#define VM_PLUGIN_VCPU_H

#include "memory.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VMP_ARCHITECTURE_RISCV64 = 1, VMP_ARCHITECTURE_X86_64 = 2, VMP_ARCHITECTURE_AARCH64 = 3 };

/* Bits of vmp_vcpu.requests. Any thread sets them (release); an engine that sees one leaves with VMP_EXIT_INTERRUPTED.
 */
enum { VMP_REQUEST_STOP = 1, VMP_REQUEST_PAUSE = 2, VMP_REQUEST_INTERRUPT = 4 };

enum {
  VMP_EXIT_NONE = 0,
  VMP_EXIT_BUDGET = 1,              /* the budget is used up; run again to go on */
  VMP_EXIT_INTERRUPTED = 2,         /* vmp_vcpu.requests is not 0 */
  VMP_EXIT_SYSTEM_CALL = 3,         /* the state's pc is already behind the instruction; exit.pc is at it */
  VMP_EXIT_MEMORY_FAULT = 4,        /* payload memory; the state is as before the instruction, as in all exits below */
  VMP_EXIT_ILLEGAL_INSTRUCTION = 5, /* payload instruction */
  VMP_EXIT_BREAKPOINT = 6,
  VMP_EXIT_MMIO = 7,    /* payload io; the next run completes the instruction, reads with io.data */
  VMP_EXIT_PORT_IO = 8, /* payload io; likewise */
  VMP_EXIT_HALT = 9,    /* waits for an interrupt */
  VMP_EXIT_SHUTDOWN = 10,
  VMP_EXIT_MISALIGNED = 11, /* payload memory: an access that the architecture requires to be aligned */
  VMP_EXIT_EXCEPTION = 12,  /* payload exception: any other, by the architecture's own number */
  VMP_EXIT_STEPPED = 13,
  VMP_EXIT_ENGINE_ERROR = 14 /* payload error: the engine cannot go on */
};

enum {
  /* set by the core on a MEMORY_FAULT at a device's address: run describes the access instead of running
   * (arch.simulator) */
  VMP_EXIT_FLAG_DESCRIBE = 1
};

typedef struct vmp_exit_memory {
  uint64_t address; /* all ones when unknown */
  uint32_t size;    /* of the access; 0 when unknown */
  uint32_t access;  /* VMP_PROTECTION_*, one of them, or 0 when unknown */
} vmp_exit_memory;

typedef struct vmp_exit_io {
  uint64_t address; /* or port */
  uint32_t size;    /* 1, 2, 4, 8 */
  uint32_t write;   /* 0 or 1 */
  uint64_t data;
  uint32_t count; /* repetitions of a string instruction; 1 else */
  uint32_t reserved;
} vmp_exit_io;

typedef struct vmp_exit_instruction {
  uint32_t size;
  uint32_t reserved;
  uint8_t bytes[16];
} vmp_exit_instruction;

typedef struct vmp_exit_exception {
  uint32_t vector;
  uint32_t has_error_code;
  uint64_t error_code;
  uint64_t address;
} vmp_exit_exception;

typedef struct vmp_exit_error {
  char message[64]; /* terminated */
} vmp_exit_error;

typedef struct vmp_exit {
  uint32_t kind;  /* VMP_EXIT_* */
  uint32_t flags; /* VMP_EXIT_FLAG_* */
  uint64_t pc;    /* of the instruction that left */
  union {
    vmp_exit_memory memory;
    vmp_exit_io io;
    vmp_exit_instruction instruction;
    vmp_exit_exception exception;
    vmp_exit_error error;
    uint64_t raw[8];
  } u;
} vmp_exit;

/* The architecture's state lies VMP_VCPU_STATE_OFFSET bytes behind the start of this header. */
#define VMP_VCPU_STATE_OFFSET 256u

typedef struct vmp_vcpu {
  uint32_t struct_size;  /* header and state */
  uint32_t architecture; /* VMP_ARCHITECTURE_* */
  uint32_t index;        /* unique in the machine */
  VMP_ATOMIC(uint32_t) requests;
  vmp_machine *machine;
  vmp_address_space *space;
  void *engine_data;      /* the engine's own */
  void *personality_data; /* the personality's own */
  uint64_t instructions;  /* retired; up to date at every exit */
  uint64_t reserved;
  vmp_exit exit;
} vmp_vcpu;

VMP_STATIC_ASSERT(sizeof(vmp_vcpu) <= VMP_VCPU_STATE_OFFSET, "the header ends before the state");

typedef struct vmp_riscv64_state {
  uint64_t x[32]; /* x[0] reads 0 */
  uint64_t pc;
  uint64_t f[32]; /* NaN-boxed */
  uint32_t fcsr;  /* bits 7:5 frm, 4:0 fflags */
  uint32_t reserved;
  uint64_t reservation_address; /* of LR; all ones when there is none */
  uint64_t reservation_value;
} vmp_riscv64_state;

/* Parts of the architecture's state layout. Of x86-64; of AArch64: */
enum {
  /* gpr, rip, rflags; x, sp_el0, sp_el1, pc, pstate: always up to date at an exit, and always taken over by run */
  VMP_STATE_GENERAL = 1,
  VMP_STATE_SYSTEM = 2,  /* segments, descriptor tables, control registers, efer, apic_base; those that end in _el1 */
  VMP_STATE_VECTOR = 4,  /* xcr0, xsave; v, fpcr, fpsr */
  VMP_STATE_MODEL = 8,   /* kernel_gs_base, star, lstar, cstar, sfmask; tpidr_*, cnt* */
  VMP_STATE_COUNTER = 16 /* tsc. It is the host's own, where the backend can have it so, until it is written */
};

typedef struct vmp_x86_64_segment {
  uint64_t base;
  uint32_t limit;
  uint16_t selector;
  uint16_t attributes; /* as VMX access rights: type 3:0, S 4, DPL 6:5, P 7, AVL 12, L 13, DB 14, G 15, unusable 8 */
} vmp_x86_64_segment;

typedef struct vmp_x86_64_state {
  uint64_t gpr[16]; /* rax rcx rdx rbx rsp rbp rsi rdi r8 to r15 */
  uint64_t rip;
  uint64_t rflags;
  vmp_x86_64_segment cs;
  vmp_x86_64_segment ds;
  vmp_x86_64_segment es;
  vmp_x86_64_segment fs;
  vmp_x86_64_segment gs;
  vmp_x86_64_segment ss;
  vmp_x86_64_segment tr;
  vmp_x86_64_segment ldt;
  uint64_t gdt_base;
  uint64_t idt_base;
  uint16_t gdt_limit;
  uint16_t idt_limit;
  uint32_t reserved;
  uint64_t cr0;
  uint64_t cr2;
  uint64_t cr3;
  uint64_t cr4;
  uint64_t cr8;
  uint64_t efer;
  uint64_t xcr0;
  uint64_t apic_base;
  uint64_t kernel_gs_base;
  uint64_t star;
  uint64_t lstar;
  uint64_t cstar;
  uint64_t sfmask;
  uint64_t tsc;
  uint64_t xsave_size; /* bytes of xsave that are valid */
  uint8_t xsave[4096]; /* standard format (Intel SDM volume 1, section 13.4) */
} vmp_x86_64_state;

/* The system registers are those of the same names (Arm ARM, chapter D19). */
typedef struct vmp_aarch64_state {
  uint64_t x[31];
  uint64_t sp_el0;
  uint64_t sp_el1;
  uint64_t pc;
  uint64_t pstate; /* as SPSR_EL1 holds it */
  uint64_t v[64];  /* 32 registers of two words, the low one first */
  uint32_t fpcr;
  uint32_t fpsr;
  uint64_t sctlr_el1;
  uint64_t cpacr_el1;
  uint64_t ttbr0_el1;
  uint64_t ttbr1_el1;
  uint64_t tcr_el1;
  uint64_t mair_el1;
  uint64_t amair_el1;
  uint64_t vbar_el1;
  uint64_t elr_el1;
  uint64_t spsr_el1;
  uint64_t esr_el1;
  uint64_t far_el1;
  uint64_t afsr0_el1;
  uint64_t afsr1_el1;
  uint64_t par_el1;
  uint64_t contextidr_el1;
  uint64_t csselr_el1;
  uint64_t mdscr_el1;
  uint64_t mpidr_el1;
  uint64_t tpidr_el0;
  uint64_t tpidr_el1;
  uint64_t tpidrro_el0;
  uint64_t cntkctl_el1;
  uint64_t cntv_ctl_el0;
  uint64_t cntv_cval_el0;
} vmp_aarch64_state;

/* Where a system call finds its operands: byte offsets into the state, each of a 64-bit register. */
typedef struct vmp_system_call_abi {
  uint32_t struct_size;
  uint32_t architecture; /* VMP_ARCHITECTURE_* */
  uint16_t number;
  uint16_t result;
  uint16_t arguments[6];
  uint16_t stack_pointer;
  uint16_t program_counter;
  uint16_t thread_pointer;
  uint16_t instruction_size; /* of the system-call instruction: restart is pc -= this */
} vmp_system_call_abi;

/* What every compiler must agree on. */
VMP_STATIC_ASSERT(offsetof(vmp_exit_memory, address) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_exit_memory, size) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_exit_memory, access) == 12, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_exit_memory) == 16, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_exit_io, address) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_exit_io, size) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_exit_io, write) == 12, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_exit_io, data) == 16, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_exit_io, count) == 24, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_exit_io) == 32, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_exit_instruction, size) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_exit_instruction, bytes) == 8, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_exit_instruction) == 24, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_exit_exception, vector) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_exit_exception, has_error_code) == 4, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_exit_exception, error_code) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_exit_exception, address) == 16, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_exit_exception) == 24, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_exit_error, message) == 0, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_exit_error) == 64, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_exit, kind) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_exit, flags) == 4, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_exit, pc) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_exit, u) == 16, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_exit) == 80, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_vcpu, struct_size) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_vcpu, architecture) == 4, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_vcpu, index) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_vcpu, requests) == 12, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_vcpu, machine) == 16, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_vcpu, space) == 24, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_vcpu, engine_data) == 32, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_vcpu, personality_data) == 40, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_vcpu, instructions) == 48, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_vcpu, exit) == 64, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_vcpu) == 144, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_riscv64_state, x) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_riscv64_state, pc) == 256, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_riscv64_state, f) == 264, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_riscv64_state, fcsr) == 520, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_riscv64_state, reservation_address) == 528, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_riscv64_state, reservation_value) == 536, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_riscv64_state) == 544, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_x86_64_segment, base) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_64_segment, limit) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_64_segment, selector) == 12, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_64_segment, attributes) == 14, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_x86_64_segment) == 16, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_x86_64_state, gpr) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_64_state, rip) == 128, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_64_state, rflags) == 136, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_64_state, cs) == 144, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_64_state, ds) == 160, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_64_state, es) == 176, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_64_state, fs) == 192, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_64_state, gs) == 208, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_64_state, ss) == 224, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_64_state, tr) == 240, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_64_state, ldt) == 256, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_64_state, gdt_base) == 272, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_64_state, idt_base) == 280, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_64_state, gdt_limit) == 288, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_64_state, idt_limit) == 290, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_64_state, cr0) == 296, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_64_state, cr2) == 304, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_64_state, cr3) == 312, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_64_state, cr4) == 320, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_64_state, cr8) == 328, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_64_state, efer) == 336, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_64_state, xcr0) == 344, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_64_state, apic_base) == 352, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_64_state, kernel_gs_base) == 360, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_64_state, star) == 368, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_64_state, lstar) == 376, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_64_state, cstar) == 384, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_64_state, sfmask) == 392, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_64_state, tsc) == 400, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_64_state, xsave_size) == 408, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_x86_64_state, xsave) == 416, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_x86_64_state) == 4512, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_aarch64_state, x) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_aarch64_state, sp_el0) == 248, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_aarch64_state, sp_el1) == 256, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_aarch64_state, pc) == 264, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_aarch64_state, pstate) == 272, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_aarch64_state, v) == 280, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_aarch64_state, fpcr) == 792, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_aarch64_state, fpsr) == 796, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_aarch64_state, sctlr_el1) == 800, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_aarch64_state, cpacr_el1) == 808, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_aarch64_state, ttbr0_el1) == 816, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_aarch64_state, ttbr1_el1) == 824, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_aarch64_state, tcr_el1) == 832, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_aarch64_state, mair_el1) == 840, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_aarch64_state, amair_el1) == 848, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_aarch64_state, vbar_el1) == 856, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_aarch64_state, elr_el1) == 864, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_aarch64_state, spsr_el1) == 872, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_aarch64_state, esr_el1) == 880, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_aarch64_state, far_el1) == 888, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_aarch64_state, afsr0_el1) == 896, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_aarch64_state, afsr1_el1) == 904, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_aarch64_state, par_el1) == 912, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_aarch64_state, contextidr_el1) == 920, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_aarch64_state, csselr_el1) == 928, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_aarch64_state, mdscr_el1) == 936, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_aarch64_state, mpidr_el1) == 944, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_aarch64_state, tpidr_el0) == 952, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_aarch64_state, tpidr_el1) == 960, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_aarch64_state, tpidrro_el0) == 968, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_aarch64_state, cntkctl_el1) == 976, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_aarch64_state, cntv_ctl_el0) == 984, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_aarch64_state, cntv_cval_el0) == 992, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_aarch64_state) == 1000, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_system_call_abi, struct_size) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_system_call_abi, architecture) == 4, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_system_call_abi, number) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_system_call_abi, result) == 10, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_system_call_abi, arguments) == 12, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_system_call_abi, stack_pointer) == 24, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_system_call_abi, program_counter) == 26, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_system_call_abi, thread_pointer) == 28, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_system_call_abi, instruction_size) == 30, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_system_call_abi) == 32, "fixed size");

#ifdef __cplusplus
}
#endif
#endif
