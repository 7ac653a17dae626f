/** The way of log records to the debug.logger that the host chooses. The logger is loaded at the first record. */
import { connectRemote } from "../communication/remote.ts";
import type { DebugLogger } from "../contracts/generated/debug-logger.ts";
import { type LogLevel, logLevelValues } from "../contracts/generated/log.ts";
import { reasonOf } from "../errors.ts";
import type { PluginHost } from "../host/plugin-host.ts";
import { createNativeInstance, type NativeRemote, setNativeLoggers } from "../native.ts";

const loggerPoint = "debug.logger";
const answerTimeout = 5000;
/** Records kept while the logger is being loaded; later ones are dropped and counted. */
const mostPending = 1000;

type Record = Parameters<DebugLogger["log"]>[0];

/** Native records go to the log that was opened last: they carry no machine. */
const open: Logging[] = [];

export class Logging {
  readonly #lowest: number;
  #host: PluginHost | undefined;
  #logger: DebugLogger | undefined;
  #loading: Promise<void> | undefined;
  #pending: Record[] = [];
  #dropped = 0;
  /** The native side, once connected. */
  private remote: NativeRemote | undefined;
  #closers: (() => void | Promise<void>)[] = [];

  constructor(lowest: LogLevel) {
    this.#lowest = logLevelValues[lowest];
  }

  /** For PluginHost.open. */
  readonly sink = (level: LogLevel, source: string, message: string): void => {
    if (logLevelValues[level] < this.#lowest) return;
    this.#log({ level, nanoseconds: BigInt(Date.now()) * 1_000_000n, source, message });
  };

  /** From here on there is a logger to be had, and native code is heard. */
  connect(host: PluginHost): void {
    this.#host = host;
    const logger: DebugLogger = { log: (record) => this.#log(record) };
    this.remote = connectRemote({
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

  /** Waits until everything logged is where it belongs. */
  async close(): Promise<void> {
    const index = open.indexOf(this);
    if (index >= 0) open.splice(index, 1);
    Logging.#direct();
    await this.#loading;
    await this.#logger?.flush?.();
    this.remote?.close();
    for (const close of this.#closers.splice(0)) await close();
    this.#logger = undefined;
  }

  static #direct(): void {
    const last = open.at(-1);
    if (last?.remote === undefined) setNativeLoggers([], logLevelValues.error);
    else setNativeLoggers([last.remote], last.#lowest);
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

  /** A logger that fails must not take down what it watches: its failure is told once on standard error. */
  #deliver(record: Record): void {
    try {
      this.#logger?.log(record);
    } catch (error) {
      process.stderr.write(`vm-plugin: the logger failed: ${reasonOf(error)}\n`);
      this.#logger = { log: () => {} };
    }
  }

  #load(): void {
    this.#loading ??= this.#make().then(
      (logger) => {
        this.#logger = logger;
        for (const record of this.#pending.splice(0)) this.#deliver(record);
        if (this.#dropped > 0) this.sink("warn", "core", `${this.#dropped} log records were dropped`);
      },
      (error: unknown) => {
        process.stderr.write(`vm-plugin: no logger: ${reasonOf(error)}\n`);
        this.#logger = { log: () => {} };
      },
    );
  }

  async #make(): Promise<DebugLogger> {
    const host = this.#host;
    if (host === undefined) throw new Error("the log is not connected");
    const implementation = host.choose(loggerPoint);
    const { id } = implementation.plugin.manifest;
    this.#closers.push(await host.hold(id));
    const { native } = await host.activate(id);
    if (native !== undefined) {
      const { nativeTransport } = await import("../communication/native-transport.ts");
      const { DebugLoggerClient } = await import("../contracts/generated/debug-logger.ts");
      const instance = createNativeInstance(native, loggerPoint, implementation.name, {});
      this.#closers.unshift(() => instance.close());
      return new DebugLoggerClient(nativeTransport(id, instance));
    }
    const instance = await host.createInstance(implementation);
    this.#closers.unshift(() => instance.close());
    return instance.implementation as DebugLogger;
  }
}
