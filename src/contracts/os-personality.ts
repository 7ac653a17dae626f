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
  reserved(),
]);

export default contract({
  id: "os.personality",
  prefix: "vmp",
  version: { major: 1, minor: 0 },
  summary: "The contract `os.personality`: the operating system that a guest without a kernel sees.",
  tiers: ["inline", "process"],
  domain: "machine",
  uses: [vcpuContract],
  declarations: [action, spawn],
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
        errors: ["NOT_FOUND", "INVALID_ARGUMENT"],
        summary: "Sends the guest process a signal, by its Linux number.",
      },
      [input("process", u32), input("signal", u32)],
    ),
  ]),
});
