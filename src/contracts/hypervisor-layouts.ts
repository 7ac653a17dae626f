/** Layouts of the service `vmp.hypervisor/1`: those of WHPX and HVF, and of the emulator that both use. */
import {
  array,
  enumeration,
  field,
  fieldsOf,
  functionPointer,
  i32,
  input,
  layout,
  method,
  native,
  pointer,
  reserved,
  u8,
  u16,
  u32,
  u64,
} from "./language/index.ts";
import { x86Segment } from "./vcpu.ts";

const physicalAccess = (name: string, verb: string, constant: boolean) =>
  field(
    name,
    functionPointer(
      method(
        name,
        {
          thread: "vcpu",
          self: false,
          error: false,
          returns: i32,
          summary: `${verb} guest-physical memory within one page: 0, 1 where a device is, less than 0 where the host's mappings forbid it.`,
        },
        [
          native("context", pointer("void")),
          input("address", u64),
          native("bytes", pointer("void", { constant })),
          input("size", u64),
        ],
      ),
    ),
  );

export const x86Emulator = layout(
  "vmp_x86_emulator",
  {
    growth: "never",
    summary:
      "One instruction that touches a device, where the hypervisor leaves it to the program. Zeroed before the first.",
  },
  [
    field("context", pointer("void"), "of read and write"),
    physicalAccess("read", "Reads", false),
    physicalAccess("write", "Writes", true),
    field("bytes", array(u8, 16), "of the instruction, when the hypervisor tells them"),
    field("count", u32, "of bytes; 0: they are read from the guest's memory"),
    field("port_length", u32, "of an IN or OUT, not INS or OUTS, when its length, port and size are known; 0 else"),
    field("port", u16),
    field("port_size", u8, "1, 2, 4"),
    field("port_write", u8, "0 or 1"),
    field("answered", u32, "how many of `answers` there are: the emulator's"),
    field("answers", array(u64, 2)),
    field("expected", u32, "1: exit.u.io.data is the next answer: the emulator's"),
    reserved(),
  ],
);

export const emulation = enumeration({
  name: "Emulation",
  prefix: "VMP_EMULATION",
  values: {
    DONE: { value: 0, summary: "the state is as behind the instruction" },
    EXIT: { value: 1, summary: "the exit is described; after it, emulate again" },
  },
});

export const whpxExitReason = enumeration({
  name: "WhpxExitReason",
  prefix: "VMP_WHPX_EXIT",
  summary: "WHV_RUN_VP_EXIT_REASON",
  unknown: "keep",
  values: {
    NONE: 0,
    MEMORY_ACCESS: 1,
    PORT_ACCESS: 2,
    UNRECOVERABLE_EXCEPTION: 4,
    INVALID_REGISTER_VALUE: 5,
    UNSUPPORTED_FEATURE: 6,
    INTERRUPT_WINDOW: 7,
    HALT: 8,
    MSR_ACCESS: 0x1000,
    CPUID: 0x1001,
    EXCEPTION: 0x1002,
    CANCELED: 0x2001,
  },
});

export const whpxCapability = enumeration({
  name: "WhpxCapability",
  prefix: "VMP_WHPX_CAPABILITY",
  summary: "WHV_CAPABILITY_CODE",
  unknown: "keep",
  values: { HYPERVISOR_PRESENT: 0, FEATURES: 1, EXTENDED_VM_EXITS: 2, EXCEPTION_EXIT_BITMAP: 3 },
});

export const whpxProperty = enumeration({
  name: "WhpxProperty",
  prefix: "VMP_WHPX_PROPERTY",
  summary: "WHV_PARTITION_PROPERTY_CODE",
  unknown: "keep",
  values: {
    EXTENDED_VM_EXITS: 1,
    EXCEPTION_EXIT_BITMAP: 2,
    CPUID_EXIT_LIST: 0x1003,
    PROCESSOR_COUNT: 0x1fff,
  },
});

export const whpxRegister = enumeration({
  name: "WhpxRegister",
  prefix: "VMP_WHPX_REGISTER",
  summary:
    "WHV_REGISTER_NAME without its highest bit, which no enumerator of C may have; of those that the state layout has no place for",
  unknown: "keep",
  values: {
    PENDING_INTERRUPTION: 0,
    INTERRUPT_STATE: 1,
    PENDING_EVENT: 2,
    DELIVERABILITY_NOTIFICATIONS: 4,
  },
});

/** Offsets are WHV_RUN_VP_EXIT_CONTEXT's. */
export const whpxMemoryAccess = layout("vmp_whpx_memory_access", {}, [
  field("count", u8),
  field("reserved0", array(u8, 3)),
  field("bytes", array(u8, 16)),
  field("information", u32, "1:0 read, write, execute; 2 no range is mapped there; 3 linear is valid"),
  field("physical", u64),
  field("linear", u64),
]);

export const whpxPortAccess = layout("vmp_whpx_port_access", {}, [
  field("count", u8),
  field("reserved0", array(u8, 3)),
  field("bytes", array(u8, 16)),
  field("information", u32, "0 write, 3:1 size, 4 string, 5 repeated"),
  field("port", u16),
  field("reserved1", array(u16, 3)),
  ...fieldsOf(u64, "rax", "rcx", "rsi", "rdi"),
  ...fieldsOf(x86Segment, "ds", "es"),
]);

export const whpxModelAccess = layout("vmp_whpx_msr_access", {}, [
  field("write", u32, "bit 0"),
  field("number", u32),
  ...fieldsOf(u64, "rax", "rdx"),
]);

export const whpxCpuidAccess = layout("vmp_whpx_cpuid_access", {}, [
  ...fieldsOf(u64, "rax", "rcx", "rdx", "rbx", "default_rax", "default_rcx", "default_rdx", "default_rbx"),
]);

export const whpxException = layout("vmp_whpx_exception", {}, [
  field("count", u8),
  field("reserved0", array(u8, 3)),
  field("bytes", array(u8, 16)),
  field("information", u32, "0 the error code is valid, 1 of an instruction"),
  field("vector", u8),
  field("reserved1", array(u8, 3)),
  field("error_code", u32),
  field("parameter", u64),
]);

export const whpxExit = layout("vmp_whpx_exit", { summary: "WHV_RUN_VP_EXIT_CONTEXT, byte for byte." }, [
  field("reason", whpxExitReason),
  reserved(),
  field("execution_state", u16, "1:0 privilege level, 6 an interruption is pending, 12 interrupt shadow"),
  field("length_and_cr8", u8, "3:0 length of the instruction, 7:4 CR8"),
  field("reserved1", u8),
  field("reserved2", u32),
  field("cs", x86Segment),
  ...fieldsOf(u64, "rip", "rflags"),
  field("details", array(u64, 22), "a vmp_whpx_memory_access, port_access, msr_access, cpuid_access or exception"),
]);

export const hvfMemory = enumeration({
  name: "HvfMemory",
  prefix: "VMP_HVF_MEMORY",
  flags: true,
  summary: "hv_memory_flags_t",
  values: { READ: 1, WRITE: 2, EXECUTE: 4 },
});

export const hvfCapability = enumeration({
  name: "HvfCapability",
  prefix: "VMP_HVF_CAPABILITY",
  summary: "hv_vmx_capability_t",
  unknown: "keep",
  values: {
    PIN_BASED: 0,
    PROCESSOR_BASED: 1,
    PROCESSOR_BASED2: 2,
    ENTRY: 3,
    EXIT: 4,
  },
});

export const hvfExitReason = enumeration({
  name: "HvfExitReason",
  prefix: "VMP_HVF_EXIT",
  summary: "hv_exit_reason_t, of AArch64",
  unknown: "keep",
  values: { CANCELED: 0, EXCEPTION: 1, TIMER: 2, UNKNOWN: 3 },
});

export const hvfExit = layout("vmp_hvf_exit", { summary: "hv_vcpu_exit_t, of AArch64." }, [
  field("reason", hvfExitReason),
  reserved(),
  field("syndrome", u64, "as ESR_EL2"),
  field("virtual_address", u64),
  field("physical_address", u64),
]);
