/** A virtual machine: asks the host for implementations of the points that it needs and wires them. Names no plugin. */
import { closeSync } from "node:fs";
import { reasonOf, VmPluginError } from "../errors.ts";
import type { Implementation } from "../host/plugin-record.ts";
import {
  closeNativeMachine,
  createNativeMachine,
  guardNative,
  type NativeMachine,
  type NativeSpawn,
  pauseNativeMachine,
  type RunEvent,
  sealNativeMachine,
} from "../native.ts";
import { checkKeys, refuse } from "./checks.ts";
import { type Closers, closeAll, warnOf } from "./closers.ts";
import { GuestProcess } from "./guest-process.ts";
import { type MachineOptions, machineOptionNames } from "./machine-options.ts";
import { memorySize } from "./memory-size.ts";
import { hostOf } from "./open-host.ts";
import { addPart, holdParts } from "./parts.ts";
import { type OpenProgram, openProgram } from "./program.ts";
import { type CheckedSpawn, checkSpawn, type SpawnOptions } from "./spawn-options.ts";
import { openStandardStreams, type StandardStreams } from "./standard-streams.ts";

export type { MachineOptions } from "./machine-options.ts";
export type { SpawnOptions } from "./spawn-options.ts";

const sealTimeout = 10_000;
const closeTimeout = 10_000;
const pauseTimeout = 10_000;

/** What a machine is made of. */
interface Parts {
  readonly engine: Implementation;
  readonly personality: Implementation;
  readonly native: NativeMachine;
  readonly options: MachineOptions;
  readonly processes: Map<number, GuestProcess>;
  readonly closers: Closers;
}

/**
 * A machine that nobody holds any more and that was not closed is closed here. One in which a guest runs is held by that guest,
 * whose end somebody may be waiting for.
 */
const dropped = new FinalizationRegistry<Closers>((closers) => {
  void closeAll(closers).then(warnOf);
});

export class Machine {
  readonly engine: Implementation;
  readonly personality: Implementation;
  readonly #native: NativeMachine;
  readonly #options: MachineOptions;
  readonly #processes: Map<number, GuestProcess>;
  readonly #closers: Closers;
  #stopped = false;
  #closing: Promise<void> | undefined;

  private constructor(parts: Parts) {
    this.engine = parts.engine;
    this.personality = parts.personality;
    this.#native = parts.native;
    this.#options = parts.options;
    this.#processes = parts.processes;
    this.#closers = parts.closers;
    dropped.register(this, parts.closers, this);
  }

  /** Chooses, loads and starts the plugins that the machine needs. Nothing runs yet. */
  static async create(options: MachineOptions): Promise<Machine> {
    checkKeys("", options, machineOptionNames);
    const memory = memorySize("memory", options.memory ?? "1GiB");
    const closers: Closers = [];
    try {
      const host = await hostOf(options, closers);
      const { engine, personality, devices } = await holdParts(host, options, closers);
      const processes = new Map<number, GuestProcess>();
      const native = createNativeMachine(memory, (event) => deliver(processes, event));
      closers.push(() => closeNativeMachine(native, closeTimeout));
      for (const part of [engine, personality, ...devices]) {
        const close = await addPart(native, host, part, options);
        // Before the machine's own closer: its instances go first, then what they were made for.
        if (close !== undefined) closers.splice(-1, 0, close);
      }
      await sealNativeMachine(native, sealTimeout);
      return new Machine({
        engine: engine.implementation,
        personality: personality.implementation,
        native,
        options,
        processes,
        closers,
      });
    } catch (error) {
      // What failed first is what the caller has to hear of.
      warnOf(await closeAll(closers));
      throw error;
    }
  }

  /**
   * Starts a program. It is looked up below the root if there is one, else on the host. Throws a VmPluginError, and has then
   * opened nothing, for arguments that are not valid, for a program that is none and once the machine is stopped.
   */
  spawn(program: string, args: readonly string[] = [], options: SpawnOptions = {}): GuestProcess {
    const checked = checkSpawn(program, args, options);
    this.#refuseStopped();
    return this.spawnOpened(checked, openProgram(checked, this.#rootOf(checked), this.#options));
  }

  /** As spawn, for what is checked and opened already. The descriptor is taken over, also when it throws. */
  spawnOpened(checked: CheckedSpawn, { descriptor, architecture }: OpenProgram): GuestProcess {
    const { standard, signal, root, readOnly, ...passed } = checked;
    let streams: StandardStreams | undefined;
    let run: number;
    let program = descriptor;
    try {
      this.#refuseStopped();
      signal?.throwIfAborted();
      if (architecture !== this.#options.architecture) {
        const reasons = `the machine was made for ${this.#options.architecture}`;
        throw new VmPluginError("VMP_NO_ENGINE", { architecture, reasons });
      }
      const grant = this.#grantOf(checked);
      if (this.#rootOf(checked) !== undefined) {
        // The personality looks it up itself, as the guest would.
        closeSync(program);
        program = -1;
      }
      streams = openStandardStreams(standard);
      const { descriptors } = streams;
      run = guardNative(() => this.#native.spawn({ ...passed, ...grant, program, standard: descriptors }));
    } catch (error) {
      // The core takes the program's descriptor over only with a run.
      if (program >= 0) closeSync(program);
      streams?.abandon();
      throw error;
    }
    const process = new GuestProcess(
      streams,
      this.personality.plugin.manifest.id,
      // This holds the machine for as long as the guest runs.
      (target, number) => this.#processes.has(run) && this.#native.signal(run, target, number),
    );
    this.#processes.set(run, process);
    if (signal !== undefined) this.#abortWith(signal, run, process);
    return process;
  }

  #rootOf(spawn: CheckedSpawn): string | undefined {
    return spawn.root ?? this.#options.root;
  }

  /** The root as the personality takes it for this program. */
  #grantOf(spawn: CheckedSpawn): Pick<NativeSpawn, "root" | "rootReadOnly"> {
    if (spawn.root === undefined && spawn.readOnly === undefined) return { root: "", rootReadOnly: false };
    const root = this.#rootOf(spawn);
    if (root === undefined) throw refuse("readOnly", "there is no root that it could be said of");
    return { root, rootReadOnly: spawn.readOnly ?? this.#options.readOnly ?? false };
  }

  #refuseStopped(): void {
    if (!this.#stopped && this.#closing === undefined) return;
    throw refuse("machine", `it is ${this.#closing === undefined ? "stopped" : "closed"}; create another`);
  }

  /** All of guest memory, without a copy. Not for use after the machine's guests have ended and others have its pages. */
  get memory(): ArrayBuffer {
    return guardNative(() => this.#native.memory());
  }

  /**
   * Brings every virtual CPU to rest, also those whose guest waits in a call; resolves when none runs any more. What a guest
   * is granted in time goes on. VMP_TIMED_OUT when one does not come back from a plugin; it rests when it does.
   */
  pause(): Promise<void> {
    return pauseNativeMachine(this.#native, pauseTimeout);
  }

  /** Lets them go on. Nothing happens when they were not paused. */
  resume(): void {
    guardNative(() => this.#native.resume());
  }

  /** Ends every process, whose `exit` rejects with VMP_CANCELLED, and refuses to start another. */
  stop(reason = "the machine"): void {
    this.#stopped = true;
    this.#native.stop("VMP_CANCELLED", reason);
  }

  /** Stops what runs, waits for it and lets go of everything, then rejects with the first failure of that. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    dropped.unregister(this);
    if (this.#processes.size > 0) this.stop();
    await Promise.allSettled([...this.#processes.values()].map((process) => process.exit));
    const [first, ...others] = await closeAll(this.#closers);
    warnOf(others);
    if (first !== undefined) throw first;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #abortWith(signal: AbortSignal, run: number, process: GuestProcess): void {
    const abort = () => {
      const reason = `the program (${reasonOf(signal.reason)})`;
      // Its end may be on the way already, and the machine closed.
      if (this.#processes.has(run)) this.#native.stopRun(run, "VMP_CANCELLED", reason);
    };
    signal.addEventListener("abort", abort, { once: true });
    process.exit.catch(() => {}).finally(() => signal.removeEventListener("abort", abort));
  }
}

function deliver(processes: Map<number, GuestProcess>, event: RunEvent): void {
  const process = processes.get(event.run);
  if (event.kind === "refused" || event.kind === "ended") processes.delete(event.run);
  process?.receive(event);
}
