/** The way of log records to the debug.logger that the host chooses. The logger is loaded at the first record. */
import { connectRemote, type Remote } from "../communication/remote.ts";
import type { DebugLogger } from "../contracts/generated/debug-logger.ts";
import { type LogLevel, logLevelValues } from "../contracts/generated/log.ts";
import { timeouts } from "../contracts/generated/timeouts.ts";
import { reasonOf } from "../errors.ts";
import type { PluginManager } from "../host/plugin-manager.ts";
import { setNativeLoggers } from "../native.ts";
import { within } from "../time-limit.ts";
import { type Closers, closeAll } from "./closers.ts";

const loggerPoint = "debug.logger";
const answerTimeout = 5000;
/** Milliseconds that closing waits for the logger to be loaded. It then waits as long as the contract says for the flush. */
const loadTimeout = 10_000;
/** Records kept while the logger is being loaded; later ones are dropped and counted. */
const mostPending = 1000;

type Record = Parameters<DebugLogger["log"]>[0];

/**
 * Native records go to the log that was opened last: they carry no machine. Native code has one set of loggers for the whole
 * process, and each JavaScript thread has this list: what a worker thread opens takes the records of the others' machines,
 * and when it closes its last log, native code is not heard until another thread opens one.
 */
const open: Logging[] = [];
/** Whether the loggers of native code were last set here: what another thread has set is not to be taken back for nothing. */
let directed = false;

/** What plugins log while they are unloaded: the logger, a plugin itself, is gone by then. */
const afterwards: DebugLogger = {
  log: ({ level, source, message }) => process.stderr.write(`vm-plugin: ${level}: ${source}: ${message}\n`),
};

export class Logging {
  readonly #lowest: number;
  #host: PluginManager | undefined;
  #logger: DebugLogger | undefined;
  #loading: Promise<void> | undefined;
  #pending: Record[] = [];
  #dropped = 0;
  /** The native side, once connected. */
  #remote: Remote | undefined;
  #failed = false;
  readonly #closers: Closers = [];

  constructor(lowest: LogLevel) {
    this.#lowest = logLevelValues[lowest];
  }

  /** For PluginManager.open. */
  readonly sink = (level: LogLevel, source: string, message: string): void => {
    if (logLevelValues[level] < this.#lowest) return;
    this.#log({ level, nanoseconds: BigInt(Date.now()) * 1_000_000n, source, message });
  };

  /** From here on there is a logger to be had, and native code is heard. */
  connect(host: PluginManager): void {
    this.#host = host;
    const logger: DebugLogger = { log: (record) => this.#log(record) };
    this.#remote = connectRemote({
      point: loggerPoint,
      name: "log",
      plugin: "core",
      timeout: answerTimeout,
      // Most runs log nothing: what it takes to read a record is loaded with the first.
      dispatch: async (method, request) => {
        const { dispatchDebugLogger } = await import("../contracts/generated/debug-logger.ts");
        return dispatchDebugLogger(logger, method, request);
      },
    });
    open.push(this);
    Logging.#direct();
    if (this.#pending.length > 0) this.#load();
  }

  /** Waits until everything logged is where it belongs, but not for ever. A failure of the logger's is told, not thrown. */
  async close(): Promise<void> {
    const index = open.indexOf(this);
    if (index >= 0) open.splice(index, 1);
    // First: from here on native code adds nothing, so that what is drained is all there is.
    Logging.#direct();
    try {
      await within(loadTimeout, "writing the last log records", () => this.#settle());
      await within(timeouts["debug.logger"].flush, "flush of the logger", () => this.#logger?.flush?.());
    } catch (error) {
      this.#fail(error);
    }
    this.#remote?.close();
    for (const failure of await closeAll(this.#closers)) this.#fail(failure);
    this.#logger = afterwards;
  }

  async #settle(): Promise<void> {
    await this.#remote?.drain();
    await this.#loading;
  }

  static #direct(): void {
    const last = open.at(-1);
    const remote = last === undefined ? undefined : last.#remote;
    if (last !== undefined && remote !== undefined) setNativeLoggers([remote.native], last.#lowest);
    else if (directed) setNativeLoggers([], logLevelValues.error);
    directed = remote !== undefined;
  }

  #log(record: Record): void {
    if (this.#logger !== undefined) {
      this.#deliver(record);
      return;
    }
    if (this.#pending.length < mostPending) this.#pending.push(record);
    else this.#dropped += 1;
    if (this.#host !== undefined) this.#load();
  }

  #deliver(record: Record): void {
    try {
      // A logger may be asynchronous without saying so.
      const delivered: unknown = this.#logger?.log(record);
      if (delivered instanceof Promise) delivered.catch((error: unknown) => this.#fail(error));
    } catch (error) {
      this.#fail(error);
    }
  }

  /** A logger that fails must not take down what it watches: its failure is told once on standard error. */
  #fail(error: unknown): void {
    this.#logger = { log: () => {} };
    if (this.#failed) return;
    this.#failed = true;
    process.stderr.write(`vm-plugin: the logger failed: ${reasonOf(error)}\n`);
  }

  #load(): void {
    this.#loading ??= this.#make().then(
      (logger) => {
        this.#logger = logger;
        for (const record of this.#pending.splice(0)) this.#deliver(record);
        if (this.#dropped > 0) this.sink("warn", "core", `${this.#dropped} log records were dropped`);
      },
      (error: unknown) => this.#fail(error),
    );
  }

  async #make(): Promise<DebugLogger> {
    const host = this.#host;
    if (host === undefined) throw new Error("the log is not connected");
    const implementation = host.choose(loggerPoint);
    const { release } = await host.hold(implementation.plugin.manifest.id);
    this.#closers.push(release);
    const instance = await host.createInstance(implementation);
    this.#closers.push(() => instance.close());
    return instance.implementation as DebugLogger;
  }
}
