/** A virtual machine: asks the host for implementations of the points that it needs and wires them. Names no plugin. */
import { closeSync } from "node:fs";
import { reasonOf, VmPluginError } from "../errors.ts";
import type { Implementation } from "../host/plugin-record.ts";
import {
  guardNative,
  type NativeMachine,
  type NativeSpawn,
  pauseNativeMachine,
  restoreNativeMachine,
  takeNativeSnapshot,
} from "../native.ts";
import { type Assembly, assemble } from "./assemble.ts";
import { checkKeys, kindOf, refuse } from "./checks.ts";
import { type Closers, closeAll, warnOf } from "./closers.ts";
import { GuestProcess } from "./guest-process.ts";
import { type MachineOptions, machineOptionNames } from "./machine-options.ts";
import { memorySize } from "./memory-size.ts";
import { hostOf } from "./open-host.ts";
import { type OpenProgram, openProgram } from "./program.ts";
import { SharedHost } from "./shared-host.ts";
import { type CheckedFork, checkFork, type ForkOptions, Snapshot, type SnapshotSource } from "./snapshot.ts";
import { type CheckedSpawn, checkSpawn, type SpawnOptions } from "./spawn-options.ts";
import { openStandardStreams, type StandardStreams } from "./standard-streams.ts";

export type { MachineOptions } from "./machine-options.ts";
export type { SpawnOptions } from "./spawn-options.ts";

const pauseTimeout = 10_000;
const snapshotTimeout = 10_000;

/**
 * A machine that nobody holds any more and that was not closed is closed here. One in which a guest runs is held by that guest,
 * whose end somebody may be waiting for.
 */
const dropped = new FinalizationRegistry<Closers>((closers) => {
  void closeAll(closers).then(warnOf);
});

export class Machine {
  readonly #assembly: Assembly;
  #paused = false;
  #stopped = false;
  #closing: Promise<void> | undefined;

  private constructor(assembly: Assembly) {
    this.#assembly = assembly;
    dropped.register(this, assembly.closers, this);
  }

  get engine(): Implementation {
    return this.#assembly.engine;
  }

  get personality(): Implementation {
    return this.#assembly.personality;
  }

  get #native(): NativeMachine {
    return this.#assembly.native;
  }

  get #options(): MachineOptions {
    return this.#assembly.options;
  }

  /** Those that have not ended, by the number of their run. */
  get #processes(): Map<number, GuestProcess> {
    return this.#assembly.processes;
  }

  /** Chooses, loads and starts the plugins that the machine needs. Nothing runs yet. */
  static async create(options: MachineOptions): Promise<Machine> {
    checkKeys("", options, machineOptionNames);
    const memory = memorySize("memory", options.memory ?? "1GiB");
    const closers: Closers = [];
    let host: SharedHost;
    try {
      host = new SharedHost(await hostOf(options, closers), closers);
    } catch (error) {
      warnOf(await closeAll(closers));
      throw error;
    }
    return new Machine(await assemble(options, memory, host));
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
    const process = this.#addProcess(run, streams);
    if (signal !== undefined) this.#abortWith(signal, run, process);
    return process;
  }

  #addProcess(run: number, streams: StandardStreams): GuestProcess {
    const personality = this.personality.plugin.manifest.id;
    const process = new GuestProcess(
      streams,
      personality,
      // This holds the machine for as long as the guest runs.
      (target, number) => this.#processes.has(run) && this.#native.signal(run, target, number),
      {
        begin: (symbol, args) => guardNative(() => this.#native.call(run, symbol, args, personality)),
        withdraw: (call) => this.#native.withdrawCall(call),
      },
    );
    this.#processes.set(run, process);
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

  /**
   * All of guest memory, without a copy. Not for use after the machine's guests have ended and others have its pages, nor to
   * write once there is a snapshot: its pages are those of the snapshot, and what is written since is elsewhere.
   */
  get memory(): ArrayBuffer {
    return guardNative(() => this.#native.memory());
  }

  /**
   * Brings every virtual CPU to rest, also those whose guest waits in a call; resolves when none runs any more. What a guest
   * is granted in time goes on. VMP_TIMED_OUT when one does not come back from a plugin; it rests when it does.
   */
  pause(): Promise<void> {
    this.#paused = true;
    return pauseNativeMachine(this.#native, pauseTimeout);
  }

  /** Lets them go on. Nothing happens when they were not paused. */
  resume(): void {
    this.#paused = false;
    guardNative(() => this.#native.resume());
  }

  /** The programs that have not ended, in the order of their start. */
  get processes(): readonly GuestProcess[] {
    return [...this.#processes.values()];
  }

  /**
   * What the machine is now: memory, registers, processes, open files. Its virtual CPUs rest for a moment, and go on.
   * VMP_SNAPSHOT_UNSUPPORTED names what cannot be kept; the machine goes on all the same.
   */
  async snapshot(): Promise<Snapshot> {
    const release = this.#assembly.host.hold();
    try {
      const { handle, runs } = await takeNativeSnapshot(this.#native, snapshotTimeout);
      return new Snapshot({ handle, runs, options: this.#options, fork: Machine.#forkOf(this.#assembly), release });
    } catch (error) {
      await release();
      throw error;
    }
  }

  /**
   * Makes the machine what it was, undoing no more than was changed; it goes on from there, unless it is paused. Programs that
   * still run are the same GuestProcess after it; options are for those that have ended since, which are in the answer. Those
   * that came since end with VMP_CANCELLED. The snapshot is one of this machine, or of one that comes from the same. What fails
   * before anything is changed leaves all as it is; what fails later stops the machine.
   */
  async reset(snapshot: Snapshot, options: ForkOptions = {}): Promise<readonly GuestProcess[]> {
    this.#refuseStopped();
    if (!(snapshot instanceof Snapshot)) throw refuse("snapshot", `expected a snapshot, not ${kindOf(snapshot)}`);
    const checked = checkFork(options);
    const source = snapshot.source();
    if (source.options !== this.#options)
      throw refuse("snapshot", "it is of a machine that was made apart from this one");
    try {
      await pauseNativeMachine(this.#native, pauseTimeout);
      // Ends of programs that were on the way are told by now.
      await new Promise(setImmediate);
      this.#refuseStopped();
      const ended = source.runs.filter((run) => !this.#processes.has(run));
      const made = await this.#restore(source, ended, checked);
      if (checked.paused) this.#paused = true;
      return made;
    } finally {
      if (!this.#paused && this.#closing === undefined) guardNative(() => this.#native.resume());
    }
  }

  /** What a snapshot needs of its machine, which it does not hold. */
  static #forkOf({ options, memory, host }: Assembly): SnapshotSource["fork"] {
    return async (source, checked) => {
      const machine = new Machine(await assemble(options, memory, host));
      try {
        await machine.#restore(source, source.runs, checked);
      } catch (error) {
        await machine.close().catch((failure) => warnOf([failure]));
        throw error;
      }
      machine.#paused = checked.paused;
      if (!checked.paused) machine.resume();
      return machine;
    };
  }

  /** Leaves it paused. runs: those that have to be made. */
  async #restore(source: SnapshotSource, runs: readonly number[], options: CheckedFork): Promise<GuestProcess[]> {
    const opened = new Map<number, { readonly process: GuestProcess; readonly streams: StandardStreams }>();
    const abandon = () => {
      for (const [run, { process, streams }] of opened) {
        if (this.#processes.get(run) === process) this.#processes.delete(run);
        streams.abandon();
      }
    };
    try {
      for (const run of runs) {
        const streams = openStandardStreams(options.standard);
        // Before it is there: it may end at once.
        opened.set(run, { process: this.#addProcess(run, streams), streams });
      }
      const standard = [...opened].map(([run, { streams }]) => ({ run, standard: streams.descriptors }));
      const made = await restoreNativeMachine(this.#native, source.handle, standard, options.copied, snapshotTimeout);
      const processes = made.flatMap(({ run, process: id }) => {
        const process = opened.get(run)?.process;
        opened.delete(run);
        process?.begin(id);
        return process === undefined ? [] : [process];
      });
      abandon();
      return processes;
    } catch (error) {
      // One that is late may use the streams still: its programs end with the machine, and close them.
      if (error instanceof VmPluginError && error.code === "VMP_TIMED_OUT")
        this.stop("the machine (it did not come back)");
      else abandon();
      throw error;
    }
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
    const [first, ...others] = await closeAll(this.#assembly.closers);
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
