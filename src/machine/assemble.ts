/** Putting a machine together: its plugins are held, its instances made and attached. */
import type { Implementation } from "../host/plugin-record.ts";
import {
  closeNativeMachine,
  createNativeMachine,
  type NativeMachine,
  type RunEvent,
  sealNativeMachine,
} from "../native.ts";
import { type Closers, closeAll, warnOf } from "./closers.ts";
import type { GuestProcess } from "./guest-process.ts";
import type { MachineOptions } from "./machine-options.ts";
import { addPart, holdParts } from "./parts.ts";
import type { SharedHost } from "./shared-host.ts";

const sealTimeout = 10_000;
const closeTimeout = 10_000;

/** What a machine is made of. */
export interface Assembly {
  readonly engine: Implementation;
  readonly personality: Implementation;
  readonly native: NativeMachine;
  readonly options: MachineOptions;
  /** Bytes. */
  readonly memory: number;
  readonly host: SharedHost;
  /** Those that have not ended, by the number of their run. */
  readonly processes: Map<number, GuestProcess>;
  readonly closers: Closers;
}

/** memory: bytes. The host is held for as long as the machine is there. */
export async function assemble(options: MachineOptions, memory: number, host: SharedHost): Promise<Assembly> {
  const closers: Closers = [host.hold()];
  try {
    const { engine, personality, devices } = await holdParts(host.manager, options, closers);
    const processes = new Map<number, GuestProcess>();
    const native = createNativeMachine(memory, (event) => deliver(processes, event));
    closers.push(() => closeNativeMachine(native, closeTimeout));
    for (const part of [engine, personality, ...devices]) {
      const close = await addPart(native, host.manager, part, options);
      // Before the machine's own closer: its instances go first, then what they were made for.
      if (close !== undefined) closers.splice(-1, 0, close);
    }
    await sealNativeMachine(native, sealTimeout);
    return {
      engine: engine.implementation,
      personality: personality.implementation,
      native,
      options,
      memory,
      host,
      processes,
      closers,
    };
  } catch (error) {
    // What failed first is what the caller has to hear of.
    warnOf(await closeAll(closers));
    throw error;
  }
}

function deliver(processes: Map<number, GuestProcess>, event: RunEvent): void {
  const process = processes.get(event.run);
  if (event.kind === "refused" || event.kind === "ended") processes.delete(event.run);
  process?.receive(event);
}
