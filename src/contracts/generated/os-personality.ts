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
  wideInteger,
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

/** A folder or file of the host that a guest sees at a path. */
export interface Mount {
  /** path on the host */
  readonly host: string;
  /** absolute path in the guest; below it lies what the host has there */
  readonly guest: string;
  /** 0 or 1 */
  readonly readOnly: number;
}

export const mountSize = 40;

export function decodeMount(reader: WireReader, view: DataView, from = 0): Mount {
  zeroes(view, from + 36, 4);
  return {
    host: reader.stringField(view, from),
    guest: reader.stringField(view, from + 16),
    readOnly: view.getUint32(from + 32, true),
  };
}

export function encodeMount(writer: WireWriter, to: number, value: Loose<Mount>): void {
  writer.putString(to, value.host);
  writer.putString(to + 16, value.guest);
  writer.view.setUint32(to + 32, integer(value.readOnly, 0, 4294967295, "Mount.readOnly"), true);
}

/**
 * vmp_mount in memory. A folder or file of the host that a guest sees at a path. Pointers are addresses of the process
 * that wrote them.
 */
export class MountView extends LayoutView {
  static readonly size = 40;
  /** path on the host */
  get hostAddress(): bigint {
    return this.dataView.getBigUint64(this.dataOffset, true);
  }
  set hostAddress(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset, value, true);
  }
  get hostSize(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 8, true);
  }
  set hostSize(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 8, value, true);
  }
  /** absolute path in the guest; below it lies what the host has there */
  get guestAddress(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 16, true);
  }
  set guestAddress(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 16, value, true);
  }
  get guestSize(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 24, true);
  }
  set guestSize(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 24, value, true);
  }
  /** 0 or 1 */
  get readOnly(): number {
    return this.dataView.getUint32(this.dataOffset + 32, true);
  }
  set readOnly(value: number) {
    this.dataView.setUint32(this.dataOffset + 32, value, true);
  }
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
  /** what this call starts: the process and all that come from it; unique in the machine */
  readonly run: number;
  /** folder of the host that is the guest's "/"; empty: as configured */
  readonly root: string;
  /** 0 or 1; of `root` */
  readonly rootReadOnly: number;
  /** processes of the run at one time; 0: no limit */
  readonly processLimit: number;
  /** below them what the root has there is hidden; later ones come first */
  readonly mounts: readonly Mount[];
  /** descriptors of one process; 0: no limit but the guest's own */
  readonly openFileLimit: number;
  /** descriptor for one line a system call, borrowed until the run has ended; -1: none */
  readonly trace: number;
}

export const spawnSize = 136;

export function decodeSpawn(reader: WireReader, view: DataView, from = 0): Spawn {
  return {
    program: view.getInt32(from + 4, true),
    path: reader.stringField(view, from + 8),
    arguments: decodeItems(reader, reader.itemsField(view, from + 24, 16), 16, (view) => reader.stringField(view, 0)),
    environment: decodeItems(reader, reader.itemsField(view, from + 40, 16), 16, (view) => reader.stringField(view, 0)),
    workingDirectory: reader.stringField(view, from + 56),
    standardInput: view.getInt32(from + 72, true),
    standardOutput: view.getInt32(from + 76, true),
    standardError: view.getInt32(from + 80, true),
    run: view.getUint32(from + 84, true),
    root: reader.stringField(view, from + 88),
    rootReadOnly: view.getUint32(from + 104, true),
    processLimit: view.getUint32(from + 108, true),
    mounts: decodeItems(reader, reader.itemsField(view, from + 112, 40), 40, (view) => decodeMount(reader, view, 0)),
    openFileLimit: view.getUint32(from + 128, true),
    trace: view.getInt32(from + 132, true),
  };
}

export function encodeSpawn(writer: WireWriter, to: number, value: Loose<Spawn>): void {
  writer.view.setUint32(to, 136, true);
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
  writer.view.setUint32(to + 84, integer(value.run, 0, 4294967295, "Spawn.run"), true);
  writer.putString(to + 88, value.root);
  writer.view.setUint32(to + 104, integer(value.rootReadOnly, 0, 4294967295, "Spawn.rootReadOnly"), true);
  writer.view.setUint32(to + 108, integer(value.processLimit, 0, 4294967295, "Spawn.processLimit"), true);
  writer.putItems(to + 112, 40, value.mounts, (item, at) => {
    encodeMount(writer, at, item);
  });
  writer.view.setUint32(to + 128, integer(value.openFileLimit, 0, 4294967295, "Spawn.openFileLimit"), true);
  writer.view.setInt32(to + 132, integer(value.trace, -2147483648, 2147483647, "Spawn.trace"), true);
}

/** vmp_spawn in memory. Pointers are addresses of the process that wrote them. */
export class SpawnView extends LayoutView {
  static readonly size = 136;
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
  /** what this call starts: the process and all that come from it; unique in the machine */
  get run(): number {
    return this.dataView.getUint32(this.dataOffset + 84, true);
  }
  set run(value: number) {
    this.dataView.setUint32(this.dataOffset + 84, value, true);
  }
  /** folder of the host that is the guest's "/"; empty: as configured */
  get rootAddress(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 88, true);
  }
  set rootAddress(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 88, value, true);
  }
  get rootSize(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 96, true);
  }
  set rootSize(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 96, value, true);
  }
  /** 0 or 1; of `root` */
  get rootReadOnly(): number {
    return this.dataView.getUint32(this.dataOffset + 104, true);
  }
  set rootReadOnly(value: number) {
    this.dataView.setUint32(this.dataOffset + 104, value, true);
  }
  /** processes of the run at one time; 0: no limit */
  get processLimit(): number {
    return this.dataView.getUint32(this.dataOffset + 108, true);
  }
  set processLimit(value: number) {
    this.dataView.setUint32(this.dataOffset + 108, value, true);
  }
  /** below them what the root has there is hidden; later ones come first */
  get mounts(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 112, true);
  }
  set mounts(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 112, value, true);
  }
  get mountCount(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 120, true);
  }
  set mountCount(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 120, value, true);
  }
  /** descriptors of one process; 0: no limit but the guest's own */
  get openFileLimit(): number {
    return this.dataView.getUint32(this.dataOffset + 128, true);
  }
  set openFileLimit(value: number) {
    this.dataView.setUint32(this.dataOffset + 128, value, true);
  }
  /** descriptor for one line a system call, borrowed until the run has ended; -1: none */
  get trace(): number {
    return this.dataView.getInt32(this.dataOffset + 132, true);
  }
  set trace(value: number) {
    this.dataView.setInt32(this.dataOffset + 132, value, true);
  }
}

/** What a run's processes have for the host's descriptors that were given to its spawn. */
export interface RestoredStreams {
  readonly run: number;
  /** borrowed until the run has ended */
  readonly standardInput: number;
  readonly standardOutput: number;
  readonly standardError: number;
  /** -1: none */
  readonly trace: number;
}

export const restoredStreamsSize = 24;

export function decodeRestoredStreams(reader: WireReader, view: DataView, from = 0): RestoredStreams {
  zeroes(view, from + 20, 4);
  void reader;
  return {
    run: view.getUint32(from, true),
    standardInput: view.getInt32(from + 4, true),
    standardOutput: view.getInt32(from + 8, true),
    standardError: view.getInt32(from + 12, true),
    trace: view.getInt32(from + 16, true),
  };
}

export function encodeRestoredStreams(writer: WireWriter, to: number, value: Loose<RestoredStreams>): void {
  writer.view.setUint32(to, integer(value.run, 0, 4294967295, "RestoredStreams.run"), true);
  writer.view.setInt32(to + 4, integer(value.standardInput, -2147483648, 2147483647, "RestoredStreams.standardInput"), true);
  writer.view.setInt32(to + 8, integer(value.standardOutput, -2147483648, 2147483647, "RestoredStreams.standardOutput"), true);
  writer.view.setInt32(to + 12, integer(value.standardError, -2147483648, 2147483647, "RestoredStreams.standardError"), true);
  writer.view.setInt32(to + 16, integer(value.trace, -2147483648, 2147483647, "RestoredStreams.trace"), true);
}

/**
 * vmp_restored_streams in memory. What a run's processes have for the host's descriptors that were given to its spawn.
 */
export class RestoredStreamsView extends LayoutView {
  static readonly size = 24;
  get run(): number {
    return this.dataView.getUint32(this.dataOffset, true);
  }
  set run(value: number) {
    this.dataView.setUint32(this.dataOffset, value, true);
  }
  /** borrowed until the run has ended */
  get standardInput(): number {
    return this.dataView.getInt32(this.dataOffset + 4, true);
  }
  set standardInput(value: number) {
    this.dataView.setInt32(this.dataOffset + 4, value, true);
  }
  get standardOutput(): number {
    return this.dataView.getInt32(this.dataOffset + 8, true);
  }
  set standardOutput(value: number) {
    this.dataView.setInt32(this.dataOffset + 8, value, true);
  }
  get standardError(): number {
    return this.dataView.getInt32(this.dataOffset + 12, true);
  }
  set standardError(value: number) {
    this.dataView.setInt32(this.dataOffset + 12, value, true);
  }
  /** -1: none */
  get trace(): number {
    return this.dataView.getInt32(this.dataOffset + 16, true);
  }
  set trace(value: number) {
    this.dataView.setInt32(this.dataOffset + 16, value, true);
  }
}

/**
 * vmp_restore in memory. What the machine has made ready for the processes of a snapshot; all of it is as it was then.
 * Pointers are addresses of the process that wrote them.
 */
export class RestoreView extends LayoutView {
  static readonly size = 64;
  get structSize(): number {
    return this.dataView.getUint32(this.dataOffset, true);
  }
  set structSize(value: number) {
    this.dataView.setUint32(this.dataOffset, value, true);
  }
  get snapshot(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 8, true);
  }
  set snapshot(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 8, value, true);
  }
  /** with the ids that they had */
  get spaces(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 16, true);
  }
  set spaces(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 16, value, true);
  }
  get spaceCount(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 24, true);
  }
  set spaceCount(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 24, value, true);
  }
  /** with the indices that they had; the machine starts them */
  get vcpus(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 32, true);
  }
  set vcpus(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 32, value, true);
  }
  get vcpuCount(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 40, true);
  }
  set vcpuCount(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 40, value, true);
  }
  /** of each run with a process that has not ended */
  get streams(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 48, true);
  }
  set streams(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 48, value, true);
  }
  get streamCount(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 56, true);
  }
  set streamCount(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 56, value, true);
  }
}

/** A function of a guest's that the host calls. */
export interface FunctionCall {
  readonly run: number;
  /** of the call, for call_ended */
  readonly id: bigint;
  /** of the program's symbol table */
  readonly symbol: string;
  /** integers or guest addresses, six at most */
  readonly arguments: readonly bigint[];
}

export const functionCallSize = 48;

export function decodeFunctionCall(reader: WireReader, view: DataView, from = 0): FunctionCall {
  return {
    run: view.getUint32(from + 4, true),
    id: view.getBigUint64(from + 8, true),
    symbol: reader.stringField(view, from + 16),
    arguments: decodeItems(reader, reader.itemsField(view, from + 32, 8), 8, (view) => view.getBigUint64(0, true)),
  };
}

export function encodeFunctionCall(writer: WireWriter, to: number, value: Loose<FunctionCall>): void {
  writer.view.setUint32(to, 48, true);
  writer.view.setUint32(to + 4, integer(value.run, 0, 4294967295, "FunctionCall.run"), true);
  writer.view.setBigUint64(to + 8, wideInteger(value.id, false, "FunctionCall.id"), true);
  writer.putString(to + 16, value.symbol);
  writer.putItems(to + 32, 8, value.arguments, (item, at) => {
    writer.view.setBigUint64(at, wideInteger(item, false, "FunctionCall.arguments"), true);
  });
}

/**
 * vmp_function_call in memory. A function of a guest's that the host calls. Pointers are addresses of the process that
 * wrote them.
 */
export class FunctionCallView extends LayoutView {
  static readonly size = 48;
  get structSize(): number {
    return this.dataView.getUint32(this.dataOffset, true);
  }
  set structSize(value: number) {
    this.dataView.setUint32(this.dataOffset, value, true);
  }
  get run(): number {
    return this.dataView.getUint32(this.dataOffset + 4, true);
  }
  set run(value: number) {
    this.dataView.setUint32(this.dataOffset + 4, value, true);
  }
  /** of the call, for call_ended */
  get id(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 8, true);
  }
  set id(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 8, value, true);
  }
  /** of the program's symbol table */
  get symbolAddress(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 16, true);
  }
  set symbolAddress(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 16, value, true);
  }
  get symbolSize(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 24, true);
  }
  set symbolSize(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 24, value, true);
  }
  /** integers or guest addresses, six at most */
  get arguments(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 32, true);
  }
  set arguments(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 32, value, true);
  }
  get argumentCount(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 40, true);
  }
  set argumentCount(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 40, value, true);
  }
}

export interface OsPersonalityCapabilities {
  /**
   * 1: its guests own the processor, with all its modes, ports and physical addresses; a machine runs one of them at a
   * time, on accel.virtualization. 0: they are programs
   */
  readonly wholeProcessor: number;
}

export const osPersonalityCapabilitiesSize = 8;

export function decodeOsPersonalityCapabilities(reader: WireReader, view: DataView, from = 0): OsPersonalityCapabilities {
  void reader;
  return {
    wholeProcessor: view.getUint32(from + 4, true),
  };
}

export function encodeOsPersonalityCapabilities(writer: WireWriter, to: number, value: Loose<OsPersonalityCapabilities>): void {
  writer.view.setUint32(to, 8, true);
  writer.view.setUint32(to + 4, integer(value.wholeProcessor, 0, 4294967295, "OsPersonalityCapabilities.wholeProcessor"), true);
}

/** vmp_os_personality_capabilities in memory. */
export class OsPersonalityCapabilitiesView extends LayoutView {
  static readonly size = 8;
  get structSize(): number {
    return this.dataView.getUint32(this.dataOffset, true);
  }
  set structSize(value: number) {
    this.dataView.setUint32(this.dataOffset, value, true);
  }
  /**
   * 1: its guests own the processor, with all its modes, ports and physical addresses; a machine runs one of them at a
   * time, on accel.virtualization. 0: they are programs
   */
  get wholeProcessor(): number {
    return this.dataView.getUint32(this.dataOffset + 4, true);
  }
  set wholeProcessor(value: number) {
    this.dataView.setUint32(this.dataOffset + 4, value, true);
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
    signal: { number: 3, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: ["NOT_FOUND", "INVALID_ARGUMENT", "BUSY"] },
    snapshot: { number: 4, mode: "synchronous", thread: "control", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: true, optional: true, since: 0, errors: ["UNSUPPORTED", "OUT_OF_MEMORY"] },
    snapshotDestroy: { number: 5, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: true, optional: true, since: 0, errors: [] },
    restore: { number: 6, mode: "synchronous", thread: "control", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: true, optional: true, since: 0, errors: ["UNSUPPORTED", "IO", "OUT_OF_MEMORY"] },
    call: { number: 7, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: true, optional: true, since: 0, errors: ["NOT_FOUND", "INVALID_ARGUMENT", "BUSY", "UNSUPPORTED"] },
    callWithdraw: { number: 8, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: true, optional: true, since: 0, errors: [] },
  },
} as const;

export interface OsPersonality {
  /**
   * [any] Sends guest processes of a run a signal, by its Linux number: `process` when it is positive, the process
   * group -process when it is negative, the foreground process group of the run's terminal when it is 0.
   */
  signal(run: number, process: number, signal: number): void;
}

function osPersonalitySignalCall(run: number, process: number, signal: number): Call<void> {
  return {
    point: "os.personality",
    method: 3,
    kind: 1,
    capacities: [],
    encode: () => {
      const writer = new WireWriter(12);
      writer.view.setUint32(0, integer(run, 0, 4294967295, "run"), true);
      writer.view.setInt32(4, integer(process, -2147483648, 2147483647, "process"), true);
      writer.view.setUint32(8, integer(signal, 0, 4294967295, "signal"), true);
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

  signal(run: number, process: number, signal: number): void {
    return callSynchronously(this.#transport, osPersonalitySignalCall(run, process, signal));
  }
}

/** Calls an implementation that lives elsewhere; every answer is a promise. */
export class OsPersonalityAsynchronousClient {
  readonly #transport: AsynchronousTransport;

  constructor(transport: AsynchronousTransport) {
    this.#transport = transport;
  }

  signal(run: number, process: number, signal: number): Promise<void> {
    return callAsynchronously(this.#transport, osPersonalitySignalCall(run, process, signal));
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
        const reader = new WireReader(request, 12);
        const { view } = reader;
        const run = view.getUint32(0, true);
        const process = view.getInt32(4, true);
        const signal = view.getUint32(8, true);
        return answer<unknown>(() => implementation.signal(run, process, signal), () => emptyBody);
      }
      default:
        return malformedAnswerBytes;
    }
  });
}
