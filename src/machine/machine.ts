/** A virtual machine: asks the host for implementations of the points that it needs and wires them. Names no plugin. */
import { closeSync } from "node:fs";
import type { LogLevel } from "../contracts/generated/log.ts";
import { VmPluginError } from "../errors.ts";
import { hashFile } from "../host/file-hash.ts";
import { PluginHost } from "../host/plugin-host.ts";
import type { Implementation } from "../host/plugin-record.ts";
import {
  closeNativeMachine,
  createNativeMachine,
  guardNative,
  type JsonValue,
  type NativeMachine,
  nativeFileHash,
  nativePlugins,
  type RunEvent,
  sealNativeMachine,
} from "../native.ts";
import { packageRoot } from "../package-root.ts";
import { type Closers, closeAll, warnOf } from "./closers.ts";
import { GuestProcess } from "./guest-process.ts";
import { Logging } from "./logging.ts";
import { memorySize } from "./memory-size.ts";
import { openProgram } from "./program.ts";
import { checkSpawn, type SpawnOptions } from "./spawn-options.ts";
import { openStandardStreams, type StandardStreams } from "./standard-streams.ts";

export type { SpawnOptions } from "./spawn-options.ts";

const enginePoint = "arch.simulator";
const personalityPoint = "os.personality";
const devicePoint = "device.virtual";
const sealTimeout = 10_000;
const closeTimeout = 10_000;
const repeatStop = 20;

export interface MachineOptions {
  /** The architecture of its guests, as in a manifest's `guests`. */
  readonly architecture: string;
  /** An engine's name; default "auto": the one of highest priority that can run the architecture here. */
  readonly engine?: string | undefined;
  /** Limit of guest memory: bytes, or "512M", "1GiB". Default 1 GiB. What the guest does not touch costs nothing. */
  readonly memory?: string | number | undefined;
  /** A folder of the host that is the guests' "/". Default: an empty file system. */
  readonly root?: string | undefined;
  /** Refuse every change below the root. Default false. */
  readonly readOnly?: boolean | undefined;
  /** Folders of plugins to use without installing them. Their devices become the machine's. */
  readonly plugins?: readonly string[] | undefined;
  /** Configuration of the instances, by plugin id. */
  readonly configuration?: Readonly<Record<string, Readonly<Record<string, JsonValue>>>> | undefined;
  /** The lowest level of log records that reach the logger. Default "warn". */
  readonly logLevel?: LogLevel | undefined;
  /** A host that is already open, with logging of its own; else the machine opens one and closes it. */
  readonly host?: PluginHost | undefined;
}

/** What a machine is made of. */
interface Parts {
  readonly engine: Implementation;
  readonly personality: Implementation;
  readonly native: NativeMachine;
  readonly root: string | undefined;
  readonly processes: Map<number, GuestProcess>;
  readonly closers: Closers;
}

export class Machine {
  readonly engine: Implementation;
  readonly personality: Implementation;
  readonly #native: NativeMachine;
  readonly #root: string | undefined;
  readonly #processes: Map<number, GuestProcess>;
  readonly #closers: Closers;
  #stopped = false;
  #stopTimer: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;

  private constructor(parts: Parts) {
    this.engine = parts.engine;
    this.personality = parts.personality;
    this.#native = parts.native;
    this.#root = parts.root;
    this.#processes = parts.processes;
    this.#closers = parts.closers;
  }

  /** Chooses, loads and starts the plugins that the machine needs. Nothing runs yet. */
  static async create(options: MachineOptions): Promise<Machine> {
    const memory = memorySize(options.memory ?? "1GiB");
    const closers: Closers = [];
    try {
      const host = options.host ?? (await openHost(options, closers));
      const engine = chooseEngine(host, options);
      const personality = host.choose(personalityPoint);
      const processes = new Map<number, GuestProcess>();
      const native = createNativeMachine(memory, (event) => deliver(processes, event));
      closers.push(() => closeNativeMachine(native, closeTimeout));
      const devices = host.registry
        .implementations(devicePoint)
        .filter((implementation) => implementation.plugin.builtin === undefined);
      const implementations = [engine, personality, ...devices];
      // Loading is mostly waiting: for files and for threads of the plugins' own.
      await Promise.all(implementations.map(({ plugin }) => host.activate(plugin.manifest.id)));
      for (const implementation of implementations) {
        // Before the machine's own closer: its instances go first, then what holds their plugins.
        closers.splice(-1, 0, await add(native, host, implementation, options));
      }
      await sealNativeMachine(native, sealTimeout);
      return new Machine({ engine, personality, native, root: options.root, processes, closers });
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
    const { standard, ...checked } = checkSpawn(program, args, options);
    if (this.#stopped || this.#closing !== undefined) {
      const reason = `it is ${this.#closing === undefined ? "stopped" : "closed"}; create another`;
      throw new VmPluginError("VMP_INVALID_ARGUMENT", { what: "machine", reason });
    }
    const opened = openProgram(program, this.#root);
    let descriptor = opened.descriptor;
    if (this.#root !== undefined) {
      // The personality looks it up itself, as the guest would.
      closeSync(descriptor);
      descriptor = -1;
    }
    let streams: StandardStreams | undefined;
    let run: number;
    try {
      streams = openStandardStreams(standard);
      const { descriptors } = streams;
      run = guardNative(() => this.#native.spawn({ ...checked, program: descriptor, standard: descriptors }));
    } catch (error) {
      // The core takes the program's descriptor over only with a run.
      if (descriptor >= 0) closeSync(descriptor);
      streams?.abandon();
      throw error;
    }
    const process = new GuestProcess(
      streams,
      this.personality.plugin.manifest.id,
      (pid, signal) => this.#processes.size > 0 && this.#native.signal(pid, signal),
    );
    this.#processes.set(run, process);
    this.#abortWith(options.signal, process);
    return process;
  }

  /** All of guest memory, without a copy. Not for use after the machine's guests have ended and others have its pages. */
  get memory(): ArrayBuffer {
    return guardNative(() => this.#native.memory());
  }

  /** Ends every process, whose `exit` rejects with VMP_CANCELLED, and refuses to start another. */
  stop(reason = "the machine"): void {
    this.#stopped = true;
    const stop = () => this.#native.stop("VMP_CANCELLED", reason);
    stop();
    // Repeated while anything runs: a thread may have been on its way into a call of the host when the first came.
    this.#stopTimer ??= setInterval(() => {
      if (this.#processes.size > 0) return stop();
      clearInterval(this.#stopTimer);
      this.#stopTimer = undefined;
    }, repeatStop);
  }

  /** Stops what runs, waits for it and lets go of everything, then rejects with the first failure of that. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (this.#processes.size > 0) this.stop();
    await Promise.allSettled([...this.#processes.values()].map((process) => process.exit));
    clearInterval(this.#stopTimer);
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

/** An architecture that no engine here knows is told apart from an engine that cannot be used. */
function chooseEngine(host: PluginHost, { architecture, engine }: MachineOptions): Implementation {
  const guests = host.registry.implementations(enginePoint).flatMap((one) => one.guests ?? []);
  if (!guests.includes(architecture)) {
    const reasons = `the engines here run ${[...new Set(guests)].join(", ")}`;
    throw new VmPluginError("VMP_NO_ENGINE", { architecture, reasons });
  }
  return host.choose(enginePoint, { name: engine, guest: architecture });
}

function configurationOf(implementation: Implementation, options: MachineOptions): Record<string, JsonValue> {
  const own = options.configuration?.[implementation.plugin.manifest.id] ?? {};
  if (implementation.point !== personalityPoint) return { ...own };
  const given: Record<string, JsonValue> = { ...own };
  if (options.root !== undefined) given.root = options.root;
  if (options.readOnly !== undefined) given.readOnly = options.readOnly;
  return given;
}

async function openHost(options: MachineOptions, closers: Closers): Promise<PluginHost> {
  const logging = new Logging(options.logLevel ?? "warn");
  const host = await PluginHost.open({
    plugins: options.plugins,
    native: nativePlugins,
    packageRoot: packageRoot(),
    log: logging.sink,
    hashFile: (path) => nativeFileHash(path) ?? hashFile(path),
  });
  logging.connect(host);
  closers.push(
    () => host.close(),
    () => logging.close(),
  );
  return host;
}

/** Makes an instance for the machine. What is returned lets go of it, once the machine is closed. */
async function add(
  native: NativeMachine,
  host: PluginHost,
  implementation: Implementation,
  options: MachineOptions,
): Promise<() => Promise<void>> {
  const { point, name, plugin } = implementation;
  const { id } = plugin.manifest;
  const configuration = configurationOf(implementation, options);
  const release = await host.hold(id);
  try {
    const { native: library } = await host.activate(id);
    if (library !== undefined) {
      guardNative(() => native.add(library.handle, point, name, configuration));
      return async () => release();
    }
    if (point !== devicePoint) {
      const reason = "it is not native, and is called for each exit of the guest";
      throw new VmPluginError("VMP_IMPLEMENTATION_UNSUITABLE", { point, name, plugin: id, reason });
    }
    const { attachDevice } = await import("./devices.ts");
    const device = await attachDevice(native, host, implementation, configuration);
    return async () => {
      await device.close();
      release();
    };
  } catch (error) {
    release();
    throw error;
  }
}
