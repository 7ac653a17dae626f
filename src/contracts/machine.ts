/** What a personality or a device asks of the machine that it belongs to: the service `vmp.machine/1`. */
import { machine } from "./abi.ts";
import virtualization, { hardwareDevice } from "./accel-virtualization.ts";
import {
  contract,
  field,
  i32,
  i64,
  input,
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
import { addressSpace, guestMemory } from "./memory.ts";
import { stateClass, vcpu } from "./vcpu.ts";

export const processResult = layout("vmp_process_result", { summary: "How a guest process ended." }, [
  structSize(),
  field("process", u32, "the guest's process id"),
  field("exit_code", i32, "when signal is 0"),
  field("signal", i32, "Linux number of the signal that killed it, else 0"),
  field("limit", string, "the name of the limit that ended it, else empty"),
  field("processes", u32, "that its run has had so far"),
  reserved(),
  field("system_calls", u64, "of its run so far"),
  field(
    "refused_calls",
    string,
    'of its run so far: "NAME COUNT" of each call that is not implemented, joined by ", "',
  ),
  field("detail", string, 'one line for a person ("SIGSEGV at pc 0x..., address 0x..."), else empty'),
]);

export const callAnswer = layout(
  "vmp_call_answer",
  { growth: "never", summary: "What a system call answers whenever it is made." },
  [field("number", u64), field("result", u64)],
);

const machineParameter = native("machine", pointer(machine));
const vcpuParameter = native("vcpu", pointer(vcpu));

export const machineService = table("vmp_machine_service", {}, [
  method("memory", { thread: "any", self: false, returns: pointer(guestMemory, { constant: true }) }, [
    machineParameter,
  ]),
  method(
    "vcpu_create",
    {
      thread: "any",
      self: false,
      summary:
        "A stopped virtual CPU with a zeroed state, of the architecture of the machine's engine; its instructions and time count for `run`, as vmp_spawn names it.",
    },
    [
      machineParameter,
      input("run", u32),
      native("space", pointer(addressSpace)),
      native("vcpu", pointer(pointer(vcpu))),
    ],
  ),
  method(
    "vcpu_start",
    {
      thread: "any",
      self: false,
      summary:
        "Gives it a host thread of its own, which runs it until the personality ends it. Not for the one that spawn answers.",
    },
    [vcpuParameter],
  ),
  method(
    "vcpu_destroy",
    {
      thread: "any",
      self: false,
      returns: "void",
      summary:
        "For one that was never started; started ones are destroyed by the machine after their thread has ended.",
    },
    [vcpuParameter],
  ),
  method(
    "vcpu_set_space",
    {
      thread: "vcpu",
      self: false,
      returns: "void",
      summary:
        "Goes on in another space of the same run, from the next instruction on. The state is the caller's to set.",
    },
    [vcpuParameter, native("space", pointer(addressSpace))],
  ),
  method(
    "vcpu_interrupt",
    {
      thread: "any",
      self: false,
      returns: "void",
      summary: "Sets VMP_REQUEST_INTERRUPT and brings it out of the engine or of `wait`.",
    },
    [vcpuParameter],
  ),
  method(
    "vcpu_acknowledge",
    { thread: "vcpu", self: false, returns: u32, summary: "Clears VMP_REQUEST_INTERRUPT; the requests that were set." },
    [vcpuParameter],
  ),
  method(
    "wait",
    {
      thread: "vcpu",
      self: false,
      error: false,
      summary:
        "Sleeps until `descriptor` has one of poll(2)'s `events` (-1: no descriptor), the time is over (negative: never) or a request comes. OK, TIMED_OUT, CANCELLED (a request is pending), or INVALID_ARGUMENT. *revents may be NULL.",
      errors: ["TIMED_OUT", "CANCELLED", "INVALID_ARGUMENT"],
    },
    [
      vcpuParameter,
      input("descriptor", i32),
      input("events", u32),
      input("nanoseconds", i64),
      native("revents", pointer(u32)),
    ],
  ),
  method(
    "process_ended",
    {
      thread: "any",
      self: false,
      returns: "void",
      summary:
        "Reports the end of a guest process. That of the one that spawn made is the result of its run, which has ended when its last virtual CPU has.",
    },
    [machineParameter, input("run", u32), input("result", processResult)],
  ),
  method(
    "run_limit",
    {
      thread: "any",
      self: false,
      returns: "void",
      summary: "Ends a run by a limit of the personality's: every virtual CPU of it gets VMP_REQUEST_STOP.",
    },
    [machineParameter, input("run", u32), input("limit", string), input("detail", string)],
  ),
  method(
    "process_stopped",
    {
      thread: "any",
      self: false,
      returns: "void",
      summary:
        "Tells that a guest process was stopped by a signal, by its Linux number. That of the one that spawn made is told to whoever spawned it.",
    },
    [machineParameter, input("run", u32), input("process", u32), input("signal", u32)],
  ),
  method(
    "vcpu_load",
    {
      thread: "vcpu",
      self: false,
      errors: ["UNSUPPORTED"],
      summary:
        "Brings parts of the state, VMP_STATE_*, into the layout. VMP_STATE_GENERAL is there at each exit; an engine that keeps the rest in the layout has nothing to do.",
    },
    [vcpuParameter, input("classes", stateClass)],
  ),
  method(
    "vcpu_store",
    {
      thread: "any",
      self: false,
      returns: "void",
      summary:
        "These parts of the state were changed in the layout: the next run takes them over. Before it, or on its thread.",
    },
    [vcpuParameter, input("classes", stateClass)],
  ),
  method(
    "vdso",
    {
      thread: "any",
      self: false,
      error: false,
      returns: u64,
      summary: "The guest address of an ELF image in every space that tells the time (vdso(7)); 0: there is none.",
    },
    [machineParameter],
  ),
  method(
    "hardware_create",
    {
      thread: "any",
      self: false,
      errors: ["UNSUPPORTED"],
      summary:
        "A device of the hypervisor's for the guest that owns this space's processors; before the first of them is made.",
    },
    [native("space", pointer(addressSpace)), input("device", hardwareDevice)],
  ),
  method(
    "line_set",
    {
      thread: "any",
      self: false,
      errors: ["UNSUPPORTED", "NOT_FOUND"],
      summary:
        "An interrupt line, 0 or 1, of the machine's guest that owns the processor. NOT_FOUND: there is none, or it has no interrupt controller.",
    },
    [machineParameter, input("line", u32), input("level", u32)],
  ),
  method(
    "standard_stream",
    {
      thread: "any",
      self: false,
      returns: i32,
      summary:
        "The descriptor of standard stream 0, 1 or 2 of the machine's guest that owns the processor, for a device to use until its reset, which comes at the guest's end; -1 when there is no guest.",
    },
    [machineParameter, input("number", u32)],
  ),
  method(
    "power_off",
    {
      thread: "any",
      self: false,
      returns: "void",
      summary: "Ends the machine's guest that owns the processor, with an exit code. The first one stands.",
    },
    [machineParameter, input("exit_code", i32)],
  ),
  method(
    "call_ended",
    {
      thread: "any",
      self: false,
      returns: "void",
      summary:
        "The end of a call that vmp_os_personality.call began. With a status but OK, `reason` says what became of its process instead.",
    },
    [machineParameter, input("id", u64), input("status", u32), input("result", u64), input("reason", string)],
  ),
  method(
    "answers_set",
    {
      thread: "any",
      self: false,
      returns: "void",
      summary:
        "From now on the engine may answer these system calls of whoever runs in the space by itself, without an exit; those that were set before are not answered any more. None of its virtual CPUs runs guest code meanwhile. For some engines this does nothing, and each has an upper bound: what is most frequent comes first.",
    },
    [
      native("space", pointer(addressSpace)),
      native("answers", pointer(callAnswer, { constant: true })),
      input("count", u32),
    ],
  ),
]);

export default contract({
  id: "vmp.machine/1",
  kind: "service",
  version: { major: 1, minor: 0 },
  summary: "What a personality or a device asks of the machine that it belongs to: the service `vmp.machine/1`.",
  uses: [virtualization],
  declarations: [processResult, callAnswer],
  table: machineService,
});
