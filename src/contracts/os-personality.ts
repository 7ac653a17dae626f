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
} from "./language/index.ts";
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
  declarations: [action, mount, spawn, personalityCapabilities],
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
  ]),
});
