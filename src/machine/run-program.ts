/** One program in a machine of its own: the machine lives as long as the program. */
import { closeSync } from "node:fs";
import type { GuestProcess } from "./guest-process.ts";
import { Machine, type MachineOptions, type SpawnOptions } from "./machine.ts";
import { openProgram } from "./program.ts";

export interface RunOptions extends Omit<MachineOptions, "architecture">, SpawnOptions {}

export interface RunningProgram {
  /** The name of the engine that runs it. */
  readonly engine: string;
  readonly process: GuestProcess;
  /** As the process's, settled when the machine is closed. */
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
  options.signal?.throwIfAborted();
  const { descriptor, architecture } = openProgram(program, options.root);
  closeSync(descriptor);
  const machine = await Machine.create({ ...options, architecture });
  let guest: GuestProcess;
  try {
    guest = machine.spawn(program, args, options);
  } catch (error) {
    await machine.close();
    throw error;
  }
  const exit = guest.exit.finally(() => machine.close());
  exit.catch(() => {});
  return { engine: machine.engine.name, process: guest, exit };
}
