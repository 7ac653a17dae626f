/** One program in a machine of its own: the machine lives as long as the program. */
import { closeSync } from "node:fs";
import { checkKeys } from "./checks.ts";
import { warnOf } from "./closers.ts";
import type { GuestProcess } from "./guest-process.ts";
import { Machine } from "./machine.ts";
import { type MachineOptions, machineOptionNames } from "./machine-options.ts";
import { openProgram } from "./program.ts";
import { checkSpawn, type SpawnOptions, spawnOptionNames } from "./spawn-options.ts";

export interface RunOptions extends Omit<MachineOptions, "architecture">, SpawnOptions {
  /** Of an image that does not say it itself, for the personality that is named. Default: as the program's ELF header has it. */
  readonly architecture?: string | undefined;
}

const ofMachine: readonly string[] = machineOptionNames;

export interface RunningProgram {
  /** The name of the engine that runs it. */
  readonly engine: string;
  readonly process: GuestProcess;
  /** As the process's, settled when the machine is closed. What fails while it is closed is a warning of Node's process. */
  readonly exit: GuestProcess["exit"];
}

/**
 * Runs a static Linux program. The engine is chosen by the architecture that it was built for.
 *
 * Rejects, before anything runs, when there is no such program or no engine for it; `exit` rejects when the program is
 * refused by the personality or the machine fails.
 */
export async function runProgram(
  program: string,
  args: readonly string[] = [],
  options: RunOptions = {},
): Promise<RunningProgram> {
  checkKeys("", options, [...new Set([...spawnOptionNames, ...ofMachine])]);
  // The root is the machine's, which has one program.
  const { root, ...own } = checkSpawn(program, args, pick(options, spawnOptionNames));
  const checked = { ...own, root: undefined, readOnly: undefined };
  const opened = openProgram(checked, root, options);
  let machine: Machine;
  try {
    machine = await Machine.create({ ...pick(options, ofMachine), architecture: opened.architecture });
  } catch (error) {
    closeSync(opened.descriptor);
    throw error;
  }
  let guest: GuestProcess;
  try {
    guest = machine.spawnOpened(checked, opened);
  } catch (error) {
    await close(machine);
    throw error;
  }
  const exit = guest.exit.finally(() => close(machine));
  exit.catch(() => {});
  return { engine: machine.engine.name, process: guest, exit };
}

function pick(options: RunOptions, names: readonly string[]): Omit<RunOptions, "architecture"> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => names.includes(name)));
}

/** What the guest did stands, whatever fails afterwards. */
function close(machine: Machine): Promise<void> {
  return machine.close().catch((error: unknown) => warnOf([error]));
}
