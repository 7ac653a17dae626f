/** The contract `os.personality`: the operating system that a guest without a kernel sees. */
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
  pointer,
  reserved,
  string,
  structSize,
  table,
  u32,
  u64,
} from "./language/index.ts";
import { addressSpace } from "./memory.ts";
import vcpuContract, { vcpu } from "./vcpu.ts";

export const action = enumeration({
  name: "Action",
  prefix: "VMP_ACTION",
  summary: "What the machine does after an exit was handled.",
  values: { RESUME: 1, END_VCPU: 2 },
});

export const mount = layout(
  "vmp_mount",
  { growth: "never", summary: "A folder or file of the host that a guest sees at a path." },
  [
    field("host", string, "path on the host"),
    field("guest", string, "absolute path in the guest; below it lies what the host has there"),
    field("read_only", u32, "0 or 1"),
    reserved(),
  ],
);

export const spawn = layout("vmp_spawn", {}, [
  structSize(),
  field(
    "program",
    i32,
    "descriptor of the program on the host, owned by the callee; -1: look `path` up below the root",
  ),
  field("path", string, "as the guest sees it"),
  ...itemFields("arguments", string, "argument_count", "with argument 0"),
  ...itemFields("environment", string, "environment_count", "KEY=VALUE"),
  field("working_directory", string, 'empty: "/"'),
  field("standard_input", i32, "descriptors that become the guest's 0, 1, 2; borrowed until its run has ended"),
  field("standard_output", i32),
  field("standard_error", i32),
  field("run", u32, "what this call starts: the process and all that come from it; unique in the machine"),
  field("root", string, 'folder of the host that is the guest\'s "/"; empty: as configured'),
  field("root_read_only", u32, "0 or 1; of `root`"),
  field("process_limit", u32, "processes of the run at one time; 0: no limit"),
  ...itemFields("mounts", mount, "mount_count", "below them what the root has there is hidden; later ones come first"),
  field("open_file_limit", u32, "descriptors of one process; 0: no limit but the guest's own"),
  field("trace", i32, "descriptor for one line a system call, borrowed until the run has ended; -1: none"),
]);

export const restoredStreams = layout(
  "vmp_restored_streams",
  { growth: "never", summary: "What a run's processes have for the host's descriptors that were given to its spawn." },
  [
    field("run", u32),
    field("standard_input", i32, "borrowed until the run has ended"),
    field("standard_output", i32),
    field("standard_error", i32),
    field("trace", i32, "-1: none"),
    reserved(),
  ],
);

export const restore = layout(
  "vmp_restore",
  { summary: "What the machine has made ready for the processes of a snapshot; all of it is as it was then." },
  [
    structSize(),
    reserved(),
    field("snapshot", pointer("void", { constant: true })),
    field("spaces", pointer(pointer(addressSpace)), "with the ids that they had"),
    field("space_count", u64),
    field("vcpus", pointer(pointer(vcpu)), "with the indices that they had; the machine starts them"),
    field("vcpu_count", u64),
    ...itemFields("streams", restoredStreams, "stream_count", "of each run with a process that has not ended"),
  ],
);

export const functionCall = layout("vmp_function_call", { summary: "A function of a guest's that the host calls." }, [
  structSize(),
  field("run", u32),
  field("id", u64, "of the call, for call_ended"),
  field("symbol", string, "of the program's symbol table"),
  ...itemFields("arguments", u64, "argument_count", "integers or guest addresses, six at most"),
]);

export const personalityCapabilities = layout("vmp_os_personality_capabilities", {}, [
  structSize(),
  field(
    "whole_processor",
    u32,
    "1: its guests own the processor, with all its modes, ports and physical addresses; a machine runs one of them at a time, on accel.virtualization. 0: they are programs",
  ),
]);

export default contract({
  id: "os.personality",
  prefix: "vmp",
  version: { major: 1, minor: 0 },
  summary: "The contract `os.personality`: the operating system that a guest without a kernel sees.",
  tiers: ["inline", "process"],
  domain: "machine",
  uses: [vcpuContract],
  declarations: [action, mount, spawn, restoredStreams, restore, functionCall, personalityCapabilities],
  capabilities: personalityCapabilities,
  table: table("vmp_os_personality", {}, [
    method(
      "spawn",
      {
        thread: "control",
        nativeOnly: true,
        summary:
          "Makes a process. *vcpu is ready at its first instruction and is started by the machine; *process is its id.",
      },
      [input("spawn", spawn), native("vcpu", pointer(pointer(vcpu))), native("process", pointer(u32))],
    ),
    method(
      "handle_exit",
      {
        thread: "vcpu",
        nativeOnly: true,
        returns: action,
        unreachable: 2,
        summary:
          "Any exit that no debugger or device took. VMP_ACTION_*. With a request pending, ends or resumes the virtual CPU.",
      },
      [native("vcpu", pointer(vcpu))],
    ),
    method(
      "signal",
      {
        thread: "any",
        errors: ["NOT_FOUND", "INVALID_ARGUMENT", "BUSY"],
        summary:
          "Sends guest processes of a run a signal, by its Linux number: `process` when it is positive, the process group -process when it is negative, the foreground process group of the run's terminal when it is 0.",
      },
      [input("run", u32), input("process", i32), input("signal", u32)],
    ),
    method(
      "snapshot",
      {
        thread: "control",
        nativeOnly: true,
        optional: true,
        errors: ["UNSUPPORTED", "OUT_OF_MEMORY"],
        summary:
          "While every virtual CPU rests in the run loop: *snapshot is what `restore` needs of the processes and of what they share but their memory and registers, which the machine keeps. It outlives the instance. UNSUPPORTED names what cannot be kept.",
      },
      [native("snapshot", pointer(pointer("void")))],
    ),
    method("snapshot_destroy", { thread: "any", self: false, nativeOnly: true, optional: true, returns: "void" }, [
      native("snapshot", pointer("void")),
    ]),
    method(
      "restore",
      {
        thread: "control",
        nativeOnly: true,
        optional: true,
        errors: ["UNSUPPORTED", "IO", "OUT_OF_MEMORY"],
        summary:
          "Makes the processes of a snapshot, of this instance or of another with the same configuration; those that are there are gone without a word to anyone. No virtual CPU runs guest code or a method. What the machine has made ready is not to be destroyed here. On failure there is no process.",
      },
      [input("restore", restore)],
    ),
    method(
      "call",
      {
        thread: "any",
        nativeOnly: true,
        optional: true,
        errors: ["NOT_FOUND", "INVALID_ARGUMENT", "BUSY", "UNSUPPORTED"],
        summary:
          "Calls a function in the first process of a run, once that waits in a system call or is stopped, as a signal would; call_ended tells its result. NOT_FOUND: no such process or symbol. BUSY: another call is under way.",
      },
      [input("call", functionCall)],
    ),
    method(
      "call_withdraw",
      {
        thread: "any",
        nativeOnly: true,
        optional: true,
        returns: "void",
        summary:
          "Takes back a call that has not begun: call_ended comes with CANCELLED. Nothing happens to one that has begun, or has ended.",
      },
      [input("run", u32), input("id", u64)],
    ),
  ]),
});
