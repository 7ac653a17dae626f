// The entry of a native vm-plugin and what every other header builds on. Generated from the contract in src/contracts/abi.ts by `npm run generate`. Do not edit.
import type { Loose, WireReader, WireWriter } from "../runtime/index.ts";
import { LayoutView, characters, putCharacters } from "../runtime/index.ts";

export const VMP_ABI_MAJOR = 1;

export const VMP_ABI_MINOR = 0;

export type Status = "ok" | "error-invalid-argument" | "error-out-of-memory" | "error-unsupported" | "error-not-found" | "error-denied" | "error-timed-out" | "error-cancelled" | "error-busy" | "error-revoked" | "error-io" | "error-fault" | "error-too-small" | "error-malformed" | "error-internal" | "error-plugin" | number;

export const statusValues = {
  ok: 0,
  "error-invalid-argument": 1,
  "error-out-of-memory": 2,
  "error-unsupported": 3,
  "error-not-found": 4,
  "error-denied": 5,
  "error-timed-out": 6,
  "error-cancelled": 7,
  "error-busy": 8,
  "error-revoked": 9,
  "error-io": 10,
  /** a guest address that is not mapped for this access */
  "error-fault": 11,
  /** the caller's buffer; the size needed was written */
  "error-too-small": 12,
  /** a file or message that breaks its format */
  "error-malformed": 13,
  "error-internal": 14,
  /** the plugin's own; error.code says which */
  "error-plugin": 15,
} as const;

export function decodeStatus(value: number): Status {
  switch (value) {
    case 0:
      return "ok";
    case 1:
      return "error-invalid-argument";
    case 2:
      return "error-out-of-memory";
    case 3:
      return "error-unsupported";
    case 4:
      return "error-not-found";
    case 5:
      return "error-denied";
    case 6:
      return "error-timed-out";
    case 7:
      return "error-cancelled";
    case 8:
      return "error-busy";
    case 9:
      return "error-revoked";
    case 10:
      return "error-io";
    case 11:
      return "error-fault";
    case 12:
      return "error-too-small";
    case 13:
      return "error-malformed";
    case 14:
      return "error-internal";
    case 15:
      return "error-plugin";
    default:
      return value;
  }
}

export function encodeStatus(value: Status): number {
  if (typeof value === "number") return value;
  if (Object.hasOwn(statusValues, value)) return statusValues[value];
  throw new RangeError(`${String(value)} is none of ok, error-invalid-argument, error-out-of-memory, error-unsupported, error-not-found, error-denied, error-timed-out, error-cancelled, error-busy, error-revoked, error-io, error-fault, error-too-small, error-malformed, error-internal, error-plugin`);
}

/**
 * vmp_string in memory. UTF-8, not terminated. data may be NULL when size is 0. Pointers are addresses of the process
 * that wrote them.
 */
export class StringView extends LayoutView {
  static readonly size = 16;
  get data(): bigint {
    return this.dataView.getBigUint64(this.dataOffset, true);
  }
  set data(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset, value, true);
  }
  get size(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 8, true);
  }
  set size(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 8, value, true);
  }
}

/** Filled by the callee when it answers anything but VMP_OK; the caller owns it. code and message are terminated. */
export interface Error {
  readonly status: Status;
  /** empty, or UPPER_SNAKE_CASE; a plugin's own code, without the plugin's id */
  readonly code: string;
  readonly message: string;
}

export const errorSize = 512;

export function decodeError(reader: WireReader, view: DataView, from = 0): Error {
  void reader;
  return {
    status: decodeStatus(view.getInt32(from + 4, true)),
    code: characters(view, from + 8, 56),
    message: characters(view, from + 64, 448),
  };
}

export function encodeError(writer: WireWriter, to: number, value: Loose<Error>): void {
  writer.view.setUint32(to, 512, true);
  writer.view.setInt32(to + 4, encodeStatus(value.status), true);
  putCharacters(writer.view, to + 8, 56, value.code);
  putCharacters(writer.view, to + 64, 448, value.message);
}

/**
 * vmp_error in memory. Filled by the callee when it answers anything but VMP_OK; the caller owns it. code and message
 * are terminated.
 */
export class ErrorView extends LayoutView {
  static readonly size = 512;
  get structSize(): number {
    return this.dataView.getUint32(this.dataOffset, true);
  }
  set structSize(value: number) {
    this.dataView.setUint32(this.dataOffset, value, true);
  }
  /** VMP_* */
  get status(): number {
    return this.dataView.getInt32(this.dataOffset + 4, true);
  }
  set status(value: number) {
    this.dataView.setInt32(this.dataOffset + 4, value, true);
  }
  /** empty, or UPPER_SNAKE_CASE; a plugin's own code, without the plugin's id */
  get code(): string {
    return characters(this.dataView, this.dataOffset + 8, 56);
  }
  set code(value: string) {
    putCharacters(this.dataView, this.dataOffset + 8, 56, value);
  }
  get message(): string {
    return characters(this.dataView, this.dataOffset + 64, 448);
  }
  set message(value: string) {
    putCharacters(this.dataView, this.dataOffset + 64, 448, value);
  }
}

/**
 * vmp_cancellation in memory. Given to a method that can be cancelled, which looks at it from time to time and then
 * answers CANCELLED.
 */
export class CancellationView extends LayoutView {
  static readonly size = 8;
  get structSize(): number {
    return this.dataView.getUint32(this.dataOffset, true);
  }
  set structSize(value: number) {
    this.dataView.setUint32(this.dataOffset, value, true);
  }
  /** acquire in C; sequentially consistent here. */
  loadRequested(): number {
    return Atomics.load(new Uint32Array(this.dataView.buffer, this.dataView.byteOffset + this.dataOffset + 4, 1), 0);
  }
  storeRequested(value: number): void {
    Atomics.store(new Uint32Array(this.dataView.buffer, this.dataView.byteOffset + this.dataOffset + 4, 1), 0, value);
  }
  /** Sets the bits; what was there before. */
  orRequested(bits: number): number {
    return Atomics.or(new Uint32Array(this.dataView.buffer, this.dataView.byteOffset + this.dataOffset + 4, 1), 0, bits);
  }
}

/**
 * vmp_binding in memory. One implementation that an instance may call: from vtable to vtable, with no host between.
 * Pointers are addresses of the process that wrote them.
 */
export class BindingView extends LayoutView {
  static readonly size = 56;
  get point(): bigint {
    return this.dataView.getBigUint64(this.dataOffset, true);
  }
  set point(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset, value, true);
  }
  get name(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 8, true);
  }
  set name(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 8, value, true);
  }
  get plugin(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 16, true);
  }
  set plugin(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 16, value, true);
  }
  get vtable(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 24, true);
  }
  set vtable(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 24, value, true);
  }
  get self(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 32, true);
  }
  set self(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 32, value, true);
  }
  get capabilities(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 40, true);
  }
  set capabilities(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 40, value, true);
  }
  get contractMajor(): number {
    return this.dataView.getUint16(this.dataOffset + 48, true);
  }
  set contractMajor(value: number) {
    this.dataView.setUint16(this.dataOffset + 48, value, true);
  }
  get contractMinor(): number {
    return this.dataView.getUint16(this.dataOffset + 50, true);
  }
  set contractMinor(value: number) {
    this.dataView.setUint16(this.dataOffset + 50, value, true);
  }
}

/**
 * vmp_bindings in memory. Immutable while a virtual CPU runs. Items lie `stride` bytes apart. Pointers are addresses of
 * the process that wrote them.
 */
export class BindingsView extends LayoutView {
  static readonly size = 24;
  get structSize(): number {
    return this.dataView.getUint32(this.dataOffset, true);
  }
  set structSize(value: number) {
    this.dataView.setUint32(this.dataOffset, value, true);
  }
  get count(): number {
    return this.dataView.getUint32(this.dataOffset + 4, true);
  }
  set count(value: number) {
    this.dataView.setUint32(this.dataOffset + 4, value, true);
  }
  get stride(): number {
    return this.dataView.getUint32(this.dataOffset + 8, true);
  }
  set stride(value: number) {
    this.dataView.setUint32(this.dataOffset + 8, value, true);
  }
  get items(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 16, true);
  }
  set items(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 16, value, true);
  }
}

/** vmp_create_info in memory. Pointers are addresses of the process that wrote them. */
export class CreateInfoView extends LayoutView {
  static readonly size = 48;
  get structSize(): number {
    return this.dataView.getUint32(this.dataOffset, true);
  }
  set structSize(value: number) {
    this.dataView.setUint32(this.dataOffset, value, true);
  }
  get host(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 8, true);
  }
  set host(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 8, value, true);
  }
  /** NULL for an instance that belongs to no machine */
  get machine(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 16, true);
  }
  set machine(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 16, value, true);
  }
  /** valid until destroy has returned */
  get configuration(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 24, true);
  }
  set configuration(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 24, value, true);
  }
  /** the implementation's name, as in the manifest */
  get nameAddress(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 32, true);
  }
  set nameAddress(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 32, value, true);
  }
  get nameSize(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 40, true);
  }
  set nameSize(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 40, value, true);
  }
}
