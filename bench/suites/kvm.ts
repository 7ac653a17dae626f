/** x86-64 guests on KVM: programs against the host, exits and machines against a plain C loop, the command against Node alone. */
import { accessSync, constants } from "node:fs";
import type { SuiteContext } from "../harness/suite.ts";
import { localCompiler } from "../harness/toolchain.ts";
import { deviceRows } from "../kvm/devices.ts";
import { machineRows } from "../kvm/machines.ts";
import { memoryRows } from "../kvm/memory.ts";
import { programRows } from "../kvm/programs.ts";
import { startRow } from "../kvm/start.ts";
import { systemCallRows } from "../kvm/system-calls.ts";

export default async function kvm(context: SuiteContext): Promise<void> {
  try {
    accessSync("/dev/kvm", constants.R_OK | constants.W_OK);
  } catch (error) {
    context.skip("kvm", (error as Error).message);
    return;
  }
  const sides = { context, compiler: localCompiler() };
  systemCallRows(sides);
  machineRows(sides);
  deviceRows(sides);
  startRow(sides);
  await memoryRows(sides);
  programRows(sides);
}
