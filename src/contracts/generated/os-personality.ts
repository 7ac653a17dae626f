// The contract `os.personality`: the operating system that a guest without a kernel sees. Generated from the contract in src/contracts/os-personality.ts by `npm run generate`. Do not edit.
import type { Answer, AsynchronousTransport, Call, Loose, SynchronousTransport } from "../runtime/index.ts";
import {
  LayoutView,
  MalformedMessage,
  WireReader,
  WireWriter,
  answer,
  callAsynchronously,
  callSynchronously,
  decodeItems,
  emptyBody,
  guarded,
  integer,
  malformedAnswerBytes,
  zeroes,
} from "../runtime/index.ts";

/** What the machine does after an exit was handled. */
export type Action = "resume" | "end-vcpu";

export const actionValues = {
  resume: 1,
  "end-vcpu": 2,
} as const;

export function decodeAction(value: number): Action {
  switch (value) {
    case 1:
      return "resume";
    case 2:
      return "end-vcpu";
    default:
      throw new MalformedMessage(`${value} is no Action`);
  }
}

export function encodeAction(value: Action): number {
  if (Object.hasOwn(actionValues, value)) return actionValues[value];
  throw new RangeError(`${String(value)} is none of resume, end-vcpu`);
}

export interface Spawn {
  /** descriptor of the program on the host, owned by the callee; -1: look `path` up below the root */
  readonly program: number;
  /** as the guest sees it */
  readonly path: string;
  /** with argument 0 */
  readonly arguments: readonly string[];
  /** KEY=VALUE */
  readonly environment: readonly string[];
  /** empty: "/" */
  readonly workingDirectory: string;
  /** descriptors that become the guest's 0, 1, 2; borrowed until its run has ended */
  readonly standardInput: number;
  readonly standardOutput: number;
  readonly standardError: number;
}

export const spawnSize = 88;

export function decodeSpawn(reader: WireReader, view: DataView, from = 0): Spawn {
  zeroes(view, from + 84, 4);
  return {
    program: view.getInt32(from + 4, true),
    path: reader.stringField(view, from + 8),
    arguments: decodeItems(reader, reader.itemsField(view, from + 24, 16), 16, (view) => reader.stringField(view, 0)),
    environment: decodeItems(reader, reader.itemsField(view, from + 40, 16), 16, (view) => reader.stringField(view, 0)),
    workingDirectory: reader.stringField(view, from + 56),
    standardInput: view.getInt32(from + 72, true),
    standardOutput: view.getInt32(from + 76, true),
    standardError: view.getInt32(from + 80, true),
  };
}

export function encodeSpawn(writer: WireWriter, to: number, value: Loose<Spawn>): void {
  writer.view.setUint32(to, 88, true);
  writer.view.setInt32(to + 4, integer(value.program, -2147483648, 2147483647, "Spawn.program"), true);
  writer.putString(to + 8, value.path);
  writer.putItems(to + 24, 16, value.arguments, (item, at) => {
    writer.putString(at, item);
  });
  writer.putItems(to + 40, 16, value.environment, (item, at) => {
    writer.putString(at, item);
  });
  writer.putString(to + 56, value.workingDirectory);
  writer.view.setInt32(to + 72, integer(value.standardInput, -2147483648, 2147483647, "Spawn.standardInput"), true);
  writer.view.setInt32(to + 76, integer(value.standardOutput, -2147483648, 2147483647, "Spawn.standardOutput"), true);
  writer.view.setInt32(to + 80, integer(value.standardError, -2147483648, 2147483647, "Spawn.standardError"), true);
}

/** vmp_spawn in memory. Pointers are addresses of the process that wrote them. */
export class SpawnView extends LayoutView {
  static readonly size = 88;
  get structSize(): number {
    return this.dataView.getUint32(this.dataOffset, true);
  }
  set structSize(value: number) {
    this.dataView.setUint32(this.dataOffset, value, true);
  }
  /** descriptor of the program on the host, owned by the callee; -1: look `path` up below the root */
  get program(): number {
    return this.dataView.getInt32(this.dataOffset + 4, true);
  }
  set program(value: number) {
    this.dataView.setInt32(this.dataOffset + 4, value, true);
  }
  /** as the guest sees it */
  get pathAddress(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 8, true);
  }
  set pathAddress(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 8, value, true);
  }
  get pathSize(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 16, true);
  }
  set pathSize(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 16, value, true);
  }
  /** with argument 0 */
  get arguments(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 24, true);
  }
  set arguments(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 24, value, true);
  }
  get argumentCount(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 32, true);
  }
  set argumentCount(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 32, value, true);
  }
  /** KEY=VALUE */
  get environment(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 40, true);
  }
  set environment(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 40, value, true);
  }
  get environmentCount(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 48, true);
  }
  set environmentCount(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 48, value, true);
  }
  /** empty: "/" */
  get workingDirectoryAddress(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 56, true);
  }
  set workingDirectoryAddress(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 56, value, true);
  }
  get workingDirectorySize(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 64, true);
  }
  set workingDirectorySize(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 64, value, true);
  }
  /** descriptors that become the guest's 0, 1, 2; borrowed until its run has ended */
  get standardInput(): number {
    return this.dataView.getInt32(this.dataOffset + 72, true);
  }
  set standardInput(value: number) {
    this.dataView.setInt32(this.dataOffset + 72, value, true);
  }
  get standardOutput(): number {
    return this.dataView.getInt32(this.dataOffset + 76, true);
  }
  set standardOutput(value: number) {
    this.dataView.setInt32(this.dataOffset + 76, value, true);
  }
  get standardError(): number {
    return this.dataView.getInt32(this.dataOffset + 80, true);
  }
  set standardError(value: number) {
    this.dataView.setInt32(this.dataOffset + 80, value, true);
  }
}

/** The contract as data. timeout: milliseconds, 0 for none; since: the minor that appended the method. */
export const osPersonalityContract = {
  id: "os.personality",
  version: { major: 1, minor: 0 },
  tiers: ["inline", "process"],
  domain: "machine",
  replaceable: false,
  methods: {
    spawn: { number: 1, mode: "synchronous", thread: "control", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: true, optional: false, since: 0, errors: [] },
    handleExit: { number: 2, mode: "synchronous", thread: "vcpu", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: true, optional: false, since: 0, errors: [] },
    signal: { number: 3, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: ["NOT_FOUND", "INVALID_ARGUMENT"] },
  },
} as const;

export interface OsPersonality {
  /** [any] Sends the guest process a signal, by its Linux number. */
  signal(process: number, signal: number): void;
}

function osPersonalitySignalCall(process: number, signal: number): Call<void> {
  return {
    point: "os.personality",
    method: 3,
    kind: 1,
    capacities: [],
    encode: () => {
      const writer = new WireWriter(8);
      writer.view.setUint32(0, integer(process, 0, 4294967295, "process"), true);
      writer.view.setUint32(4, integer(signal, 0, 4294967295, "signal"), true);
      return writer.finish();
    },
    decode: () => {},
  };
}

/** Calls an implementation that lives elsewhere; its thread waits for each answer. */
export class OsPersonalityClient implements OsPersonality {
  readonly #transport: SynchronousTransport;

  constructor(transport: SynchronousTransport) {
    this.#transport = transport;
  }

  signal(process: number, signal: number): void {
    return callSynchronously(this.#transport, osPersonalitySignalCall(process, signal));
  }
}

/** Calls an implementation that lives elsewhere; every answer is a promise. */
export class OsPersonalityAsynchronousClient {
  readonly #transport: AsynchronousTransport;

  constructor(transport: AsynchronousTransport) {
    this.#transport = transport;
  }

  signal(process: number, signal: number): Promise<void> {
    return callAsynchronously(this.#transport, osPersonalitySignalCall(process, signal));
  }
}

/**
 * Answers one request with the implementation's result, or with its error as status, code and message. A request that breaks
 * the wire format is answered MALFORMED and the implementation not called. Never throws.
 */
export function dispatchOsPersonality(
  implementation: OsPersonality,
  method: number,
  request: Uint8Array,
): Answer | Promise<Answer> {
  return guarded(() => {
    switch (method) {
      case 3: {
        const reader = new WireReader(request, 8);
        const { view } = reader;
        const process = view.getUint32(0, true);
        const signal = view.getUint32(4, true);
        return answer<unknown>(() => implementation.signal(process, signal), () => emptyBody);
      }
      default:
        return malformedAnswerBytes;
    }
  });
}
