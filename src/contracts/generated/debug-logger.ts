// The contract `debug.logger`: where records go. Generated from the contract in src/contracts/debug-logger.ts by `npm run generate`. Do not edit.
import type { Answer, AsynchronousTransport, Call, Eventually, Loose, SynchronousTransport } from "../runtime/index.ts";
import {
  CountedHandle,
  LayoutView,
  WireReader,
  WireWriter,
  answer,
  callAsynchronously,
  callSynchronously,
  emptyBody,
  guarded,
  malformedAnswerBytes,
  refusal,
  wideInteger,
} from "../runtime/index.ts";
import type { LogLevel } from "./log.ts";
import { decodeLogLevel, encodeLogLevel } from "./log.ts";

export interface LogRecord {
  readonly level: LogLevel;
  /** since the epoch */
  readonly nanoseconds: bigint;
  /** a plugin's id, or "core" */
  readonly source: string;
  readonly message: string;
}

export const logRecordSize = 48;

export function decodeLogRecord(reader: WireReader, view: DataView, from = 0): LogRecord {
  return {
    level: decodeLogLevel(view.getUint32(from + 4, true)),
    nanoseconds: view.getBigUint64(from + 8, true),
    source: reader.stringField(view, from + 16),
    message: reader.stringField(view, from + 32),
  };
}

export function encodeLogRecord(writer: WireWriter, to: number, value: Loose<LogRecord>): void {
  writer.view.setUint32(to, 48, true);
  writer.view.setUint32(to + 4, encodeLogLevel(value.level), true);
  writer.view.setBigUint64(to + 8, wideInteger(value.nanoseconds, false, "LogRecord.nanoseconds"), true);
  writer.putString(to + 16, value.source);
  writer.putString(to + 32, value.message);
}

/** vmp_log_record in memory. Pointers are addresses of the process that wrote them. */
export class LogRecordView extends LayoutView {
  static readonly size = 48;
  get structSize(): number {
    return this.dataView.getUint32(this.dataOffset, true);
  }
  set structSize(value: number) {
    this.dataView.setUint32(this.dataOffset, value, true);
  }
  /** VMP_LOG_* */
  get level(): number {
    return this.dataView.getUint32(this.dataOffset + 4, true);
  }
  set level(value: number) {
    this.dataView.setUint32(this.dataOffset + 4, value, true);
  }
  /** since the epoch */
  get nanoseconds(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 8, true);
  }
  set nanoseconds(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 8, value, true);
  }
  /** a plugin's id, or "core" */
  get sourceAddress(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 16, true);
  }
  set sourceAddress(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 16, value, true);
  }
  get sourceSize(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 24, true);
  }
  set sourceSize(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 24, value, true);
  }
  get messageAddress(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 32, true);
  }
  set messageAddress(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 32, value, true);
  }
  get messageSize(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 40, true);
  }
  set messageSize(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 40, value, true);
  }
}

/** The contract as data. timeout: milliseconds, 0 for none; since: the minor that appended the method. */
export const debugLoggerContract = {
  id: "debug.logger",
  version: { major: 1, minor: 0 },
  tiers: ["inline", "worker", "process", "vm"],
  replaceable: true,
  methods: {
    log: { number: 1, mode: "posted", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: [] },
    flush: { number: 2, mode: "asynchronous", thread: "control", reentrant: false, idempotent: false, cancellable: false, timeout: 2000, nativeOnly: false, optional: true, since: 0, errors: [] },
  },
} as const;

export interface DebugLogger {
  /** [any] Posted: the caller does not wait. */
  log(record: LogRecord): void;
  /** [control] Optional. Returns when everything logged before is where it belongs. */
  flush?(): Eventually<void>;
}

function debugLoggerLogCall(record: LogRecord): Call<void> {
  return {
    point: "debug.logger",
    method: 1,
    kind: 2,
    capacities: [],
    encode: () => {
      const writer = new WireWriter(12);
      writer.putItems(0, 48, [record], (item, at) => encodeLogRecord(writer, at, item));
      return writer.finish();
    },
    decode: () => {},
  };
}

function debugLoggerFlushCall(): Call<void> {
  return {
    point: "debug.logger",
    method: 2,
    kind: 3,
    capacities: [],
    encode: () => {
      const writer = new WireWriter(0);
      return writer.finish();
    },
    decode: () => {},
  };
}

/** Calls an implementation that lives elsewhere; its thread waits for each answer. */
export class DebugLoggerClient implements DebugLogger {
  readonly #transport: SynchronousTransport;

  constructor(transport: SynchronousTransport) {
    this.#transport = transport;
  }

  log(record: LogRecord): void {
    const call = debugLoggerLogCall(record);
    this.#transport.post(call.method, call.encode([]));
  }

  flush(): void {
    return callSynchronously(this.#transport, debugLoggerFlushCall());
  }
}

/** Calls an implementation that lives elsewhere; every answer is a promise. */
export class DebugLoggerAsynchronousClient {
  readonly #transport: AsynchronousTransport;

  constructor(transport: AsynchronousTransport) {
    this.#transport = transport;
  }

  log(record: LogRecord): void {
    const call = debugLoggerLogCall(record);
    this.#transport.post(call.method, call.encode([]));
  }

  flush(): Promise<void> {
    return callAsynchronously(this.#transport, debugLoggerFlushCall());
  }
}

/**
 * Answers one request with the implementation's result, or with its error as status, code and message. A request that breaks
 * the wire format is answered MALFORMED and the implementation not called. Never throws.
 */
export function dispatchDebugLogger(
  implementation: DebugLogger,
  method: number,
  request: Uint8Array,
): Answer | Promise<Answer> {
  return guarded(() => {
    switch (method) {
      case 1: {
        const reader = new WireReader(request, 12);
        const record = decodeLogRecord(reader, reader.single(0, 48, 8, 48));
        return answer<unknown>(() => implementation.log(record), () => emptyBody);
      }
      case 2: {
        new WireReader(request, 0);
        return answer<unknown>(() => implementation.flush === undefined ? undefined : implementation.flush(), () => emptyBody);
      }
      default:
        return malformedAnswerBytes;
    }
  });
}

/** A revocable way to an implementation in this thread. Call through it: a function taken out of it is not revoked. */
export class DebugLoggerHandle implements DebugLogger {
  log: DebugLogger["log"];
  flush: NonNullable<DebugLogger["flush"]>;
  readonly #plugin: string;

  /** `plugin`: the id that errors name. Optional methods that the implementation lacks answer their defaults. */
  constructor(implementation: DebugLogger, plugin: string) {
    this.#plugin = plugin;
    this.log = implementation.log.bind(implementation);
    this.flush = (implementation.flush ?? (() => {})).bind(implementation);
  }

  /** From now on every method throws VMP_REVOKED. */
  revoke(): void {
    const refuse = refusal("debug.logger", this.#plugin);
    this.log = refuse;
    this.flush = refuse;
  }
}

/** As the plain handle, and counts calls and errors, and times one call in 1024. */
export class CountedDebugLoggerHandle extends CountedHandle implements DebugLogger {
  log: DebugLogger["log"];
  flush: NonNullable<DebugLogger["flush"]>;
  readonly #plugin: string;

  constructor(implementation: DebugLogger, plugin: string) {
    super();
    this.#plugin = plugin;
    const logFunction = implementation.log.bind(implementation);
    this.log = (record: LogRecord) => {
      if (--this.left === 0) return this.timed(logFunction, [record]);
      try {
        return logFunction(record);
      } catch (error) {
        this.errors++;
        throw error;
      }
    };
    const flushFunction = (implementation.flush ?? (() => {})).bind(implementation);
    this.flush = () => {
      if (--this.left === 0) return this.timed(flushFunction, []);
      try {
        return this.watched(flushFunction());
      } catch (error) {
        this.errors++;
        throw error;
      }
    };
  }

  /** From now on every method throws VMP_REVOKED. */
  revoke(): void {
    const refuse = refusal("debug.logger", this.#plugin);
    this.log = refuse;
    this.flush = refuse;
  }
}
