/** The only file that loads the addon. Everything native that TypeScript can reach is typed here. */
import { createRequire } from "node:module";
import { isErrorCode, reasonOf, VmPluginError } from "./errors.ts";
import { packageRoot } from "./package-root.ts";
import type { Configuration, Health, LifecycleMethod } from "./sdk/define-plugin.ts";
import { withTimeLimit } from "./time-limit.ts";

/** A library that was opened, negotiated with and initialised; it stays mapped until the process ends. */
export interface NativePlugin {
  readonly id: string;
  readonly path: string;
  readonly abi: { readonly major: number; readonly minor: number; readonly lowest: number };
  /** The addon's own; good for nothing else. */
  readonly handle: unknown;
}

/** The addon's surface that concerns plugins. Every rejection is a VmPluginError. Times are in milliseconds. */
export interface NativePlugins {
  /** dlopen, negotiate the ABI, run init on a thread that is abandoned after `timeout`. */
  loadPlugin(path: string, id: string, timeout: number): Promise<NativePlugin>;
  /** Runs a method of the contract `plugin`; resolves at once when the plugin does not have it. */
  lifecycle(
    plugin: NativePlugin,
    method: LifecycleMethod,
    configuration: Configuration,
    timeout: number,
  ): Promise<void>;
  healthCheck(plugin: NativePlugin, timeout: number): Promise<Health | undefined>;
  exportState(plugin: NativePlugin, timeout: number): Promise<Uint8Array | undefined>;
  importState(plugin: NativePlugin, stateVersion: number, state: Uint8Array, timeout: number): Promise<void>;
  /** JSON text; undefined when the plugin does not have the method. */
  migrateConfiguration(
    plugin: NativePlugin,
    from: string,
    configuration: Configuration,
    timeout: number,
  ): Promise<Uint8Array | undefined>;
  /** No instance may be left. The library stays mapped. */
  deinitPlugin(plugin: NativePlugin, timeout: number): Promise<void>;
  /** An instance that belongs to no machine. It throws, like its `close`, on the calling thread. */
  createInstance(plugin: NativePlugin, point: string, name: string, configuration: Configuration): NativeInstance;
}

/** A run's news, as the core sends it. `errorCode` is empty, a code of errors.ts, or a plugin's own. */
export interface RunEvent {
  readonly kind: "spawned" | "stopped" | "returned" | "refused" | "ended";
  readonly run: number;
  readonly process: number;
  readonly exitCode: number;
  readonly signal: number;
  readonly limit: string;
  readonly detail: string;
  readonly errorCode: string;
  readonly instructions: bigint;
  readonly cpuNanoseconds: number;
  readonly processes: number;
  readonly systemCalls: bigint;
  /** "NAME COUNT, NAME COUNT" of the calls that are not implemented. */
  readonly refusedCalls: string;
  /** Of a function that has returned, or of which `errorCode` tells why it will not. */
  readonly call: number;
  readonly result: bigint;
}

/** 0: no limit. */
export interface NativeLimits {
  /** Bytes. */
  readonly memory: number;
  readonly instructions: bigint;
  readonly nanoseconds: number;
  readonly processes: number;
  readonly openFiles: number;
}

export interface NativeMount {
  readonly host: string;
  readonly guest: string;
  readonly readOnly: boolean;
}

export interface NativeSpawn {
  /** Descriptor of the program, taken over; -1: `path` is looked up below the root. */
  readonly program: number;
  readonly path: string;
  readonly arguments: readonly string[];
  readonly environment: readonly string[];
  readonly workingDirectory: string;
  readonly standard: readonly [number, number, number];
  /** Empty: as the personality is configured. */
  readonly root: string;
  /** Of `root`. */
  readonly rootReadOnly: boolean;
  readonly mounts: readonly NativeMount[];
  /** Descriptor for one line a system call, borrowed until the run has ended; -1: none. */
  readonly trace: number;
  readonly limits: NativeLimits;
}

/** How messages that nobody waits for are gathered. */
export interface NativePosting {
  /** So many are worth a turn of the event loop at once. */
  readonly batch: number;
  /** Native callers wait with more than so many. */
  readonly most: number;
}

/** An implementation in JavaScript that native code calls by messages; see communication/remote.ts. */
export interface NativeRemote {
  /**
   * The messages that are waiting: each a header and its body, each at a multiple of 8. Where there are none, those that
   * come in so many microseconds, for which this thread looks and does nothing else.
   */
  drain(patience: number): Uint8Array;
  respond(call: bigint, status: number, body: Uint8Array): void;
  /** A posted message has failed: native callers get this failure from now on. */
  failPosted(status: number, message: string): void;
  close(): void;
}

/** An instance of a native plugin that JavaScript calls by messages; see runtime/native-transport.ts. */
export interface NativeInstance {
  call(method: number, request: Uint8Array): { status: number; body: Uint8Array };
  close(): void;
}

/** What became of something that was tried out in a child process: an errno, the signal that killed it, or 0 and 0. */
export interface ProbeResult {
  readonly error: number;
  readonly signal: number;
}

export interface ExecutableMemory {
  /** Anonymous memory, made executable after it was written. */
  readonly writeThenExecute: ProbeResult;
  /** Anonymous memory, both at a time. */
  readonly writeAndExecute: ProbeResult;
  /** A memory file, written by one mapping and executed by another. */
  readonly twoMappings: ProbeResult;
  /** False: on this processor the mappings were made and no code was called. */
  readonly called: boolean;
}

export interface SandboxFacilities {
  readonly systemCallFilter: ProbeResult;
  readonly userNamespace: ProbeResult;
  /** The ABI version, or a negated errno. */
  readonly landlock: number;
}

export interface NativeMachine {
  /** `plugin` is a NativePlugin's handle. */
  add(plugin: unknown, point: string, name: string, configuration: Configuration): void;
  addRemote(remote: NativeRemote): void;
  /** Attaches all instances; to be awaited through `sealNativeMachine`. */
  seal(): AbandonableCall<void>;
  spawn(spawn: NativeSpawn): number;
  /** Ends every run. */
  stop(code: string, detail: string): void;
  /** Ends one run, if it is still there. */
  stopRun(run: number, code: string, detail: string): void;
  /** To be awaited through `pauseNativeMachine`. */
  pause(): AbandonableCall<void>;
  resume(): void;
  /** process: above 0 that one of the run, below 0 that group, 0 the foreground group of its terminal. */
  signal(run: number, process: number, signal: number): boolean;
  /** Calls a function of the run's first process; an event "returned" has the number that is answered. */
  call(run: number, symbol: string, args: readonly bigint[], personality: string): number;
  /** Takes back a call that has not begun; its event comes nevertheless. */
  withdrawCall(call: number): void;
  memory(): ArrayBuffer;
  /** To be awaited through `takeNativeSnapshot`. */
  snapshot(): AbandonableCall<NativeSnapshot>;
  /** To be awaited through `restoreNativeMachine`. */
  restore(handle: unknown, streams: readonly NativeStreams[], copies: boolean): AbandonableCall<NativeRestoredRun[]>;
  /** To be awaited through `closeNativeMachine`; undefined when it is closed already. */
  close(): AbandonableCall<void> | undefined;
}

export interface NativeSnapshot {
  readonly handle: unknown;
  /** Numbers of runs. */
  readonly runs: readonly number[];
}

/** The standard streams, descriptors, of a run that is made anew. */
export interface NativeStreams {
  readonly run: number;
  readonly standard: readonly [number, number, number];
}

/** A run that was made, and its first process. */
export interface NativeRestoredRun {
  readonly run: number;
  readonly process: number;
}

export interface AbandonableCall<Result> {
  readonly promise: Promise<Result>;
  abandon(): void;
}

/** A case of a conformance suite for a point that only native code calls. */
export interface NativeCase {
  readonly group: string;
  readonly title: string;
}

export interface NativeOutcome {
  /** inapplicable: a feature is not offered; unavailable: this host has nothing to work with. */
  readonly verdict: "passed" | "failed" | "inapplicable" | "unavailable";
  /** Empty when it has passed. */
  readonly detail: string;
}

interface Addon {
  loadPlugin(
    path: string,
    id: string,
  ): AbandonableCall<{ handle: unknown; abiMajor: number; abiMinor: number; abiLowest: number }>;
  // Undefined where the plugin has nothing to be called.
  lifecycle(handle: unknown, method: string, configuration: Configuration): AbandonableCall<void> | undefined;
  healthCheck(handle: unknown): AbandonableCall<Health | undefined> | undefined;
  exportState(handle: unknown): AbandonableCall<Uint8Array | undefined> | undefined;
  importState(handle: unknown, stateVersion: number, state: Uint8Array): AbandonableCall<void> | undefined;
  migrateConfiguration(
    handle: unknown,
    from: string,
    configuration: Configuration,
  ): AbandonableCall<Uint8Array | undefined> | undefined;
  deinitPlugin(handle: unknown): AbandonableCall<void> | undefined;
  Machine: new (memory: number, listener: (event: RunEvent) => void) => NativeMachine;
  Remote: new (
    point: string,
    name: string,
    plugin: string,
    timeout: number,
    wake: (now: boolean) => void,
    posting?: NativePosting,
  ) => NativeRemote;
  Instance: new (plugin: unknown, point: string, name: string, configuration: Configuration) => NativeInstance;
  setLoggers(loggers: readonly NativeRemote[], lowestLevel: number): void;
  pipe(): [number, number];
  openBeneath(root: string, path: string): number;
  executableMemory(): ExecutableMemory;
  sandboxFacilities(): SandboxFacilities;
  virtualizationCases(): NativeCase[];
  runVirtualizationCase(
    handle: unknown,
    name: string,
    configuration: Configuration,
    index: number,
  ): AbandonableCall<NativeOutcome>;
  fileHash(path: string): string | number | undefined;
  lockFile(path: string): number | undefined;
}

let loaded: Addon | undefined;

function addon(): Addon {
  if (loaded === undefined) {
    try {
      loaded = createRequire(import.meta.url)("node-gyp-build")(packageRoot()) as Addon;
    } catch (cause) {
      const platform = `${process.platform}-${process.arch}`;
      throw new VmPluginError("VMP_ADDON_NOT_BUILT", { platform, reason: reasonOf(cause) }, { cause });
    }
  }
  return loaded;
}

/** What a native plugin gave: its own error, or one of the core's (a code of errors.ts) that it passes on. */
export function passedOn(plugin: string, code: string, detail: string, options?: ErrorOptions): VmPluginError {
  return isErrorCode(code)
    ? VmPluginError.fromCode(code, { reason: detail, what: detail }, options)
    : VmPluginError.fromPlugin(plugin, code, detail, options);
}

/** An error of the addon ({ code, values }) as one of ours. */
export function fromNative(error: unknown): VmPluginError {
  const { code, values } = error as { code?: string; values?: Record<string, string> };
  if (code === "plugin" && values !== undefined) {
    return passedOn(values.id ?? "?", values.code ?? "", values.reason ?? "", { cause: error });
  }
  if (code?.startsWith("VMP_") === true) return VmPluginError.fromCode(code, values ?? {}, { cause: error });
  return new VmPluginError("VMP_INTERNAL", { reason: reasonOf(error) }, { cause: error });
}

/** Calls the addon so that whatever it throws is one of ours. */
export function guardNative<Result>(call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    throw error instanceof VmPluginError ? error : fromNative(error);
  }
}

async function bounded<Result>(
  start: () => AbandonableCall<Result>,
  timeout: number,
  late: () => VmPluginError,
): Promise<Result>;
async function bounded<Result>(
  start: () => AbandonableCall<Result> | undefined,
  timeout: number,
  late: () => VmPluginError,
): Promise<Result | undefined>;
async function bounded<Result>(
  start: () => AbandonableCall<Result> | undefined,
  timeout: number,
  late: () => VmPluginError,
): Promise<Result | undefined> {
  const call = guardNative(start);
  if (call === undefined) return undefined;
  try {
    return await withTimeLimit(
      timeout,
      () => call.promise,
      () => {
        call.abandon();
        return late();
      },
    );
  } catch (error) {
    throw error instanceof VmPluginError ? error : fromNative(error);
  }
}

function lateLifecycle(plugin: NativePlugin, method: string, milliseconds: number): () => VmPluginError {
  return () => new VmPluginError("VMP_LIFECYCLE_TIMED_OUT", { id: plugin.id, method, milliseconds });
}

export const nativePlugins: NativePlugins = {
  async loadPlugin(path, id, timeout) {
    const late = () => new VmPluginError("VMP_NATIVE_INIT_TIMED_OUT", { id, milliseconds: timeout });
    const { handle, abiMajor, abiMinor, abiLowest } = await bounded(() => addon().loadPlugin(path, id), timeout, late);
    return { id, path, handle, abi: { major: abiMajor, minor: abiMinor, lowest: abiLowest } };
  },
  lifecycle: (plugin, method, configuration, timeout) =>
    bounded(
      () => addon().lifecycle(plugin.handle, method, configuration),
      timeout,
      lateLifecycle(plugin, method, timeout),
    ),
  healthCheck: (plugin, timeout) =>
    bounded(() => addon().healthCheck(plugin.handle), timeout, lateLifecycle(plugin, "healthCheck", timeout)),
  exportState: (plugin, timeout) =>
    bounded(() => addon().exportState(plugin.handle), timeout, lateLifecycle(plugin, "exportState", timeout)),
  importState: (plugin, stateVersion, state, timeout) =>
    bounded(
      () => addon().importState(plugin.handle, stateVersion, state),
      timeout,
      lateLifecycle(plugin, "importState", timeout),
    ),
  migrateConfiguration: (plugin, from, configuration, timeout) =>
    bounded(
      () => addon().migrateConfiguration(plugin.handle, from, configuration),
      timeout,
      lateLifecycle(plugin, "migrateConfiguration", timeout),
    ),
  deinitPlugin: (plugin, timeout) =>
    bounded(() => addon().deinitPlugin(plugin.handle), timeout, lateLifecycle(plugin, "deinit", timeout)),
  createInstance: (plugin, point, name, configuration) =>
    guardNative(() => new (addon().Instance)(plugin.handle, point, name, configuration)),
};

/** memory: bytes, a page multiple. `listener` hears of every run, on the event loop. */
export function createNativeMachine(memory: number, listener: (event: RunEvent) => void): NativeMachine {
  return guardNative(() => new (addon().Machine)(memory, listener));
}

/** Attaches the machine's instances, in the order in which they were added. timeout: milliseconds. */
export function sealNativeMachine(machine: NativeMachine, timeout: number): Promise<void> {
  const late = () =>
    new VmPluginError("VMP_TIMED_OUT", { what: "putting the machine together", milliseconds: timeout });
  return bounded(() => machine.seal(), timeout, late);
}

/** Resolves when no virtual CPU runs any more, or the machine was resumed or stopped. timeout: milliseconds. */
export function pauseNativeMachine(machine: NativeMachine, timeout: number): Promise<void> {
  const late = () => new VmPluginError("VMP_TIMED_OUT", { what: "pausing the machine", milliseconds: timeout });
  return bounded(() => machine.pause(), timeout, late);
}

/** timeout: milliseconds, for virtual CPUs that do not come back from a plugin. */
export function takeNativeSnapshot(machine: NativeMachine, timeout: number): Promise<NativeSnapshot> {
  const late = () => new VmPluginError("VMP_TIMED_OUT", { what: "taking a snapshot", milliseconds: timeout });
  return bounded(() => machine.snapshot(), timeout, late);
}

/** The machine is paused after it. The runs that were made. timeout: as of takeNativeSnapshot. */
export function restoreNativeMachine(
  machine: NativeMachine,
  handle: unknown,
  streams: readonly NativeStreams[],
  copies: boolean,
  timeout: number,
): Promise<readonly NativeRestoredRun[]> {
  const late = () => new VmPluginError("VMP_TIMED_OUT", { what: "going back to a snapshot", milliseconds: timeout });
  return bounded(() => machine.restore(handle, streams, copies), timeout, late);
}

/** Stops what runs, waits for its threads and destroys the instances. timeout: milliseconds. Idempotent. */
export async function closeNativeMachine(machine: NativeMachine, timeout: number): Promise<void> {
  const late = () => new VmPluginError("VMP_TIMED_OUT", { what: "closing the machine", milliseconds: timeout });
  await bounded(() => machine.close(), timeout, late);
}

/** The conformance suite of accel.virtualization. */
export function virtualizationCases(): readonly NativeCase[] {
  return guardNative(() => addon().virtualizationCases());
}

/** Runs a case by its place in the suite, with an instance of its own. timeout: milliseconds, then `late` is thrown. */
export function runVirtualizationCase(
  plugin: NativePlugin,
  name: string,
  configuration: Configuration,
  index: number,
  timeout: number,
  late: () => VmPluginError,
): Promise<NativeOutcome> {
  return bounded(() => addon().runVirtualizationCase(plugin.handle, name, configuration, index), timeout, late);
}

/**
 * `wake` is called on the event loop when messages wait: `now` when they are worth a turn of their own, as all are without
 * `posting`. A call that is not answered in `timeout` milliseconds fails.
 */
export function createNativeRemote(
  point: string,
  name: string,
  plugin: string,
  timeout: number,
  wake: (now: boolean) => void,
  posting?: NativePosting,
): NativeRemote {
  return guardNative(() => new (addon().Remote)(point, name, plugin, timeout, wake, posting));
}

/** Where records of native code go from now on; `lowestLevel` as VMP_LOG_*. */
export function setNativeLoggers(loggers: readonly NativeRemote[], lowestLevel: number): void {
  guardNative(() => addon().setLoggers(loggers, lowestLevel));
}

/** The two ends of a new pipe, closed on exec: [read, write]. The caller closes them. */
export function nativePipe(): [number, number] {
  return guardNative(() => addon().pipe());
}

/** A descriptor of `path` with the folder `root` as "/" ("": the host's own root), or a negated errno. The caller closes it. */
export function openBeneath(root: string, path: string): number {
  return guardNative(() => addon().openBeneath(root, path));
}

/** SHA-256 in hexadecimal digits; undefined where the addon cannot tell, or the file cannot be read. */
export function nativeFileHash(path: string): string | undefined {
  const hash = addon().fileHash(path);
  return typeof hash === "string" ? hash : undefined;
}

/** A descriptor that holds the exclusive lock of the file, made when missing, until it is closed; undefined while it is held. */
export function lockFile(path: string): number | undefined {
  return guardNative(() => addon().lockFile(path));
}

/** Tried out on this machine, in child processes. */
export function probeExecutableMemory(): ExecutableMemory {
  return guardNative(() => addon().executableMemory());
}

/** Tried out on this machine, in child processes. */
export function probeSandboxFacilities(): SandboxFacilities {
  return guardNative(() => addon().sandboxFacilities());
}
