/** The contract `accel.virtualization`: runs guest code on the hardware's own virtualization. */
import {
  contract,
  enumeration,
  field,
  i32,
  input,
  itemFields,
  layout,
  method,
  native,
  output,
  pointer,
  reserved,
  string,
  structSize,
  table,
  u32,
  u64,
} from "./language/index.ts";
import vcpuContract, { architecture, stateClass, systemCallAbi, vcpu } from "./vcpu.ts";

export const virtualizationFeature = enumeration({
  name: "VirtualizationFeature",
  prefix: "VMP_VIRTUALIZATION",
  flags: true,
  values: {
    READ_ONLY_MEMORY: 1,
    DIRTY_LOG: 2,
    INTERRUPT_CONTROLLER: { value: 4, summary: "device_create knows it" },
    TIMER: { value: 8, summary: "device_create knows it" },
    IO_EVENT: { value: 16, summary: "io_event" },
    LINE_EVENT: { value: 32, summary: "line_event" },
    SINGLE_STEP: { value: 64, summary: "VMP_RUN_STEP" },
    FAULT_ADDRESS: { value: 128, summary: "a MEMORY_FAULT that the host's mappings cause can name its address" },
    SEVERAL_VCPUS: 256,
  },
});

export const slotFlag = enumeration({
  name: "SlotFlag",
  prefix: "VMP_SLOT",
  flags: true,
  values: {
    READ_ONLY: { value: 1, summary: "a write is an MMIO exit" },
    LOG_DIRTY: { value: 2, summary: "memory_dirty tells which pages virtual CPUs have written" },
  },
});

export const hardwareDevice = enumeration({
  name: "HardwareDevice",
  prefix: "VMP_HARDWARE",
  unknown: "keep",
  values: {
    INTERRUPT_CONTROLLER: { value: 1, summary: "before the first vcpu_create; a HALT is then waited for inside run" },
    TIMER: { value: 2, summary: "after the controller" },
  },
});

export const runFlag = enumeration({
  name: "RunFlag",
  prefix: "VMP_RUN",
  flags: true,
  values: {
    STEP: { value: 1, summary: "one instruction, then STEPPED" },
    COMPLETE: { value: 2, summary: "completes the instruction of an MMIO or PORT_IO exit, and runs nothing more" },
  },
});

export const virtualization = layout("vmp_virtualization", { summary: "What a backend offers on this host." }, [
  structSize(),
  field("features", virtualizationFeature),
  field("physical_bits", u32, "of guest-physical addresses"),
  field("slots", u32, "memory_map at one time, of one virtual machine"),
  field("largest_vcpus", u32),
  field("xsave_size", u32, "bytes that VMP_STATE_VECTOR fills"),
  field("xcr0", u64, "the state components that guests may enable"),
]);

export const identityLeaf = layout(
  "vmp_identity_leaf",
  { growth: "never", summary: "What CPUID answers (Intel SDM volume 2, CPUID)." },
  [
    field("leaf", u32),
    field("subleaf", u32),
    field("has_subleaf", u32, "0: for every subleaf"),
    field("eax", u32),
    field("ebx", u32),
    field("ecx", u32),
    field("edx", u32),
    reserved(),
  ],
);

export const identity = layout("vmp_identity", {}, [
  structSize(),
  reserved(),
  ...itemFields("leaves", identityLeaf, "count", ""),
]);

export const virtualizationCapabilities = layout("vmp_accel_virtualization_capabilities", {}, [
  structSize(),
  field("architecture", architecture),
  field("state_size", u32, "bytes of the architecture's state layout that it uses"),
  field("address_bits", u32, "the largest arena that a program can have"),
  field("hwcap", u64, "as Linux gives a process in AT_HWCAP and AT_HWCAP2; 0: as the processor has it"),
  field("hwcap2", u64),
  field("isa", string, "as vmp_arch_simulator_capabilities has it"),
  field("system_call", systemCallAbi),
]);

const vm = native("vm", pointer("void"));
const vcpuParameter = native("vcpu", pointer(vcpu));
const address = input("address", u64);
const size = input("size", u64);

export default contract({
  id: "accel.virtualization",
  prefix: "vmp",
  version: { major: 1, minor: 0 },
  summary: "The contract `accel.virtualization`: runs guest code on the hardware's own virtualization.",
  tiers: ["inline"],
  domain: "machine",
  uses: [vcpuContract],
  declarations: [
    virtualizationFeature,
    slotFlag,
    hardwareDevice,
    runFlag,
    virtualization,
    identityLeaf,
    identity,
    virtualizationCapabilities,
  ],
  capabilities: virtualizationCapabilities,
  table: table("vmp_accel_virtualization", {}, [
    method(
      "describe",
      {
        thread: "any",
        idempotent: true,
        errors: ["UNSUPPORTED", "DENIED"],
        summary: "What this host offers, or why it offers nothing.",
      },
      [output("host", virtualization)],
    ),
    method(
      "vm_create",
      {
        thread: "control",
        nativeOnly: true,
        errors: ["UNSUPPORTED", "DENIED", "OUT_OF_MEMORY"],
        summary: "A virtual machine without memory or virtual CPUs.",
      },
      [native("vm", pointer(pointer("void")))],
    ),
    method("vm_destroy", { thread: "control", nativeOnly: true, returns: "void", summary: "After its virtual CPUs." }, [
      vm,
    ]),
    method(
      "memory_map",
      {
        thread: "any",
        nativeOnly: true,
        errors: ["INVALID_ARGUMENT", "OUT_OF_MEMORY", "UNSUPPORTED"],
        summary:
          "Host addresses as guest-physical ones: page multiples that overlap no other slot. The host's own mappings there decide at each moment: a page that they forbid is a MEMORY_FAULT. The memory is the caller's, until memory_unmap or vm_destroy.",
      },
      [vm, address, native("memory", pointer("void")), size, input("flags", slotFlag)],
    ),
    method(
      "memory_unmap",
      { thread: "any", nativeOnly: true, errors: ["NOT_FOUND"], summary: "A slot, by its first address." },
      [vm, address],
    ),
    method(
      "memory_dirty",
      {
        thread: "any",
        nativeOnly: true,
        errors: ["NOT_FOUND", "UNSUPPORTED"],
        summary:
          "The pages of a slot that virtual CPUs have written since the last call: a bit each, the first one the lowest of the first word. The host's own writes are not among them.",
      },
      [vm, address, native("bits", pointer(u64)), input("words", u64)],
    ),
    method(
      "device_create",
      {
        thread: "control",
        nativeOnly: true,
        optional: true,
        errors: ["UNSUPPORTED"],
        summary: "A device of the hardware's.",
      },
      [vm, input("device", hardwareDevice)],
    ),
    method(
      "line_set",
      {
        thread: "any",
        nativeOnly: true,
        optional: true,
        errors: ["UNSUPPORTED"],
        summary: "An interrupt line, 0 or 1.",
      },
      [vm, input("line", u32), input("level", u32)],
    ),
    method(
      "line_event",
      {
        thread: "any",
        nativeOnly: true,
        optional: true,
        errors: ["UNSUPPORTED", "INVALID_ARGUMENT"],
        summary: "While `on`, a write to an event descriptor pulses the line, without this process.",
      },
      [vm, input("line", u32), input("descriptor", i32), input("on", u32)],
    ),
    method(
      "io_event",
      {
        thread: "any",
        nativeOnly: true,
        optional: true,
        errors: ["UNSUPPORTED", "INVALID_ARGUMENT"],
        summary:
          "While `on`, a write of `size` bytes to an address (is_port: to a port) is counted on an event descriptor in place of an exit.",
      },
      [vm, address, input("size", u32), input("is_port", u32), input("descriptor", i32), input("on", u32)],
    ),
    method(
      "identity",
      {
        thread: "any",
        nativeOnly: true,
        errors: ["TOO_SMALL"],
        summary:
          "What the host's processor and the backend support together. *count comes in as the capacity and goes out as the number.",
      },
      [native("leaves", pointer(identityLeaf)), native("count", pointer(u32))],
    ),
    method(
      "vcpu_create",
      {
        thread: "control",
        nativeOnly: true,
        errors: ["OUT_OF_MEMORY", "UNSUPPORTED", "INVALID_ARGUMENT"],
        summary: "Sets vcpu->engine_data. The state is the processor's after a reset, and all of it is in the layout.",
      },
      [vm, vcpuParameter, input("identity", identity)],
    ),
    method("vcpu_destroy", { thread: "control", nativeOnly: true, returns: "void", summary: "After its last run." }, [
      vcpuParameter,
    ]),
    method(
      "vcpu_read",
      {
        thread: "vcpu",
        nativeOnly: true,
        errors: ["UNSUPPORTED"],
        summary: "Parts of the state, from the processor into the layout.",
      },
      [vcpuParameter, input("classes", stateClass)],
    ),
    method(
      "vcpu_write",
      {
        thread: "vcpu",
        nativeOnly: true,
        errors: ["UNSUPPORTED", "INVALID_ARGUMENT"],
        summary: "From the layout into the processor. INVALID_ARGUMENT: no processor can be in such a state.",
      },
      [vcpuParameter, input("classes", stateClass)],
    ),
    method(
      "vcpu_interrupt",
      {
        thread: "vcpu",
        nativeOnly: true,
        errors: ["BUSY", "UNSUPPORTED"],
        summary:
          "Delivers an external interrupt at the next run; where there is no interrupt controller. BUSY: the guest takes none now; run leaves with INTERRUPTED when it does.",
      },
      [vcpuParameter, input("vector", u32)],
    ),
    method(
      "run",
      {
        thread: "vcpu",
        nativeOnly: true,
        returns: "void",
        summary:
          "Takes VMP_STATE_GENERAL over, runs until an exit and describes it in vcpu->exit. After an MMIO or PORT_IO exit it first completes that instruction, a read with exit.u.io.data.",
      },
      [vcpuParameter, input("flags", runFlag)],
    ),
    method(
      "kick",
      {
        thread: "any",
        nativeOnly: true,
        returns: "void",
        summary:
          "After a request was set: brings the virtual CPU out of run, with INTERRUPTED, or the next run ends at once.",
      },
      [vcpuParameter],
    ),
  ]),
});
