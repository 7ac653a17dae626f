/** A virtual CPU and its exits: layouts shared by all engines, personalities and debuggers. */
import { machine } from "./abi.ts";
import {
  array,
  atomic,
  characters,
  constant,
  contract,
  enumeration,
  field,
  fieldsOf,
  layout,
  pointer,
  reserved,
  structSize,
  u8,
  u16,
  u32,
  u64,
  union,
} from "./language/index.ts";
import memory, { addressSpace, protection } from "./memory.ts";

export const architecture = enumeration({
  name: "Architecture",
  prefix: "VMP_ARCHITECTURE",
  unknown: "keep",
  values: { RISCV64: 1, X86_64: 2, AARCH64: 3 },
});

export const vcpuRequest = enumeration({
  name: "VcpuRequest",
  prefix: "VMP_REQUEST",
  flags: true,
  summary:
    "Bits of vmp_vcpu.requests. Any thread sets them (release); an engine that sees one leaves with VMP_EXIT_INTERRUPTED.",
  values: { STOP: 1, PAUSE: 2, INTERRUPT: 4 },
});

export const exitKind = enumeration({
  name: "ExitKind",
  prefix: "VMP_EXIT",
  unknown: "keep",
  values: {
    NONE: 0,
    BUDGET: { value: 1, summary: "the budget is used up; run again to go on" },
    INTERRUPTED: { value: 2, summary: "vmp_vcpu.requests is not 0" },
    SYSTEM_CALL: { value: 3, summary: "the state's pc is already behind the instruction; exit.pc is at it" },
    MEMORY_FAULT: {
      value: 4,
      summary: "payload memory; the state is as before the instruction, as in all exits below",
    },
    ILLEGAL_INSTRUCTION: { value: 5, summary: "payload instruction" },
    BREAKPOINT: 6,
    MMIO: { value: 7, summary: "payload io; the next run completes the instruction, reads with io.data" },
    PORT_IO: { value: 8, summary: "payload io; likewise" },
    HALT: { value: 9, summary: "waits for an interrupt" },
    SHUTDOWN: 10,
    MISALIGNED: { value: 11, summary: "payload memory: an access that the architecture requires to be aligned" },
    EXCEPTION: { value: 12, summary: "payload exception: any other, by the architecture's own number" },
    STEPPED: 13,
    ENGINE_ERROR: { value: 14, summary: "payload error: the engine cannot go on" },
  },
});

export const exitFlag = enumeration({
  name: "ExitFlag",
  prefix: "VMP_EXIT_FLAG",
  flags: true,
  values: {
    DESCRIBE: {
      value: 1,
      summary:
        "set by the core on a MEMORY_FAULT at a device's address: run describes the access instead of running (arch.simulator)",
    },
  },
});

export const exitMemory = layout("vmp_exit_memory", {}, [
  field("address", u64, "all ones when unknown"),
  field("size", u32, "of the access; 0 when unknown"),
  field("access", protection, "one of them, or 0 when unknown"),
]);

export const exitIo = layout("vmp_exit_io", {}, [
  field("address", u64, "or port"),
  field("size", u32, "1, 2, 4, 8"),
  field("write", u32, "0 or 1"),
  field("data", u64),
  field("count", u32, "repetitions of a string instruction; 1 else"),
  reserved(),
]);

export const exitInstruction = layout("vmp_exit_instruction", {}, [
  field("size", u32),
  reserved(),
  field("bytes", array(u8, 16)),
]);

export const exitException = layout("vmp_exit_exception", {}, [
  field("vector", u32),
  field("has_error_code", u32),
  field("error_code", u64),
  field("address", u64),
]);

export const exitError = layout("vmp_exit_error", {}, [field("message", characters(64), "terminated")]);

export const exit = layout("vmp_exit", {}, [
  field("kind", exitKind),
  field("flags", exitFlag),
  field("pc", u64, "of the instruction that left"),
  field(
    "u",
    union({
      memory: exitMemory,
      io: exitIo,
      instruction: exitInstruction,
      exception: exitException,
      error: exitError,
      raw: array(u64, 8),
    }),
  ),
]);

const stateOffset = constant(
  "VMP_VCPU_STATE_OFFSET",
  256,
  "The architecture's state lies VMP_VCPU_STATE_OFFSET bytes behind the start of this header.",
  { unsigned: true },
);

export const vcpu = layout(
  "vmp_vcpu",
  { growth: "never", maximumSize: { constant: stateOffset.name, reason: "the header ends before the state" } },
  [
    structSize("header and state"),
    field("architecture", architecture),
    field("index", u32, "unique in the machine"),
    field("requests", atomic(u32, "release")),
    field("machine", pointer(machine)),
    field("space", pointer(addressSpace)),
    field("engine_data", pointer("void"), "the engine's own"),
    field("personality_data", pointer("void"), "the personality's own"),
    field("instructions", u64, "retired; up to date at every exit"),
    reserved(u64),
    field("exit", exit),
  ],
);

export const riscv64State = layout("vmp_riscv64_state", { growth: "stride" }, [
  field("x", array(u64, 32), "x[0] reads 0"),
  field("pc", u64),
  field("f", array(u64, 32), "NaN-boxed"),
  field("fcsr", u32, "bits 7:5 frm, 4:0 fflags"),
  reserved(),
  field("reservation_address", u64, "of LR; all ones when there is none"),
  field("reservation_value", u64),
]);

export const stateClass = enumeration({
  name: "StateClass",
  prefix: "VMP_STATE",
  flags: true,
  summary: "Parts of the architecture's state layout. Of x86-64; of AArch64:",
  values: {
    GENERAL: {
      value: 1,
      summary:
        "gpr, rip, rflags; x, sp_el0, sp_el1, pc, pstate: always up to date at an exit, and always taken over by run",
    },
    SYSTEM: {
      value: 2,
      summary: "segments, descriptor tables, control registers, efer, apic_base; those that end in _el1",
    },
    VECTOR: { value: 4, summary: "xcr0, xsave; v, fpcr, fpsr" },
    MODEL: { value: 8, summary: "kernel_gs_base, star, lstar, cstar, sfmask; tpidr_*, cnt*" },
    COUNTER: { value: 16, summary: "tsc. It is the host's own, where the backend can have it so, until it is written" },
  },
});

export const x86Segment = layout("vmp_x86_64_segment", {}, [
  field("base", u64),
  field("limit", u32),
  field("selector", u16),
  field("attributes", u16, "as VMX access rights: type 3:0, S 4, DPL 6:5, P 7, AVL 12, L 13, DB 14, G 15, unusable 8"),
]);

export const x86State = layout("vmp_x86_64_state", { growth: "stride" }, [
  field("gpr", array(u64, 16), "rax rcx rdx rbx rsp rbp rsi rdi r8 to r15"),
  ...fieldsOf(u64, "rip", "rflags"),
  ...fieldsOf(x86Segment, "cs", "ds", "es", "fs", "gs", "ss", "tr", "ldt"),
  ...fieldsOf(u64, "gdt_base", "idt_base"),
  ...fieldsOf(u16, "gdt_limit", "idt_limit"),
  reserved(),
  ...fieldsOf(u64, "cr0", "cr2", "cr3", "cr4", "cr8"),
  ...fieldsOf(u64, "efer", "xcr0", "apic_base", "kernel_gs_base", "star", "lstar", "cstar", "sfmask", "tsc"),
  field("xsave_size", u64, "bytes of xsave that are valid"),
  field("xsave", array(u8, 4096), "standard format (Intel SDM volume 1, section 13.4)"),
]);

export const aarch64State = layout(
  "vmp_aarch64_state",
  { growth: "stride", summary: "The system registers are those of the same names (Arm ARM, chapter D19)." },
  [
    field("x", array(u64, 31)),
    ...fieldsOf(u64, "sp_el0", "sp_el1", "pc"),
    field("pstate", u64, "as SPSR_EL1 holds it"),
    field("v", array(u64, 64), "32 registers of two words, the low one first"),
    ...fieldsOf(u32, "fpcr", "fpsr"),
    ...fieldsOf(u64, "sctlr_el1", "cpacr_el1", "ttbr0_el1", "ttbr1_el1", "tcr_el1", "mair_el1", "amair_el1"),
    ...fieldsOf(u64, "vbar_el1", "elr_el1", "spsr_el1", "esr_el1", "far_el1", "afsr0_el1", "afsr1_el1", "par_el1"),
    ...fieldsOf(u64, "contextidr_el1", "csselr_el1", "mdscr_el1", "mpidr_el1"),
    ...fieldsOf(u64, "tpidr_el0", "tpidr_el1", "tpidrro_el0", "cntkctl_el1", "cntv_ctl_el0", "cntv_cval_el0"),
  ],
);

export const systemCallAbi = layout(
  "vmp_system_call_abi",
  {
    growth: "never",
    summary: "Where a system call finds its operands: byte offsets into the state, each of a 64-bit register.",
  },
  [
    structSize(),
    field("architecture", architecture),
    ...fieldsOf(u16, "number", "result"),
    field("arguments", array(u16, 6)),
    ...fieldsOf(u16, "stack_pointer", "program_counter", "thread_pointer"),
    field("instruction_size", u16, "of the system-call instruction: restart is pc -= this"),
  ],
);

export default contract({
  id: "vmp.vcpu",
  kind: "shared",
  version: { major: 1, minor: 0 },
  summary: "A virtual CPU and its exits: layouts shared by all engines, personalities and debuggers.",
  uses: [memory],
  declarations: [
    architecture,
    vcpuRequest,
    exitKind,
    exitFlag,
    exitMemory,
    exitIo,
    exitInstruction,
    exitException,
    exitError,
    exit,
    stateOffset,
    vcpu,
    riscv64State,
    stateClass,
    x86Segment,
    x86State,
    aarch64State,
    systemCallAbi,
  ],
});
