/** The contract `arch.simulator`: runs the instructions of one guest architecture. */
import {
  contract,
  field,
  input,
  layout,
  method,
  native,
  pointer,
  string,
  structSize,
  table,
  u32,
  u64,
} from "./language/index.ts";
import { addressSpace } from "./memory.ts";
import vcpuContract, { architecture, systemCallAbi, vcpu } from "./vcpu.ts";

export const simulatorCapabilities = layout("vmp_arch_simulator_capabilities", {}, [
  structSize(),
  field("architecture", architecture),
  field("state_size", u32, "bytes of the architecture's state layout that it uses"),
  field("address_bits", u32, "the largest arena that it can address"),
  field("hwcap", u64, "as Linux gives a process in AT_HWCAP and AT_HWCAP2"),
  field("hwcap2", u64),
  field("isa", string, '"rv64imafdc_zicsr_..."'),
  field("system_call", systemCallAbi),
]);

const vcpuParameter = native("vcpu", pointer(vcpu));

export default contract({
  id: "arch.simulator",
  prefix: "vmp",
  version: { major: 1, minor: 0 },
  summary: "The contract `arch.simulator`: runs the instructions of one guest architecture.",
  tiers: ["inline", "process"],
  domain: "machine",
  uses: [vcpuContract],
  declarations: [simulatorCapabilities],
  capabilities: simulatorCapabilities,
  table: table("vmp_arch_simulator", {}, [
    method(
      "vcpu_attach",
      {
        thread: "control",
        optional: true,
        nativeOnly: true,
        summary: "Before the first run; may set vcpu->engine_data.",
      },
      [vcpuParameter],
    ),
    method(
      "vcpu_detach",
      { thread: "control", optional: true, nativeOnly: true, returns: "void", summary: "After the last run." },
      [vcpuParameter],
    ),
    method(
      "run",
      {
        thread: "vcpu",
        nativeOnly: true,
        returns: "void",
        summary:
          "Runs until an exit and describes it in vcpu->exit. budget: instructions to retire at most, roughly (all ones: no bound). A guest access goes straight to space->base after the bounds check. When the host faults there, the core leaves this function by siglongjmp and completes the exit as MEMORY_FAULT with vcpu's state as it stands: so the engine keeps pc and the registers exact in the state before each access, and holds no lock and no object with a destructor across one. When vcpu->exit comes in as a MEMORY_FAULT with VMP_EXIT_FLAG_DESCRIBE, run executes nothing: it clears the flag and turns the exit into MMIO for the load or store at pc, or leaves it a MEMORY_FAULT when the instruction is no access that a device can serve. The run after an MMIO or PORT_IO exit first completes that instruction (a read with exit.u.io.data, pc moves behind it), then goes on.",
      },
      [vcpuParameter, input("budget", u64)],
    ),
    method(
      "invalidate",
      {
        thread: "any",
        optional: true,
        nativeOnly: true,
        returns: "void",
        summary: "Decoded or translated code of the range is stale.",
      },
      [native("space", pointer(addressSpace)), input("address", u64), input("size", u64)],
    ),
  ]),
});
