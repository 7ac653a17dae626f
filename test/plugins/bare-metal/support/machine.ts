/** A machine for one guest that owns the processor. */
import type { GuestExit } from "../../../../src/machine/guest-exit.ts";
import { Machine } from "../../../../src/machine/machine.ts";
import type { MachineOptions } from "../../../../src/machine/machine-options.ts";
import type { SpawnOptions } from "../../../../src/machine/spawn-options.ts";
import type { Configuration } from "../../../../src/sdk/define-plugin.ts";
import { textOf } from "../../../machine/output.ts";
import { missingDevice } from "../../../support/device.ts";
import { missing } from "../../../support/programs.ts";

/** Why tests that run a guest are skipped; false when they can be. */
export const cannotRun: false | string = missing("gcc") || missingDevice("/dev/kvm");

export interface GuestOptions {
  /** Of bare-metal. */
  readonly settings?: Configuration;
  readonly machine?: Partial<MachineOptions>;
  readonly spawn?: SpawnOptions;
  readonly args?: readonly string[];
  readonly input?: string;
}

export interface GuestResult extends GuestExit {
  readonly output: string;
}

export function createMachine({ settings = {}, machine = {} }: GuestOptions = {}): Promise<Machine> {
  const { configuration, ...others } = machine;
  return Machine.create({
    architecture: "x86_64",
    personality: "bare-metal",
    memory: "16M",
    devices: ["serial-16550", "debug-exit"],
    configuration: { "bare-metal": settings, ...configuration },
    ...others,
  });
}

/** Runs an image to its end, in a machine of its own. Rejects as Machine.create, spawn and exit do. */
export async function runImage(image: string, options: GuestOptions = {}): Promise<GuestResult> {
  await using machine = await createMachine(options);
  const limits = { time: "30s" };
  const stdin = options.input === undefined ? "ignore" : "pipe";
  const guest = machine.spawn(image, options.args ?? [], { limits, stdin, stderr: "ignore", ...options.spawn });
  if (options.input !== undefined) guest.stdin?.write(options.input);
  const [output, exit] = await Promise.all([textOf(guest.stdout), guest.exit]);
  return { ...exit, output };
}
