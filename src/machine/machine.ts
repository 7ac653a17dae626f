/** A virtual machine: asks the host for implementations of the points that it needs and wires them. Names no plugin. */
import { closeSync } from "node:fs";
import type { LogLevel } from "../contracts/generated/log.ts";
import { VmPluginError } from "../errors.ts";
import type { PluginManager } from "../host/plugin-manager.ts";
import type { Implementation } from "../host/plugin-record.ts";
import {
  closeNativeMachine,
  createNativeMachine,
  guardNative,
  type NativeMachine,
  type RunEvent,
  sealNativeMachine,
} from "../native.ts";
import type { Configuration } from "../sdk/define-plugin.ts";
import { type Closers, closeAll, warnOf } from "./closers.ts";
import { GuestProcess } from "./guest-process.ts";
import { memorySize } from "./memory-size.ts";
import { hostOf } from "./open-host.ts";
import { addPart, holdParts } from "./parts.ts";
import { type OpenProgram, openProgram } from "./program.ts";
import { type CheckedSpawn, checkSpawn, type SpawnOptions } from "./spawn-options.ts";
import { openStandardStreams, type StandardStreams } from "./standard-streams.ts";

export type { SpawnOptions } from "./spawn-options.ts";

const sealTimeout = 10_000;
const closeTimeout = 10_000;

export interface MachineOptions {
  /** The architecture of its guests, as in a manifest's `guests`. */
  readonly architecture: string;
  /** An engine's name; default "auto": the one of highest priority that can run the architecture here. */
  readonly engine?: string | undefined;
  /** When the chosen engine's plugin fails, take the next engine; the log tells. Default false. */
  readonly fallback?: boolean | undefined;
  /** Limit of guest memory: bytes, or "512M", "1GiB". Default 1 GiB. What the guest does not touch costs nothing. */
  readonly memory?: string | number | undefined;
  /** A folder of the host that is the guests' "/". Default: an empty file system. */
  readonly root?: string | undefined;
  /** Refuse every change below the root. Default false. */
  readonly readOnly?: boolean | undefined;
  /** Folders of plugins to use without installing them. Their devices become the machine's. */
  readonly plugins?: readonly string[] | undefined;
  /** The folder whose installed plugins and configurations are used ("~/.local/share/vm-plugin"). Default: none. */
  readonly home?: string | undefined;
  /** Names of installed devices that the machine gets. */
  readonly devices?: readonly string[] | undefined;
  /** Configuration of the instances, by plugin id; above the plugin's own. */
  readonly configuration?: Readonly<Record<string, Configuration>> | undefined;
  /** The lowest level of log records that reach the logger. Default "warn". */
  readonly logLevel?: LogLevel | undefined;
  /** A host that is already open, with plugins and logging of its own; else the machine opens one and closes it. */
  readonly host?: PluginManager | undefined;
}

/** What a machine is made of. */
interface Parts {
  readonly engine: Implementation;
  readonly personality: Implementation;
  readonly native: NativeMachine;
  readonly architecture: string;
  readonly root: string | undefined;
  readonly processes: Map<number, GuestProcess>;
  readonly closers: Closers;
}

export class Machine {
  readonly engine: Implementation;
  readonly personality: Implementation;
  readonly #native: NativeMachine;
  readonly #architecture: string;
  readonly #root: string | undefined;
  readonly #processes: Map<number, GuestProcess>;
  readonly #closers: Closers;
  #stopped = false;
  #closing: Promise<void> | undefined;

  private constructor(parts: Parts) {
    this.engine = parts.engine;
    this.personality = parts.personality;
    this.#native = parts.native;
    this.#architecture = parts.architecture;
    this.#root = parts.root;
    this.#processes = parts.processes;
    this.#closers = parts.closers;
  }

  /** Chooses, loads and starts the plugins that the machine needs. Nothing runs yet. */
  static async create(options: MachineOptions): Promise<Machine> {
    const memory = memorySize(options.memory ?? "1GiB");
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
      const { architecture, root } = options;
      return new Machine({
        engine: engine.implementation,
        personality: personality.implementation,
        native,
        architecture,
        root,
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
    return this.spawnOpened(checked, openProgram(checked.path, this.#root));
  }

  /** As spawn, for what is checked and opened already. The descriptor is taken over, also when it throws. */
  spawnOpened({ standard, signal, ...checked }: CheckedSpawn, { descriptor, architecture }: OpenProgram): GuestProcess {
    let streams: StandardStreams | undefined;
    let run: number;
    let program = descriptor;
    try {
      this.#refuseStopped();
      signal?.throwIfAborted();
      if (architecture !== this.#architecture) {
        const reasons = `the machine was made for ${this.#architecture}`;
        throw new VmPluginError("VMP_NO_ENGINE", { architecture, reasons });
      }
      if (this.#root !== undefined) {
        // The personality looks it up itself, as the guest would.
        closeSync(program);
        program = -1;
      }
      streams = openStandardStreams(standard);
      const { descriptors } = streams;
      run = guardNative(() => this.#native.spawn({ ...checked, program, standard: descriptors }));
    } catch (error) {
      // The core takes the program's descriptor over only with a run.
      if (program >= 0) closeSync(program);
      streams?.abandon();
      throw error;
    }
    const process = new GuestProcess(
      streams,
      this.personality.plugin.manifest.id,
      (pid, signal) => this.#processes.size > 0 && this.#native.signal(pid, signal),
    );
    this.#processes.set(run, process);
    this.#abortWith(signal, process);
    return process;
  }

  #refuseStopped(): void {
    if (!this.#stopped && this.#closing === undefined) return;
    const reason = `it is ${this.#closing === undefined ? "stopped" : "closed"}; create another`;
    throw new VmPluginError("VMP_INVALID_ARGUMENT", { what: "machine", reason });
  }

  /** All of guest memory, without a copy. Not for use after the machine's guests have ended and others have its pages. */
  get memory(): ArrayBuffer {
    return guardNative(() => this.#native.memory());
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
    if (this.#processes.size > 0) this.stop();
    await Promise.allSettled([...this.#processes.values()].map((process) => process.exit));
    const [first, ...others] = await closeAll(this.#closers);
    warnOf(others);
    if (first !== undefined) throw first;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #abortWith(signal: AbortSignal | undefined, process: GuestProcess): void {
    if (signal === undefined) return;
    const abort = () => this.stop(`the program (${String(signal.reason?.message ?? signal.reason)})`);
    signal.addEventListener("abort", abort, { once: true });
    process.exit.catch(() => {}).finally(() => signal.removeEventListener("abort", abort));
  }
}

function deliver(processes: Map<number, GuestProcess>, event: RunEvent): void {
  const process = processes.get(event.run);
  if (event.kind !== "spawned") processes.delete(event.run);
  process?.receive(event);
}
