// The hypervisors of the host's kernel, as they are: the service `vmp.hypervisor/1`. Generated from the contract in src/contracts/hypervisor.ts by `npm run generate`. Do not edit.
import type { Loose, WireReader, WireWriter } from "../runtime/index.ts";
import { LayoutView, MalformedMessage, checkedIndex, exactly, integer, wideInteger, zeroes } from "../runtime/index.ts";
import type { X8664Segment } from "./vcpu.ts";
import { X8664SegmentView, decodeX8664Segment, encodeX8664Segment } from "./vcpu.ts";

export type Emulation = "done" | "exit";

export const emulationValues = {
  /** the state is as behind the instruction */
  done: 0,
  /** the exit is described; after it, emulate again */
  exit: 1,
} as const;

export function decodeEmulation(value: number): Emulation {
  switch (value) {
    case 0:
      return "done";
    case 1:
      return "exit";
    default:
      throw new MalformedMessage(`${value} is no Emulation`);
  }
}

export function encodeEmulation(value: Emulation): number {
  if (Object.hasOwn(emulationValues, value)) return emulationValues[value];
  throw new RangeError(`${String(value)} is none of done, exit`);
}

/** WHV_RUN_VP_EXIT_REASON */
export type WhpxExitReason = "none" | "memory-access" | "port-access" | "unrecoverable-exception" | "invalid-register-value" | "unsupported-feature" | "interrupt-window" | "halt" | "msr-access" | "cpuid" | "exception" | "canceled" | number;

export const whpxExitReasonValues = {
  none: 0,
  "memory-access": 1,
  "port-access": 2,
  "unrecoverable-exception": 4,
  "invalid-register-value": 5,
  "unsupported-feature": 6,
  "interrupt-window": 7,
  halt: 8,
  "msr-access": 4096,
  cpuid: 4097,
  exception: 4098,
  canceled: 8193,
} as const;

export function decodeWhpxExitReason(value: number): WhpxExitReason {
  switch (value) {
    case 0:
      return "none";
    case 1:
      return "memory-access";
    case 2:
      return "port-access";
    case 4:
      return "unrecoverable-exception";
    case 5:
      return "invalid-register-value";
    case 6:
      return "unsupported-feature";
    case 7:
      return "interrupt-window";
    case 8:
      return "halt";
    case 4096:
      return "msr-access";
    case 4097:
      return "cpuid";
    case 4098:
      return "exception";
    case 8193:
      return "canceled";
    default:
      return value;
  }
}

export function encodeWhpxExitReason(value: WhpxExitReason): number {
  if (typeof value === "number") return value;
  if (Object.hasOwn(whpxExitReasonValues, value)) return whpxExitReasonValues[value];
  throw new RangeError(`${String(value)} is none of none, memory-access, port-access, unrecoverable-exception, invalid-register-value, unsupported-feature, interrupt-window, halt, msr-access, cpuid, exception, canceled`);
}

/** WHV_CAPABILITY_CODE */
export type WhpxCapability = "hypervisor-present" | "features" | "extended-vm-exits" | "exception-exit-bitmap" | number;

export const whpxCapabilityValues = {
  "hypervisor-present": 0,
  features: 1,
  "extended-vm-exits": 2,
  "exception-exit-bitmap": 3,
} as const;

export function decodeWhpxCapability(value: number): WhpxCapability {
  switch (value) {
    case 0:
      return "hypervisor-present";
    case 1:
      return "features";
    case 2:
      return "extended-vm-exits";
    case 3:
      return "exception-exit-bitmap";
    default:
      return value;
  }
}

export function encodeWhpxCapability(value: WhpxCapability): number {
  if (typeof value === "number") return value;
  if (Object.hasOwn(whpxCapabilityValues, value)) return whpxCapabilityValues[value];
  throw new RangeError(`${String(value)} is none of hypervisor-present, features, extended-vm-exits, exception-exit-bitmap`);
}

/** WHV_PARTITION_PROPERTY_CODE */
export type WhpxProperty = "extended-vm-exits" | "exception-exit-bitmap" | "cpuid-exit-list" | "processor-count" | number;

export const whpxPropertyValues = {
  "extended-vm-exits": 1,
  "exception-exit-bitmap": 2,
  "cpuid-exit-list": 4099,
  "processor-count": 8191,
} as const;

export function decodeWhpxProperty(value: number): WhpxProperty {
  switch (value) {
    case 1:
      return "extended-vm-exits";
    case 2:
      return "exception-exit-bitmap";
    case 4099:
      return "cpuid-exit-list";
    case 8191:
      return "processor-count";
    default:
      return value;
  }
}

export function encodeWhpxProperty(value: WhpxProperty): number {
  if (typeof value === "number") return value;
  if (Object.hasOwn(whpxPropertyValues, value)) return whpxPropertyValues[value];
  throw new RangeError(`${String(value)} is none of extended-vm-exits, exception-exit-bitmap, cpuid-exit-list, processor-count`);
}

/**
 * WHV_REGISTER_NAME without its highest bit, which no enumerator of C may have; of those that the state layout has no
 * place for
 */
export type WhpxRegister = "pending-interruption" | "interrupt-state" | "pending-event" | "deliverability-notifications" | number;

export const whpxRegisterValues = {
  "pending-interruption": 0,
  "interrupt-state": 1,
  "pending-event": 2,
  "deliverability-notifications": 4,
} as const;

export function decodeWhpxRegister(value: number): WhpxRegister {
  switch (value) {
    case 0:
      return "pending-interruption";
    case 1:
      return "interrupt-state";
    case 2:
      return "pending-event";
    case 4:
      return "deliverability-notifications";
    default:
      return value;
  }
}

export function encodeWhpxRegister(value: WhpxRegister): number {
  if (typeof value === "number") return value;
  if (Object.hasOwn(whpxRegisterValues, value)) return whpxRegisterValues[value];
  throw new RangeError(`${String(value)} is none of pending-interruption, interrupt-state, pending-event, deliverability-notifications`);
}

export interface WhpxMemoryAccess {
  readonly count: number;
  readonly reserved0: Uint8Array;
  readonly bytes: Uint8Array;
  /** 1:0 read, write, execute; 2 no range is mapped there; 3 linear is valid */
  readonly information: number;
  readonly physical: bigint;
  readonly linear: bigint;
}

export const whpxMemoryAccessSize = 40;

export function decodeWhpxMemoryAccess(reader: WireReader, view: DataView, from = 0): WhpxMemoryAccess {
  void reader;
  return {
    count: view.getUint8(from),
    reserved0: new Uint8Array(view.buffer, view.byteOffset + from + 1, 3).slice(),
    bytes: new Uint8Array(view.buffer, view.byteOffset + from + 4, 16).slice(),
    information: view.getUint32(from + 20, true),
    physical: view.getBigUint64(from + 24, true),
    linear: view.getBigUint64(from + 32, true),
  };
}

export function encodeWhpxMemoryAccess(writer: WireWriter, to: number, value: Loose<WhpxMemoryAccess>): void {
  writer.view.setUint8(to, integer(value.count, 0, 255, "WhpxMemoryAccess.count"));
  writer.putFixed(to + 1, 3, value.reserved0, "WhpxMemoryAccess.reserved0");
  writer.putFixed(to + 4, 16, value.bytes, "WhpxMemoryAccess.bytes");
  writer.view.setUint32(to + 20, integer(value.information, 0, 4294967295, "WhpxMemoryAccess.information"), true);
  writer.view.setBigUint64(to + 24, wideInteger(value.physical, false, "WhpxMemoryAccess.physical"), true);
  writer.view.setBigUint64(to + 32, wideInteger(value.linear, false, "WhpxMemoryAccess.linear"), true);
}

/** vmp_whpx_memory_access in memory. */
export class WhpxMemoryAccessView extends LayoutView {
  static readonly size = 40;
  get count(): number {
    return this.dataView.getUint8(this.dataOffset);
  }
  set count(value: number) {
    this.dataView.setUint8(this.dataOffset, value);
  }
  get reserved0(): Uint8Array {
    return new Uint8Array(this.dataView.buffer, this.dataView.byteOffset + this.dataOffset + 1, 3);
  }
  get bytes(): Uint8Array {
    return new Uint8Array(this.dataView.buffer, this.dataView.byteOffset + this.dataOffset + 4, 16);
  }
  /** 1:0 read, write, execute; 2 no range is mapped there; 3 linear is valid */
  get information(): number {
    return this.dataView.getUint32(this.dataOffset + 20, true);
  }
  set information(value: number) {
    this.dataView.setUint32(this.dataOffset + 20, value, true);
  }
  get physical(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 24, true);
  }
  set physical(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 24, value, true);
  }
  get linear(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 32, true);
  }
  set linear(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 32, value, true);
  }
}

export interface WhpxPortAccess {
  readonly count: number;
  readonly reserved0: Uint8Array;
  readonly bytes: Uint8Array;
  /** 0 write, 3:1 size, 4 string, 5 repeated */
  readonly information: number;
  readonly port: number;
  readonly reserved1: readonly number[];
  readonly rax: bigint;
  readonly rcx: bigint;
  readonly rsi: bigint;
  readonly rdi: bigint;
  readonly ds: X8664Segment;
  readonly es: X8664Segment;
}

export const whpxPortAccessSize = 96;

export function decodeWhpxPortAccess(reader: WireReader, view: DataView, from = 0): WhpxPortAccess {
  return {
    count: view.getUint8(from),
    reserved0: new Uint8Array(view.buffer, view.byteOffset + from + 1, 3).slice(),
    bytes: new Uint8Array(view.buffer, view.byteOffset + from + 4, 16).slice(),
    information: view.getUint32(from + 20, true),
    port: view.getUint16(from + 24, true),
    reserved1: Array.from({ length: 3 }, (_, index) => view.getUint16(from + 26 + index * 2, true)),
    rax: view.getBigUint64(from + 32, true),
    rcx: view.getBigUint64(from + 40, true),
    rsi: view.getBigUint64(from + 48, true),
    rdi: view.getBigUint64(from + 56, true),
    ds: decodeX8664Segment(reader, view, from + 64),
    es: decodeX8664Segment(reader, view, from + 80),
  };
}

export function encodeWhpxPortAccess(writer: WireWriter, to: number, value: Loose<WhpxPortAccess>): void {
  writer.view.setUint8(to, integer(value.count, 0, 255, "WhpxPortAccess.count"));
  writer.putFixed(to + 1, 3, value.reserved0, "WhpxPortAccess.reserved0");
  writer.putFixed(to + 4, 16, value.bytes, "WhpxPortAccess.bytes");
  writer.view.setUint32(to + 20, integer(value.information, 0, 4294967295, "WhpxPortAccess.information"), true);
  writer.view.setUint16(to + 24, integer(value.port, 0, 65535, "WhpxPortAccess.port"), true);
  exactly(value.reserved1, 3, "WhpxPortAccess.reserved1").forEach((item, index) => {
    writer.view.setUint16(to + 26 + index * 2, integer(item, 0, 65535, "WhpxPortAccess.reserved1"), true);
  });
  writer.view.setBigUint64(to + 32, wideInteger(value.rax, false, "WhpxPortAccess.rax"), true);
  writer.view.setBigUint64(to + 40, wideInteger(value.rcx, false, "WhpxPortAccess.rcx"), true);
  writer.view.setBigUint64(to + 48, wideInteger(value.rsi, false, "WhpxPortAccess.rsi"), true);
  writer.view.setBigUint64(to + 56, wideInteger(value.rdi, false, "WhpxPortAccess.rdi"), true);
  encodeX8664Segment(writer, to + 64, value.ds);
  encodeX8664Segment(writer, to + 80, value.es);
}

/** vmp_whpx_port_access in memory. */
export class WhpxPortAccessView extends LayoutView {
  static readonly size = 96;
  get count(): number {
    return this.dataView.getUint8(this.dataOffset);
  }
  set count(value: number) {
    this.dataView.setUint8(this.dataOffset, value);
  }
  get reserved0(): Uint8Array {
    return new Uint8Array(this.dataView.buffer, this.dataView.byteOffset + this.dataOffset + 1, 3);
  }
  get bytes(): Uint8Array {
    return new Uint8Array(this.dataView.buffer, this.dataView.byteOffset + this.dataOffset + 4, 16);
  }
  /** 0 write, 3:1 size, 4 string, 5 repeated */
  get information(): number {
    return this.dataView.getUint32(this.dataOffset + 20, true);
  }
  set information(value: number) {
    this.dataView.setUint32(this.dataOffset + 20, value, true);
  }
  get port(): number {
    return this.dataView.getUint16(this.dataOffset + 24, true);
  }
  set port(value: number) {
    this.dataView.setUint16(this.dataOffset + 24, value, true);
  }
  reserved1(index: number): number {
    return this.dataView.getUint16(this.dataOffset + 26 + checkedIndex(index, 3) * 2, true);
  }
  setReserved1(index: number, value: number): void {
    this.dataView.setUint16(this.dataOffset + 26 + checkedIndex(index, 3) * 2, value, true);
  }
  get rax(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 32, true);
  }
  set rax(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 32, value, true);
  }
  get rcx(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 40, true);
  }
  set rcx(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 40, value, true);
  }
  get rsi(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 48, true);
  }
  set rsi(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 48, value, true);
  }
  get rdi(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 56, true);
  }
  set rdi(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 56, value, true);
  }
  get ds(): X8664SegmentView {
    return new X8664SegmentView(this.dataView, this.dataOffset + 64);
  }
  get es(): X8664SegmentView {
    return new X8664SegmentView(this.dataView, this.dataOffset + 80);
  }
}

export interface WhpxMsrAccess {
  /** bit 0 */
  readonly write: number;
  readonly number: number;
  readonly rax: bigint;
  readonly rdx: bigint;
}

export const whpxMsrAccessSize = 24;

export function decodeWhpxMsrAccess(reader: WireReader, view: DataView, from = 0): WhpxMsrAccess {
  void reader;
  return {
    write: view.getUint32(from, true),
    number: view.getUint32(from + 4, true),
    rax: view.getBigUint64(from + 8, true),
    rdx: view.getBigUint64(from + 16, true),
  };
}

export function encodeWhpxMsrAccess(writer: WireWriter, to: number, value: Loose<WhpxMsrAccess>): void {
  writer.view.setUint32(to, integer(value.write, 0, 4294967295, "WhpxMsrAccess.write"), true);
  writer.view.setUint32(to + 4, integer(value.number, 0, 4294967295, "WhpxMsrAccess.number"), true);
  writer.view.setBigUint64(to + 8, wideInteger(value.rax, false, "WhpxMsrAccess.rax"), true);
  writer.view.setBigUint64(to + 16, wideInteger(value.rdx, false, "WhpxMsrAccess.rdx"), true);
}

/** vmp_whpx_msr_access in memory. */
export class WhpxMsrAccessView extends LayoutView {
  static readonly size = 24;
  /** bit 0 */
  get write(): number {
    return this.dataView.getUint32(this.dataOffset, true);
  }
  set write(value: number) {
    this.dataView.setUint32(this.dataOffset, value, true);
  }
  get number(): number {
    return this.dataView.getUint32(this.dataOffset + 4, true);
  }
  set number(value: number) {
    this.dataView.setUint32(this.dataOffset + 4, value, true);
  }
  get rax(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 8, true);
  }
  set rax(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 8, value, true);
  }
  get rdx(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 16, true);
  }
  set rdx(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 16, value, true);
  }
}

export interface WhpxCpuidAccess {
  readonly rax: bigint;
  readonly rcx: bigint;
  readonly rdx: bigint;
  readonly rbx: bigint;
  readonly defaultRax: bigint;
  readonly defaultRcx: bigint;
  readonly defaultRdx: bigint;
  readonly defaultRbx: bigint;
}

export const whpxCpuidAccessSize = 64;

export function decodeWhpxCpuidAccess(reader: WireReader, view: DataView, from = 0): WhpxCpuidAccess {
  void reader;
  return {
    rax: view.getBigUint64(from, true),
    rcx: view.getBigUint64(from + 8, true),
    rdx: view.getBigUint64(from + 16, true),
    rbx: view.getBigUint64(from + 24, true),
    defaultRax: view.getBigUint64(from + 32, true),
    defaultRcx: view.getBigUint64(from + 40, true),
    defaultRdx: view.getBigUint64(from + 48, true),
    defaultRbx: view.getBigUint64(from + 56, true),
  };
}

export function encodeWhpxCpuidAccess(writer: WireWriter, to: number, value: Loose<WhpxCpuidAccess>): void {
  writer.view.setBigUint64(to, wideInteger(value.rax, false, "WhpxCpuidAccess.rax"), true);
  writer.view.setBigUint64(to + 8, wideInteger(value.rcx, false, "WhpxCpuidAccess.rcx"), true);
  writer.view.setBigUint64(to + 16, wideInteger(value.rdx, false, "WhpxCpuidAccess.rdx"), true);
  writer.view.setBigUint64(to + 24, wideInteger(value.rbx, false, "WhpxCpuidAccess.rbx"), true);
  writer.view.setBigUint64(to + 32, wideInteger(value.defaultRax, false, "WhpxCpuidAccess.defaultRax"), true);
  writer.view.setBigUint64(to + 40, wideInteger(value.defaultRcx, false, "WhpxCpuidAccess.defaultRcx"), true);
  writer.view.setBigUint64(to + 48, wideInteger(value.defaultRdx, false, "WhpxCpuidAccess.defaultRdx"), true);
  writer.view.setBigUint64(to + 56, wideInteger(value.defaultRbx, false, "WhpxCpuidAccess.defaultRbx"), true);
}

/** vmp_whpx_cpuid_access in memory. */
export class WhpxCpuidAccessView extends LayoutView {
  static readonly size = 64;
  get rax(): bigint {
    return this.dataView.getBigUint64(this.dataOffset, true);
  }
  set rax(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset, value, true);
  }
  get rcx(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 8, true);
  }
  set rcx(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 8, value, true);
  }
  get rdx(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 16, true);
  }
  set rdx(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 16, value, true);
  }
  get rbx(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 24, true);
  }
  set rbx(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 24, value, true);
  }
  get defaultRax(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 32, true);
  }
  set defaultRax(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 32, value, true);
  }
  get defaultRcx(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 40, true);
  }
  set defaultRcx(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 40, value, true);
  }
  get defaultRdx(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 48, true);
  }
  set defaultRdx(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 48, value, true);
  }
  get defaultRbx(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 56, true);
  }
  set defaultRbx(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 56, value, true);
  }
}

export interface WhpxException {
  readonly count: number;
  readonly reserved0: Uint8Array;
  readonly bytes: Uint8Array;
  /** 0 the error code is valid, 1 of an instruction */
  readonly information: number;
  readonly vector: number;
  readonly reserved1: Uint8Array;
  readonly errorCode: number;
  readonly parameter: bigint;
}

export const whpxExceptionSize = 40;

export function decodeWhpxException(reader: WireReader, view: DataView, from = 0): WhpxException {
  void reader;
  return {
    count: view.getUint8(from),
    reserved0: new Uint8Array(view.buffer, view.byteOffset + from + 1, 3).slice(),
    bytes: new Uint8Array(view.buffer, view.byteOffset + from + 4, 16).slice(),
    information: view.getUint32(from + 20, true),
    vector: view.getUint8(from + 24),
    reserved1: new Uint8Array(view.buffer, view.byteOffset + from + 25, 3).slice(),
    errorCode: view.getUint32(from + 28, true),
    parameter: view.getBigUint64(from + 32, true),
  };
}

export function encodeWhpxException(writer: WireWriter, to: number, value: Loose<WhpxException>): void {
  writer.view.setUint8(to, integer(value.count, 0, 255, "WhpxException.count"));
  writer.putFixed(to + 1, 3, value.reserved0, "WhpxException.reserved0");
  writer.putFixed(to + 4, 16, value.bytes, "WhpxException.bytes");
  writer.view.setUint32(to + 20, integer(value.information, 0, 4294967295, "WhpxException.information"), true);
  writer.view.setUint8(to + 24, integer(value.vector, 0, 255, "WhpxException.vector"));
  writer.putFixed(to + 25, 3, value.reserved1, "WhpxException.reserved1");
  writer.view.setUint32(to + 28, integer(value.errorCode, 0, 4294967295, "WhpxException.errorCode"), true);
  writer.view.setBigUint64(to + 32, wideInteger(value.parameter, false, "WhpxException.parameter"), true);
}

/** vmp_whpx_exception in memory. */
export class WhpxExceptionView extends LayoutView {
  static readonly size = 40;
  get count(): number {
    return this.dataView.getUint8(this.dataOffset);
  }
  set count(value: number) {
    this.dataView.setUint8(this.dataOffset, value);
  }
  get reserved0(): Uint8Array {
    return new Uint8Array(this.dataView.buffer, this.dataView.byteOffset + this.dataOffset + 1, 3);
  }
  get bytes(): Uint8Array {
    return new Uint8Array(this.dataView.buffer, this.dataView.byteOffset + this.dataOffset + 4, 16);
  }
  /** 0 the error code is valid, 1 of an instruction */
  get information(): number {
    return this.dataView.getUint32(this.dataOffset + 20, true);
  }
  set information(value: number) {
    this.dataView.setUint32(this.dataOffset + 20, value, true);
  }
  get vector(): number {
    return this.dataView.getUint8(this.dataOffset + 24);
  }
  set vector(value: number) {
    this.dataView.setUint8(this.dataOffset + 24, value);
  }
  get reserved1(): Uint8Array {
    return new Uint8Array(this.dataView.buffer, this.dataView.byteOffset + this.dataOffset + 25, 3);
  }
  get errorCode(): number {
    return this.dataView.getUint32(this.dataOffset + 28, true);
  }
  set errorCode(value: number) {
    this.dataView.setUint32(this.dataOffset + 28, value, true);
  }
  get parameter(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 32, true);
  }
  set parameter(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 32, value, true);
  }
}

/** WHV_RUN_VP_EXIT_CONTEXT, byte for byte. */
export interface WhpxExit {
  readonly reason: WhpxExitReason;
  /** 1:0 privilege level, 6 an interruption is pending, 12 interrupt shadow */
  readonly executionState: number;
  /** 3:0 length of the instruction, 7:4 CR8 */
  readonly lengthAndCr8: number;
  readonly reserved1: number;
  readonly reserved2: number;
  readonly cs: X8664Segment;
  readonly rip: bigint;
  readonly rflags: bigint;
  /** a vmp_whpx_memory_access, port_access, msr_access, cpuid_access or exception */
  readonly details: readonly bigint[];
}

export const whpxExitSize = 224;

export function decodeWhpxExit(reader: WireReader, view: DataView, from = 0): WhpxExit {
  zeroes(view, from + 4, 4);
  return {
    reason: decodeWhpxExitReason(view.getUint32(from, true)),
    executionState: view.getUint16(from + 8, true),
    lengthAndCr8: view.getUint8(from + 10),
    reserved1: view.getUint8(from + 11),
    reserved2: view.getUint32(from + 12, true),
    cs: decodeX8664Segment(reader, view, from + 16),
    rip: view.getBigUint64(from + 32, true),
    rflags: view.getBigUint64(from + 40, true),
    details: Array.from({ length: 22 }, (_, index) => view.getBigUint64(from + 48 + index * 8, true)),
  };
}

export function encodeWhpxExit(writer: WireWriter, to: number, value: Loose<WhpxExit>): void {
  writer.view.setUint32(to, encodeWhpxExitReason(value.reason), true);
  writer.view.setUint16(to + 8, integer(value.executionState, 0, 65535, "WhpxExit.executionState"), true);
  writer.view.setUint8(to + 10, integer(value.lengthAndCr8, 0, 255, "WhpxExit.lengthAndCr8"));
  writer.view.setUint8(to + 11, integer(value.reserved1, 0, 255, "WhpxExit.reserved1"));
  writer.view.setUint32(to + 12, integer(value.reserved2, 0, 4294967295, "WhpxExit.reserved2"), true);
  encodeX8664Segment(writer, to + 16, value.cs);
  writer.view.setBigUint64(to + 32, wideInteger(value.rip, false, "WhpxExit.rip"), true);
  writer.view.setBigUint64(to + 40, wideInteger(value.rflags, false, "WhpxExit.rflags"), true);
  exactly(value.details, 22, "WhpxExit.details").forEach((item, index) => {
    writer.view.setBigUint64(to + 48 + index * 8, wideInteger(item, false, "WhpxExit.details"), true);
  });
}

/** vmp_whpx_exit in memory. WHV_RUN_VP_EXIT_CONTEXT, byte for byte. */
export class WhpxExitView extends LayoutView {
  static readonly size = 224;
  /** VMP_WHPX_EXIT_* */
  get reason(): number {
    return this.dataView.getUint32(this.dataOffset, true);
  }
  set reason(value: number) {
    this.dataView.setUint32(this.dataOffset, value, true);
  }
  /** 1:0 privilege level, 6 an interruption is pending, 12 interrupt shadow */
  get executionState(): number {
    return this.dataView.getUint16(this.dataOffset + 8, true);
  }
  set executionState(value: number) {
    this.dataView.setUint16(this.dataOffset + 8, value, true);
  }
  /** 3:0 length of the instruction, 7:4 CR8 */
  get lengthAndCr8(): number {
    return this.dataView.getUint8(this.dataOffset + 10);
  }
  set lengthAndCr8(value: number) {
    this.dataView.setUint8(this.dataOffset + 10, value);
  }
  get reserved1(): number {
    return this.dataView.getUint8(this.dataOffset + 11);
  }
  set reserved1(value: number) {
    this.dataView.setUint8(this.dataOffset + 11, value);
  }
  get reserved2(): number {
    return this.dataView.getUint32(this.dataOffset + 12, true);
  }
  set reserved2(value: number) {
    this.dataView.setUint32(this.dataOffset + 12, value, true);
  }
  get cs(): X8664SegmentView {
    return new X8664SegmentView(this.dataView, this.dataOffset + 16);
  }
  get rip(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 32, true);
  }
  set rip(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 32, value, true);
  }
  get rflags(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 40, true);
  }
  set rflags(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 40, value, true);
  }
  /** a vmp_whpx_memory_access, port_access, msr_access, cpuid_access or exception */
  details(index: number): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 48 + checkedIndex(index, 22) * 8, true);
  }
  setDetails(index: number, value: bigint): void {
    this.dataView.setBigUint64(this.dataOffset + 48 + checkedIndex(index, 22) * 8, value, true);
  }
}

/** hv_memory_flags_t */
export const hvfMemoryValues = {
  read: 1,
  write: 2,
  execute: 4,
} as const;

/** hv_vmx_capability_t */
export type HvfCapability = "pin-based" | "processor-based" | "processor-based2" | "entry" | "exit" | number;

export const hvfCapabilityValues = {
  "pin-based": 0,
  "processor-based": 1,
  "processor-based2": 2,
  entry: 3,
  exit: 4,
} as const;

export function decodeHvfCapability(value: number): HvfCapability {
  switch (value) {
    case 0:
      return "pin-based";
    case 1:
      return "processor-based";
    case 2:
      return "processor-based2";
    case 3:
      return "entry";
    case 4:
      return "exit";
    default:
      return value;
  }
}

export function encodeHvfCapability(value: HvfCapability): number {
  if (typeof value === "number") return value;
  if (Object.hasOwn(hvfCapabilityValues, value)) return hvfCapabilityValues[value];
  throw new RangeError(`${String(value)} is none of pin-based, processor-based, processor-based2, entry, exit`);
}

/** hv_exit_reason_t, of AArch64 */
export type HvfExitReason = "canceled" | "exception" | "timer" | "unknown" | number;

export const hvfExitReasonValues = {
  canceled: 0,
  exception: 1,
  timer: 2,
  unknown: 3,
} as const;

export function decodeHvfExitReason(value: number): HvfExitReason {
  switch (value) {
    case 0:
      return "canceled";
    case 1:
      return "exception";
    case 2:
      return "timer";
    case 3:
      return "unknown";
    default:
      return value;
  }
}

export function encodeHvfExitReason(value: HvfExitReason): number {
  if (typeof value === "number") return value;
  if (Object.hasOwn(hvfExitReasonValues, value)) return hvfExitReasonValues[value];
  throw new RangeError(`${String(value)} is none of canceled, exception, timer, unknown`);
}

/** hv_vcpu_exit_t, of AArch64. */
export interface HvfExit {
  readonly reason: HvfExitReason;
  /** as ESR_EL2 */
  readonly syndrome: bigint;
  readonly virtualAddress: bigint;
  readonly physicalAddress: bigint;
}

export const hvfExitSize = 32;

export function decodeHvfExit(reader: WireReader, view: DataView, from = 0): HvfExit {
  zeroes(view, from + 4, 4);
  void reader;
  return {
    reason: decodeHvfExitReason(view.getUint32(from, true)),
    syndrome: view.getBigUint64(from + 8, true),
    virtualAddress: view.getBigUint64(from + 16, true),
    physicalAddress: view.getBigUint64(from + 24, true),
  };
}

export function encodeHvfExit(writer: WireWriter, to: number, value: Loose<HvfExit>): void {
  writer.view.setUint32(to, encodeHvfExitReason(value.reason), true);
  writer.view.setBigUint64(to + 8, wideInteger(value.syndrome, false, "HvfExit.syndrome"), true);
  writer.view.setBigUint64(to + 16, wideInteger(value.virtualAddress, false, "HvfExit.virtualAddress"), true);
  writer.view.setBigUint64(to + 24, wideInteger(value.physicalAddress, false, "HvfExit.physicalAddress"), true);
}

/** vmp_hvf_exit in memory. hv_vcpu_exit_t, of AArch64. */
export class HvfExitView extends LayoutView {
  static readonly size = 32;
  /** VMP_HVF_EXIT_* */
  get reason(): number {
    return this.dataView.getUint32(this.dataOffset, true);
  }
  set reason(value: number) {
    this.dataView.setUint32(this.dataOffset, value, true);
  }
  /** as ESR_EL2 */
  get syndrome(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 8, true);
  }
  set syndrome(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 8, value, true);
  }
  get virtualAddress(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 16, true);
  }
  set virtualAddress(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 16, value, true);
  }
  get physicalAddress(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 24, true);
  }
  set physicalAddress(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 24, value, true);
  }
}

/** The contract as data. timeout: milliseconds, 0 for none; since: the minor that appended the method. */
export const hypervisorContract = {
  id: "vmp.hypervisor/1",
  version: { major: 1, minor: 0 },
  tiers: ["inline"],
  replaceable: false,
  methods: {
    kvmOpen: { number: 1, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    kvmGetApiVersion: { number: 2, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    kvmCheckExtension: { number: 3, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    kvmGetVcpuMmapSize: { number: 4, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    kvmGetSupportedCpuid: { number: 5, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    kvmCreateVm: { number: 6, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    kvmSetUserMemoryRegion: { number: 7, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    kvmGetDirtyLog: { number: 8, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    kvmCreateIrqchip: { number: 9, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    kvmCreatePit: { number: 10, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    kvmIrqLine: { number: 11, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    kvmIrqfd: { number: 12, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    kvmIoeventfd: { number: 13, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    kvmCreateVcpu: { number: 14, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    kvmSetCpuid: { number: 15, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    kvmGetState: { number: 16, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    kvmSetState: { number: 17, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    kvmUseHostCounter: { number: 18, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    kvmClearEvents: { number: 19, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    kvmInterrupt: { number: 20, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    kvmSetGuestDebug: { number: 21, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    kvmRun: { number: 22, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    x86Emulate: { number: 23, mode: "synchronous", thread: "vcpu", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    x86Identity: { number: 24, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    x86Cpuid: { number: 25, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    whpxGetCapability: { number: 26, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    whpxCreatePartition: { number: 27, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    whpxDeletePartition: { number: 28, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    whpxSetProperty: { number: 29, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    whpxSetupPartition: { number: 30, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    whpxMapGpaRange: { number: 31, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    whpxUnmapGpaRange: { number: 32, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    whpxQueryDirty: { number: 33, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    whpxCreateVcpu: { number: 34, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    whpxDeleteVcpu: { number: 35, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    whpxGetState: { number: 36, mode: "synchronous", thread: "vcpu", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    whpxSetState: { number: 37, mode: "synchronous", thread: "vcpu", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    whpxSetRegister: { number: 38, mode: "synchronous", thread: "vcpu", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    whpxRun: { number: 39, mode: "synchronous", thread: "vcpu", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    whpxCancelRun: { number: 40, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    copyMemory: { number: 41, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    hvfVmCreate: { number: 42, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    hvfVmDestroy: { number: 43, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    hvfPhysicalBits: { number: 44, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    hvfLargestVcpus: { number: 45, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    hvfSpaceCreate: { number: 46, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    hvfSpaceDestroy: { number: 47, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    hvfMap: { number: 48, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    hvfUnmap: { number: 49, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    hvfProtect: { number: 50, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    hvfVcpuCreate: { number: 51, mode: "synchronous", thread: "vcpu", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    hvfVcpuDestroy: { number: 52, mode: "synchronous", thread: "vcpu", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    hvfVcpuRun: { number: 53, mode: "synchronous", thread: "vcpu", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    hvfVcpuInterrupt: { number: 54, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    hvfReadCapability: { number: 55, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    hvfReadVmcs: { number: 56, mode: "synchronous", thread: "vcpu", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    hvfWriteVmcs: { number: 57, mode: "synchronous", thread: "vcpu", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    hvfEnableNativeMsr: { number: 58, mode: "synchronous", thread: "vcpu", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    hvfGetX86State: { number: 59, mode: "synchronous", thread: "vcpu", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    hvfSetX86State: { number: 60, mode: "synchronous", thread: "vcpu", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    hvfGetAarch64State: { number: 61, mode: "synchronous", thread: "vcpu", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    hvfSetAarch64State: { number: 62, mode: "synchronous", thread: "vcpu", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    hvfGetExit: { number: 63, mode: "synchronous", thread: "vcpu", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    hvfSetPendingInterrupt: { number: 64, mode: "synchronous", thread: "vcpu", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    hvfTrapDebugExceptions: { number: 65, mode: "synchronous", thread: "vcpu", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    hvfMaskTimer: { number: 66, mode: "synchronous", thread: "vcpu", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
  },
} as const;
