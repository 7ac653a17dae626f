// A virtual CPU and its exits: layouts shared by all engines, personalities and debuggers. Generated from the contract in src/contracts/vcpu.ts by `npm run generate`. Do not edit.
import type { Loose, WireReader, WireWriter } from "../runtime/index.ts";
import {
  LayoutView,
  characters,
  checkedIndex,
  exactly,
  integer,
  putCharacters,
  wideInteger,
  zeroes,
} from "../runtime/index.ts";

export type Architecture = "riscv64" | "x86-64" | "aarch64" | number;

export const architectureValues = {
  riscv64: 1,
  "x86-64": 2,
  aarch64: 3,
} as const;

export function decodeArchitecture(value: number): Architecture {
  switch (value) {
    case 1:
      return "riscv64";
    case 2:
      return "x86-64";
    case 3:
      return "aarch64";
    default:
      return value;
  }
}

export function encodeArchitecture(value: Architecture): number {
  if (typeof value === "number") return value;
  if (Object.hasOwn(architectureValues, value)) return architectureValues[value];
  throw new RangeError(`${String(value)} is none of riscv64, x86-64, aarch64`);
}

/**
 * Bits of vmp_vcpu.requests. Any thread sets them (release); an engine that sees one leaves with VMP_EXIT_INTERRUPTED.
 */
export const vcpuRequestValues = {
  stop: 1,
  pause: 2,
  interrupt: 4,
} as const;

export type ExitKind = "none" | "budget" | "interrupted" | "system-call" | "memory-fault" | "illegal-instruction" | "breakpoint" | "mmio" | "port-io" | "halt" | "shutdown" | "misaligned" | "exception" | "stepped" | "engine-error" | number;

export const exitKindValues = {
  none: 0,
  /** the budget is used up; run again to go on */
  budget: 1,
  /** vmp_vcpu.requests is not 0 */
  interrupted: 2,
  /** the state's pc is already behind the instruction; exit.pc is at it */
  "system-call": 3,
  /** payload memory; the state is as before the instruction, as in all exits below */
  "memory-fault": 4,
  /** payload instruction */
  "illegal-instruction": 5,
  breakpoint: 6,
  /** payload io; the next run completes the instruction, reads with io.data */
  mmio: 7,
  /** payload io; likewise */
  "port-io": 8,
  /** waits for an interrupt */
  halt: 9,
  shutdown: 10,
  /** payload memory: an access that the architecture requires to be aligned */
  misaligned: 11,
  /** payload exception: any other, by the architecture's own number */
  exception: 12,
  stepped: 13,
  /** payload error: the engine cannot go on */
  "engine-error": 14,
} as const;

export function decodeExitKind(value: number): ExitKind {
  switch (value) {
    case 0:
      return "none";
    case 1:
      return "budget";
    case 2:
      return "interrupted";
    case 3:
      return "system-call";
    case 4:
      return "memory-fault";
    case 5:
      return "illegal-instruction";
    case 6:
      return "breakpoint";
    case 7:
      return "mmio";
    case 8:
      return "port-io";
    case 9:
      return "halt";
    case 10:
      return "shutdown";
    case 11:
      return "misaligned";
    case 12:
      return "exception";
    case 13:
      return "stepped";
    case 14:
      return "engine-error";
    default:
      return value;
  }
}

export function encodeExitKind(value: ExitKind): number {
  if (typeof value === "number") return value;
  if (Object.hasOwn(exitKindValues, value)) return exitKindValues[value];
  throw new RangeError(`${String(value)} is none of none, budget, interrupted, system-call, memory-fault, illegal-instruction, breakpoint, mmio, port-io, halt, shutdown, misaligned, exception, stepped, engine-error`);
}

export const exitFlagValues = {
  describe: 1,
} as const;

export interface ExitMemory {
  /** all ones when unknown */
  readonly address: bigint;
  /** of the access; 0 when unknown */
  readonly size: number;
  /** one of them, or 0 when unknown */
  readonly access: number;
}

export const exitMemorySize = 16;

export function decodeExitMemory(reader: WireReader, view: DataView, from = 0): ExitMemory {
  void reader;
  return {
    address: view.getBigUint64(from, true),
    size: view.getUint32(from + 8, true),
    access: view.getUint32(from + 12, true),
  };
}

export function encodeExitMemory(writer: WireWriter, to: number, value: Loose<ExitMemory>): void {
  writer.view.setBigUint64(to, wideInteger(value.address, false, "ExitMemory.address"), true);
  writer.view.setUint32(to + 8, integer(value.size, 0, 4294967295, "ExitMemory.size"), true);
  writer.view.setUint32(to + 12, integer(value.access, 0, 4294967295, "ExitMemory.access"), true);
}

/** vmp_exit_memory in memory. */
export class ExitMemoryView extends LayoutView {
  static readonly size = 16;
  /** all ones when unknown */
  get address(): bigint {
    return this.dataView.getBigUint64(this.dataOffset, true);
  }
  set address(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset, value, true);
  }
  /** of the access; 0 when unknown */
  get size(): number {
    return this.dataView.getUint32(this.dataOffset + 8, true);
  }
  set size(value: number) {
    this.dataView.setUint32(this.dataOffset + 8, value, true);
  }
  /** VMP_PROTECTION_*; one of them, or 0 when unknown */
  get access(): number {
    return this.dataView.getUint32(this.dataOffset + 12, true);
  }
  set access(value: number) {
    this.dataView.setUint32(this.dataOffset + 12, value, true);
  }
}

export interface ExitIo {
  /** or port */
  readonly address: bigint;
  /** 1, 2, 4, 8 */
  readonly size: number;
  /** 0 or 1 */
  readonly write: number;
  readonly data: bigint;
  /** repetitions of a string instruction; 1 else */
  readonly count: number;
}

export const exitIoSize = 32;

export function decodeExitIo(reader: WireReader, view: DataView, from = 0): ExitIo {
  zeroes(view, from + 28, 4);
  void reader;
  return {
    address: view.getBigUint64(from, true),
    size: view.getUint32(from + 8, true),
    write: view.getUint32(from + 12, true),
    data: view.getBigUint64(from + 16, true),
    count: view.getUint32(from + 24, true),
  };
}

export function encodeExitIo(writer: WireWriter, to: number, value: Loose<ExitIo>): void {
  writer.view.setBigUint64(to, wideInteger(value.address, false, "ExitIo.address"), true);
  writer.view.setUint32(to + 8, integer(value.size, 0, 4294967295, "ExitIo.size"), true);
  writer.view.setUint32(to + 12, integer(value.write, 0, 4294967295, "ExitIo.write"), true);
  writer.view.setBigUint64(to + 16, wideInteger(value.data, false, "ExitIo.data"), true);
  writer.view.setUint32(to + 24, integer(value.count, 0, 4294967295, "ExitIo.count"), true);
}

/** vmp_exit_io in memory. */
export class ExitIoView extends LayoutView {
  static readonly size = 32;
  /** or port */
  get address(): bigint {
    return this.dataView.getBigUint64(this.dataOffset, true);
  }
  set address(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset, value, true);
  }
  /** 1, 2, 4, 8 */
  get size(): number {
    return this.dataView.getUint32(this.dataOffset + 8, true);
  }
  set size(value: number) {
    this.dataView.setUint32(this.dataOffset + 8, value, true);
  }
  /** 0 or 1 */
  get write(): number {
    return this.dataView.getUint32(this.dataOffset + 12, true);
  }
  set write(value: number) {
    this.dataView.setUint32(this.dataOffset + 12, value, true);
  }
  get data(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 16, true);
  }
  set data(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 16, value, true);
  }
  /** repetitions of a string instruction; 1 else */
  get count(): number {
    return this.dataView.getUint32(this.dataOffset + 24, true);
  }
  set count(value: number) {
    this.dataView.setUint32(this.dataOffset + 24, value, true);
  }
}

export interface ExitInstruction {
  readonly size: number;
  readonly bytes: Uint8Array;
}

export const exitInstructionSize = 24;

export function decodeExitInstruction(reader: WireReader, view: DataView, from = 0): ExitInstruction {
  zeroes(view, from + 4, 4);
  void reader;
  return {
    size: view.getUint32(from, true),
    bytes: new Uint8Array(view.buffer, view.byteOffset + from + 8, 16).slice(),
  };
}

export function encodeExitInstruction(writer: WireWriter, to: number, value: Loose<ExitInstruction>): void {
  writer.view.setUint32(to, integer(value.size, 0, 4294967295, "ExitInstruction.size"), true);
  writer.putFixed(to + 8, 16, value.bytes, "ExitInstruction.bytes");
}

/** vmp_exit_instruction in memory. */
export class ExitInstructionView extends LayoutView {
  static readonly size = 24;
  get size(): number {
    return this.dataView.getUint32(this.dataOffset, true);
  }
  set size(value: number) {
    this.dataView.setUint32(this.dataOffset, value, true);
  }
  get bytes(): Uint8Array {
    return new Uint8Array(this.dataView.buffer, this.dataView.byteOffset + this.dataOffset + 8, 16);
  }
}

export interface ExitException {
  readonly vector: number;
  readonly hasErrorCode: number;
  readonly errorCode: bigint;
  readonly address: bigint;
}

export const exitExceptionSize = 24;

export function decodeExitException(reader: WireReader, view: DataView, from = 0): ExitException {
  void reader;
  return {
    vector: view.getUint32(from, true),
    hasErrorCode: view.getUint32(from + 4, true),
    errorCode: view.getBigUint64(from + 8, true),
    address: view.getBigUint64(from + 16, true),
  };
}

export function encodeExitException(writer: WireWriter, to: number, value: Loose<ExitException>): void {
  writer.view.setUint32(to, integer(value.vector, 0, 4294967295, "ExitException.vector"), true);
  writer.view.setUint32(to + 4, integer(value.hasErrorCode, 0, 4294967295, "ExitException.hasErrorCode"), true);
  writer.view.setBigUint64(to + 8, wideInteger(value.errorCode, false, "ExitException.errorCode"), true);
  writer.view.setBigUint64(to + 16, wideInteger(value.address, false, "ExitException.address"), true);
}

/** vmp_exit_exception in memory. */
export class ExitExceptionView extends LayoutView {
  static readonly size = 24;
  get vector(): number {
    return this.dataView.getUint32(this.dataOffset, true);
  }
  set vector(value: number) {
    this.dataView.setUint32(this.dataOffset, value, true);
  }
  get hasErrorCode(): number {
    return this.dataView.getUint32(this.dataOffset + 4, true);
  }
  set hasErrorCode(value: number) {
    this.dataView.setUint32(this.dataOffset + 4, value, true);
  }
  get errorCode(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 8, true);
  }
  set errorCode(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 8, value, true);
  }
  get address(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 16, true);
  }
  set address(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 16, value, true);
  }
}

export interface ExitError {
  /** terminated */
  readonly message: string;
}

export const exitErrorSize = 64;

export function decodeExitError(reader: WireReader, view: DataView, from = 0): ExitError {
  void reader;
  return {
    message: characters(view, from, 64),
  };
}

export function encodeExitError(writer: WireWriter, to: number, value: Loose<ExitError>): void {
  putCharacters(writer.view, to, 64, value.message);
}

/** vmp_exit_error in memory. */
export class ExitErrorView extends LayoutView {
  static readonly size = 64;
  /** terminated */
  get message(): string {
    return characters(this.dataView, this.dataOffset, 64);
  }
  set message(value: string) {
    putCharacters(this.dataView, this.dataOffset, 64, value);
  }
}

export interface Exit {
  readonly kind: ExitKind;
  readonly flags: number;
  /** of the instruction that left */
  readonly pc: bigint;
  readonly u: Uint8Array;
}

export const exitSize = 80;

export function decodeExit(reader: WireReader, view: DataView, from = 0): Exit {
  void reader;
  return {
    kind: decodeExitKind(view.getUint32(from, true)),
    flags: view.getUint32(from + 4, true),
    pc: view.getBigUint64(from + 8, true),
    u: new Uint8Array(view.buffer, view.byteOffset + from + 16, 64).slice(),
  };
}

export function encodeExit(writer: WireWriter, to: number, value: Loose<Exit>): void {
  writer.view.setUint32(to, encodeExitKind(value.kind), true);
  writer.view.setUint32(to + 4, integer(value.flags, 0, 4294967295, "Exit.flags"), true);
  writer.view.setBigUint64(to + 8, wideInteger(value.pc, false, "Exit.pc"), true);
  writer.putFixed(to + 16, 64, value.u, "Exit.u");
}

/** vmp_exit in memory. */
export class ExitView extends LayoutView {
  static readonly size = 80;
  /** VMP_EXIT_* */
  get kind(): number {
    return this.dataView.getUint32(this.dataOffset, true);
  }
  set kind(value: number) {
    this.dataView.setUint32(this.dataOffset, value, true);
  }
  /** VMP_EXIT_FLAG_* */
  get flags(): number {
    return this.dataView.getUint32(this.dataOffset + 4, true);
  }
  set flags(value: number) {
    this.dataView.setUint32(this.dataOffset + 4, value, true);
  }
  /** of the instruction that left */
  get pc(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 8, true);
  }
  set pc(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 8, value, true);
  }
  get uMemory(): ExitMemoryView {
    return new ExitMemoryView(this.dataView, this.dataOffset + 16);
  }
  get uIo(): ExitIoView {
    return new ExitIoView(this.dataView, this.dataOffset + 16);
  }
  get uInstruction(): ExitInstructionView {
    return new ExitInstructionView(this.dataView, this.dataOffset + 16);
  }
  get uException(): ExitExceptionView {
    return new ExitExceptionView(this.dataView, this.dataOffset + 16);
  }
  get uError(): ExitErrorView {
    return new ExitErrorView(this.dataView, this.dataOffset + 16);
  }
  uRaw(index: number): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 16 + checkedIndex(index, 8) * 8, true);
  }
  setURaw(index: number, value: bigint): void {
    this.dataView.setBigUint64(this.dataOffset + 16 + checkedIndex(index, 8) * 8, value, true);
  }
}

export const VMP_VCPU_STATE_OFFSET = 256;

/** vmp_vcpu in memory. Pointers are addresses of the process that wrote them. */
export class VcpuView extends LayoutView {
  static readonly size = 144;
  /** header and state */
  get structSize(): number {
    return this.dataView.getUint32(this.dataOffset, true);
  }
  set structSize(value: number) {
    this.dataView.setUint32(this.dataOffset, value, true);
  }
  /** VMP_ARCHITECTURE_* */
  get architecture(): number {
    return this.dataView.getUint32(this.dataOffset + 4, true);
  }
  set architecture(value: number) {
    this.dataView.setUint32(this.dataOffset + 4, value, true);
  }
  /** unique in the machine */
  get index(): number {
    return this.dataView.getUint32(this.dataOffset + 8, true);
  }
  set index(value: number) {
    this.dataView.setUint32(this.dataOffset + 8, value, true);
  }
  /** release in C; sequentially consistent here. */
  loadRequests(): number {
    return Atomics.load(new Uint32Array(this.dataView.buffer, this.dataView.byteOffset + this.dataOffset + 12, 1), 0);
  }
  storeRequests(value: number): void {
    Atomics.store(new Uint32Array(this.dataView.buffer, this.dataView.byteOffset + this.dataOffset + 12, 1), 0, value);
  }
  /** Sets the bits; what was there before. */
  orRequests(bits: number): number {
    return Atomics.or(new Uint32Array(this.dataView.buffer, this.dataView.byteOffset + this.dataOffset + 12, 1), 0, bits);
  }
  get machine(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 16, true);
  }
  set machine(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 16, value, true);
  }
  get space(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 24, true);
  }
  set space(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 24, value, true);
  }
  /** the engine's own */
  get engineData(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 32, true);
  }
  set engineData(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 32, value, true);
  }
  /** the personality's own */
  get personalityData(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 40, true);
  }
  set personalityData(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 40, value, true);
  }
  /** retired; up to date at every exit */
  get instructions(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 48, true);
  }
  set instructions(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 48, value, true);
  }
  get exit(): ExitView {
    return new ExitView(this.dataView, this.dataOffset + 64);
  }
}

export interface Riscv64State {
  /** x[0] reads 0 */
  readonly x: readonly bigint[];
  readonly pc: bigint;
  /** NaN-boxed */
  readonly f: readonly bigint[];
  /** bits 7:5 frm, 4:0 fflags */
  readonly fcsr: number;
  /** of LR; all ones when there is none */
  readonly reservationAddress: bigint;
  readonly reservationValue: bigint;
}

export const riscv64StateSize = 544;

export function decodeRiscv64State(reader: WireReader, view: DataView, from = 0): Riscv64State {
  zeroes(view, from + 524, 4);
  void reader;
  return {
    x: Array.from({ length: 32 }, (_, index) => view.getBigUint64(from + index * 8, true)),
    pc: view.getBigUint64(from + 256, true),
    f: Array.from({ length: 32 }, (_, index) => view.getBigUint64(from + 264 + index * 8, true)),
    fcsr: view.getUint32(from + 520, true),
    reservationAddress: view.getBigUint64(from + 528, true),
    reservationValue: view.getBigUint64(from + 536, true),
  };
}

export function encodeRiscv64State(writer: WireWriter, to: number, value: Loose<Riscv64State>): void {
  exactly(value.x, 32, "Riscv64State.x").forEach((item, index) => {
    writer.view.setBigUint64(to + index * 8, wideInteger(item, false, "Riscv64State.x"), true);
  });
  writer.view.setBigUint64(to + 256, wideInteger(value.pc, false, "Riscv64State.pc"), true);
  exactly(value.f, 32, "Riscv64State.f").forEach((item, index) => {
    writer.view.setBigUint64(to + 264 + index * 8, wideInteger(item, false, "Riscv64State.f"), true);
  });
  writer.view.setUint32(to + 520, integer(value.fcsr, 0, 4294967295, "Riscv64State.fcsr"), true);
  writer.view.setBigUint64(to + 528, wideInteger(value.reservationAddress, false, "Riscv64State.reservationAddress"), true);
  writer.view.setBigUint64(to + 536, wideInteger(value.reservationValue, false, "Riscv64State.reservationValue"), true);
}

/** vmp_riscv64_state in memory. */
export class Riscv64StateView extends LayoutView {
  static readonly size = 544;
  /** x[0] reads 0 */
  x(index: number): bigint {
    return this.dataView.getBigUint64(this.dataOffset + checkedIndex(index, 32) * 8, true);
  }
  setX(index: number, value: bigint): void {
    this.dataView.setBigUint64(this.dataOffset + checkedIndex(index, 32) * 8, value, true);
  }
  get pc(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 256, true);
  }
  set pc(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 256, value, true);
  }
  /** NaN-boxed */
  f(index: number): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 264 + checkedIndex(index, 32) * 8, true);
  }
  setF(index: number, value: bigint): void {
    this.dataView.setBigUint64(this.dataOffset + 264 + checkedIndex(index, 32) * 8, value, true);
  }
  /** bits 7:5 frm, 4:0 fflags */
  get fcsr(): number {
    return this.dataView.getUint32(this.dataOffset + 520, true);
  }
  set fcsr(value: number) {
    this.dataView.setUint32(this.dataOffset + 520, value, true);
  }
  /** of LR; all ones when there is none */
  get reservationAddress(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 528, true);
  }
  set reservationAddress(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 528, value, true);
  }
  get reservationValue(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 536, true);
  }
  set reservationValue(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 536, value, true);
  }
}

/** Parts of the architecture's state layout. Of x86-64; of AArch64: */
export const stateClassValues = {
  general: 1,
  system: 2,
  vector: 4,
  model: 8,
  counter: 16,
} as const;

export interface X8664Segment {
  readonly base: bigint;
  readonly limit: number;
  readonly selector: number;
  /** as VMX access rights: type 3:0, S 4, DPL 6:5, P 7, AVL 12, L 13, DB 14, G 15, unusable 8 */
  readonly attributes: number;
}

export const x8664SegmentSize = 16;

export function decodeX8664Segment(reader: WireReader, view: DataView, from = 0): X8664Segment {
  void reader;
  return {
    base: view.getBigUint64(from, true),
    limit: view.getUint32(from + 8, true),
    selector: view.getUint16(from + 12, true),
    attributes: view.getUint16(from + 14, true),
  };
}

export function encodeX8664Segment(writer: WireWriter, to: number, value: Loose<X8664Segment>): void {
  writer.view.setBigUint64(to, wideInteger(value.base, false, "X8664Segment.base"), true);
  writer.view.setUint32(to + 8, integer(value.limit, 0, 4294967295, "X8664Segment.limit"), true);
  writer.view.setUint16(to + 12, integer(value.selector, 0, 65535, "X8664Segment.selector"), true);
  writer.view.setUint16(to + 14, integer(value.attributes, 0, 65535, "X8664Segment.attributes"), true);
}

/** vmp_x86_64_segment in memory. */
export class X8664SegmentView extends LayoutView {
  static readonly size = 16;
  get base(): bigint {
    return this.dataView.getBigUint64(this.dataOffset, true);
  }
  set base(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset, value, true);
  }
  get limit(): number {
    return this.dataView.getUint32(this.dataOffset + 8, true);
  }
  set limit(value: number) {
    this.dataView.setUint32(this.dataOffset + 8, value, true);
  }
  get selector(): number {
    return this.dataView.getUint16(this.dataOffset + 12, true);
  }
  set selector(value: number) {
    this.dataView.setUint16(this.dataOffset + 12, value, true);
  }
  /** as VMX access rights: type 3:0, S 4, DPL 6:5, P 7, AVL 12, L 13, DB 14, G 15, unusable 8 */
  get attributes(): number {
    return this.dataView.getUint16(this.dataOffset + 14, true);
  }
  set attributes(value: number) {
    this.dataView.setUint16(this.dataOffset + 14, value, true);
  }
}

export interface X8664State {
  /** rax rcx rdx rbx rsp rbp rsi rdi r8 to r15 */
  readonly gpr: readonly bigint[];
  readonly rip: bigint;
  readonly rflags: bigint;
  readonly cs: X8664Segment;
  readonly ds: X8664Segment;
  readonly es: X8664Segment;
  readonly fs: X8664Segment;
  readonly gs: X8664Segment;
  readonly ss: X8664Segment;
  readonly tr: X8664Segment;
  readonly ldt: X8664Segment;
  readonly gdtBase: bigint;
  readonly idtBase: bigint;
  readonly gdtLimit: number;
  readonly idtLimit: number;
  readonly cr0: bigint;
  readonly cr2: bigint;
  readonly cr3: bigint;
  readonly cr4: bigint;
  readonly cr8: bigint;
  readonly efer: bigint;
  readonly xcr0: bigint;
  readonly apicBase: bigint;
  readonly kernelGsBase: bigint;
  readonly star: bigint;
  readonly lstar: bigint;
  readonly cstar: bigint;
  readonly sfmask: bigint;
  readonly tsc: bigint;
  /** bytes of xsave that are valid */
  readonly xsaveSize: bigint;
  /** standard format (Intel SDM volume 1, section 13.4) */
  readonly xsave: Uint8Array;
}

export const x8664StateSize = 4512;

export function decodeX8664State(reader: WireReader, view: DataView, from = 0): X8664State {
  zeroes(view, from + 292, 4);
  return {
    gpr: Array.from({ length: 16 }, (_, index) => view.getBigUint64(from + index * 8, true)),
    rip: view.getBigUint64(from + 128, true),
    rflags: view.getBigUint64(from + 136, true),
    cs: decodeX8664Segment(reader, view, from + 144),
    ds: decodeX8664Segment(reader, view, from + 160),
    es: decodeX8664Segment(reader, view, from + 176),
    fs: decodeX8664Segment(reader, view, from + 192),
    gs: decodeX8664Segment(reader, view, from + 208),
    ss: decodeX8664Segment(reader, view, from + 224),
    tr: decodeX8664Segment(reader, view, from + 240),
    ldt: decodeX8664Segment(reader, view, from + 256),
    gdtBase: view.getBigUint64(from + 272, true),
    idtBase: view.getBigUint64(from + 280, true),
    gdtLimit: view.getUint16(from + 288, true),
    idtLimit: view.getUint16(from + 290, true),
    cr0: view.getBigUint64(from + 296, true),
    cr2: view.getBigUint64(from + 304, true),
    cr3: view.getBigUint64(from + 312, true),
    cr4: view.getBigUint64(from + 320, true),
    cr8: view.getBigUint64(from + 328, true),
    efer: view.getBigUint64(from + 336, true),
    xcr0: view.getBigUint64(from + 344, true),
    apicBase: view.getBigUint64(from + 352, true),
    kernelGsBase: view.getBigUint64(from + 360, true),
    star: view.getBigUint64(from + 368, true),
    lstar: view.getBigUint64(from + 376, true),
    cstar: view.getBigUint64(from + 384, true),
    sfmask: view.getBigUint64(from + 392, true),
    tsc: view.getBigUint64(from + 400, true),
    xsaveSize: view.getBigUint64(from + 408, true),
    xsave: new Uint8Array(view.buffer, view.byteOffset + from + 416, 4096).slice(),
  };
}

export function encodeX8664State(writer: WireWriter, to: number, value: Loose<X8664State>): void {
  exactly(value.gpr, 16, "X8664State.gpr").forEach((item, index) => {
    writer.view.setBigUint64(to + index * 8, wideInteger(item, false, "X8664State.gpr"), true);
  });
  writer.view.setBigUint64(to + 128, wideInteger(value.rip, false, "X8664State.rip"), true);
  writer.view.setBigUint64(to + 136, wideInteger(value.rflags, false, "X8664State.rflags"), true);
  encodeX8664Segment(writer, to + 144, value.cs);
  encodeX8664Segment(writer, to + 160, value.ds);
  encodeX8664Segment(writer, to + 176, value.es);
  encodeX8664Segment(writer, to + 192, value.fs);
  encodeX8664Segment(writer, to + 208, value.gs);
  encodeX8664Segment(writer, to + 224, value.ss);
  encodeX8664Segment(writer, to + 240, value.tr);
  encodeX8664Segment(writer, to + 256, value.ldt);
  writer.view.setBigUint64(to + 272, wideInteger(value.gdtBase, false, "X8664State.gdtBase"), true);
  writer.view.setBigUint64(to + 280, wideInteger(value.idtBase, false, "X8664State.idtBase"), true);
  writer.view.setUint16(to + 288, integer(value.gdtLimit, 0, 65535, "X8664State.gdtLimit"), true);
  writer.view.setUint16(to + 290, integer(value.idtLimit, 0, 65535, "X8664State.idtLimit"), true);
  writer.view.setBigUint64(to + 296, wideInteger(value.cr0, false, "X8664State.cr0"), true);
  writer.view.setBigUint64(to + 304, wideInteger(value.cr2, false, "X8664State.cr2"), true);
  writer.view.setBigUint64(to + 312, wideInteger(value.cr3, false, "X8664State.cr3"), true);
  writer.view.setBigUint64(to + 320, wideInteger(value.cr4, false, "X8664State.cr4"), true);
  writer.view.setBigUint64(to + 328, wideInteger(value.cr8, false, "X8664State.cr8"), true);
  writer.view.setBigUint64(to + 336, wideInteger(value.efer, false, "X8664State.efer"), true);
  writer.view.setBigUint64(to + 344, wideInteger(value.xcr0, false, "X8664State.xcr0"), true);
  writer.view.setBigUint64(to + 352, wideInteger(value.apicBase, false, "X8664State.apicBase"), true);
  writer.view.setBigUint64(to + 360, wideInteger(value.kernelGsBase, false, "X8664State.kernelGsBase"), true);
  writer.view.setBigUint64(to + 368, wideInteger(value.star, false, "X8664State.star"), true);
  writer.view.setBigUint64(to + 376, wideInteger(value.lstar, false, "X8664State.lstar"), true);
  writer.view.setBigUint64(to + 384, wideInteger(value.cstar, false, "X8664State.cstar"), true);
  writer.view.setBigUint64(to + 392, wideInteger(value.sfmask, false, "X8664State.sfmask"), true);
  writer.view.setBigUint64(to + 400, wideInteger(value.tsc, false, "X8664State.tsc"), true);
  writer.view.setBigUint64(to + 408, wideInteger(value.xsaveSize, false, "X8664State.xsaveSize"), true);
  writer.putFixed(to + 416, 4096, value.xsave, "X8664State.xsave");
}

/** vmp_x86_64_state in memory. */
export class X8664StateView extends LayoutView {
  static readonly size = 4512;
  /** rax rcx rdx rbx rsp rbp rsi rdi r8 to r15 */
  gpr(index: number): bigint {
    return this.dataView.getBigUint64(this.dataOffset + checkedIndex(index, 16) * 8, true);
  }
  setGpr(index: number, value: bigint): void {
    this.dataView.setBigUint64(this.dataOffset + checkedIndex(index, 16) * 8, value, true);
  }
  get rip(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 128, true);
  }
  set rip(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 128, value, true);
  }
  get rflags(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 136, true);
  }
  set rflags(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 136, value, true);
  }
  get cs(): X8664SegmentView {
    return new X8664SegmentView(this.dataView, this.dataOffset + 144);
  }
  get ds(): X8664SegmentView {
    return new X8664SegmentView(this.dataView, this.dataOffset + 160);
  }
  get es(): X8664SegmentView {
    return new X8664SegmentView(this.dataView, this.dataOffset + 176);
  }
  get fs(): X8664SegmentView {
    return new X8664SegmentView(this.dataView, this.dataOffset + 192);
  }
  get gs(): X8664SegmentView {
    return new X8664SegmentView(this.dataView, this.dataOffset + 208);
  }
  get ss(): X8664SegmentView {
    return new X8664SegmentView(this.dataView, this.dataOffset + 224);
  }
  get tr(): X8664SegmentView {
    return new X8664SegmentView(this.dataView, this.dataOffset + 240);
  }
  get ldt(): X8664SegmentView {
    return new X8664SegmentView(this.dataView, this.dataOffset + 256);
  }
  get gdtBase(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 272, true);
  }
  set gdtBase(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 272, value, true);
  }
  get idtBase(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 280, true);
  }
  set idtBase(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 280, value, true);
  }
  get gdtLimit(): number {
    return this.dataView.getUint16(this.dataOffset + 288, true);
  }
  set gdtLimit(value: number) {
    this.dataView.setUint16(this.dataOffset + 288, value, true);
  }
  get idtLimit(): number {
    return this.dataView.getUint16(this.dataOffset + 290, true);
  }
  set idtLimit(value: number) {
    this.dataView.setUint16(this.dataOffset + 290, value, true);
  }
  get cr0(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 296, true);
  }
  set cr0(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 296, value, true);
  }
  get cr2(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 304, true);
  }
  set cr2(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 304, value, true);
  }
  get cr3(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 312, true);
  }
  set cr3(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 312, value, true);
  }
  get cr4(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 320, true);
  }
  set cr4(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 320, value, true);
  }
  get cr8(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 328, true);
  }
  set cr8(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 328, value, true);
  }
  get efer(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 336, true);
  }
  set efer(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 336, value, true);
  }
  get xcr0(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 344, true);
  }
  set xcr0(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 344, value, true);
  }
  get apicBase(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 352, true);
  }
  set apicBase(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 352, value, true);
  }
  get kernelGsBase(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 360, true);
  }
  set kernelGsBase(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 360, value, true);
  }
  get star(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 368, true);
  }
  set star(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 368, value, true);
  }
  get lstar(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 376, true);
  }
  set lstar(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 376, value, true);
  }
  get cstar(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 384, true);
  }
  set cstar(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 384, value, true);
  }
  get sfmask(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 392, true);
  }
  set sfmask(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 392, value, true);
  }
  get tsc(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 400, true);
  }
  set tsc(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 400, value, true);
  }
  /** bytes of xsave that are valid */
  get xsaveSize(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 408, true);
  }
  set xsaveSize(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 408, value, true);
  }
  /** standard format (Intel SDM volume 1, section 13.4) */
  get xsave(): Uint8Array {
    return new Uint8Array(this.dataView.buffer, this.dataView.byteOffset + this.dataOffset + 416, 4096);
  }
}

/** The system registers are those of the same names (Arm ARM, chapter D19). */
export interface Aarch64State {
  readonly x: readonly bigint[];
  readonly spEl0: bigint;
  readonly spEl1: bigint;
  readonly pc: bigint;
  /** as SPSR_EL1 holds it */
  readonly pstate: bigint;
  /** 32 registers of two words, the low one first */
  readonly v: readonly bigint[];
  readonly fpcr: number;
  readonly fpsr: number;
  readonly sctlrEl1: bigint;
  readonly cpacrEl1: bigint;
  readonly ttbr0El1: bigint;
  readonly ttbr1El1: bigint;
  readonly tcrEl1: bigint;
  readonly mairEl1: bigint;
  readonly amairEl1: bigint;
  readonly vbarEl1: bigint;
  readonly elrEl1: bigint;
  readonly spsrEl1: bigint;
  readonly esrEl1: bigint;
  readonly farEl1: bigint;
  readonly afsr0El1: bigint;
  readonly afsr1El1: bigint;
  readonly parEl1: bigint;
  readonly contextidrEl1: bigint;
  readonly csselrEl1: bigint;
  readonly mdscrEl1: bigint;
  readonly mpidrEl1: bigint;
  readonly tpidrEl0: bigint;
  readonly tpidrEl1: bigint;
  readonly tpidrroEl0: bigint;
  readonly cntkctlEl1: bigint;
  readonly cntvCtlEl0: bigint;
  readonly cntvCvalEl0: bigint;
}

export const aarch64StateSize = 1000;

export function decodeAarch64State(reader: WireReader, view: DataView, from = 0): Aarch64State {
  void reader;
  return {
    x: Array.from({ length: 31 }, (_, index) => view.getBigUint64(from + index * 8, true)),
    spEl0: view.getBigUint64(from + 248, true),
    spEl1: view.getBigUint64(from + 256, true),
    pc: view.getBigUint64(from + 264, true),
    pstate: view.getBigUint64(from + 272, true),
    v: Array.from({ length: 64 }, (_, index) => view.getBigUint64(from + 280 + index * 8, true)),
    fpcr: view.getUint32(from + 792, true),
    fpsr: view.getUint32(from + 796, true),
    sctlrEl1: view.getBigUint64(from + 800, true),
    cpacrEl1: view.getBigUint64(from + 808, true),
    ttbr0El1: view.getBigUint64(from + 816, true),
    ttbr1El1: view.getBigUint64(from + 824, true),
    tcrEl1: view.getBigUint64(from + 832, true),
    mairEl1: view.getBigUint64(from + 840, true),
    amairEl1: view.getBigUint64(from + 848, true),
    vbarEl1: view.getBigUint64(from + 856, true),
    elrEl1: view.getBigUint64(from + 864, true),
    spsrEl1: view.getBigUint64(from + 872, true),
    esrEl1: view.getBigUint64(from + 880, true),
    farEl1: view.getBigUint64(from + 888, true),
    afsr0El1: view.getBigUint64(from + 896, true),
    afsr1El1: view.getBigUint64(from + 904, true),
    parEl1: view.getBigUint64(from + 912, true),
    contextidrEl1: view.getBigUint64(from + 920, true),
    csselrEl1: view.getBigUint64(from + 928, true),
    mdscrEl1: view.getBigUint64(from + 936, true),
    mpidrEl1: view.getBigUint64(from + 944, true),
    tpidrEl0: view.getBigUint64(from + 952, true),
    tpidrEl1: view.getBigUint64(from + 960, true),
    tpidrroEl0: view.getBigUint64(from + 968, true),
    cntkctlEl1: view.getBigUint64(from + 976, true),
    cntvCtlEl0: view.getBigUint64(from + 984, true),
    cntvCvalEl0: view.getBigUint64(from + 992, true),
  };
}

export function encodeAarch64State(writer: WireWriter, to: number, value: Loose<Aarch64State>): void {
  exactly(value.x, 31, "Aarch64State.x").forEach((item, index) => {
    writer.view.setBigUint64(to + index * 8, wideInteger(item, false, "Aarch64State.x"), true);
  });
  writer.view.setBigUint64(to + 248, wideInteger(value.spEl0, false, "Aarch64State.spEl0"), true);
  writer.view.setBigUint64(to + 256, wideInteger(value.spEl1, false, "Aarch64State.spEl1"), true);
  writer.view.setBigUint64(to + 264, wideInteger(value.pc, false, "Aarch64State.pc"), true);
  writer.view.setBigUint64(to + 272, wideInteger(value.pstate, false, "Aarch64State.pstate"), true);
  exactly(value.v, 64, "Aarch64State.v").forEach((item, index) => {
    writer.view.setBigUint64(to + 280 + index * 8, wideInteger(item, false, "Aarch64State.v"), true);
  });
  writer.view.setUint32(to + 792, integer(value.fpcr, 0, 4294967295, "Aarch64State.fpcr"), true);
  writer.view.setUint32(to + 796, integer(value.fpsr, 0, 4294967295, "Aarch64State.fpsr"), true);
  writer.view.setBigUint64(to + 800, wideInteger(value.sctlrEl1, false, "Aarch64State.sctlrEl1"), true);
  writer.view.setBigUint64(to + 808, wideInteger(value.cpacrEl1, false, "Aarch64State.cpacrEl1"), true);
  writer.view.setBigUint64(to + 816, wideInteger(value.ttbr0El1, false, "Aarch64State.ttbr0El1"), true);
  writer.view.setBigUint64(to + 824, wideInteger(value.ttbr1El1, false, "Aarch64State.ttbr1El1"), true);
  writer.view.setBigUint64(to + 832, wideInteger(value.tcrEl1, false, "Aarch64State.tcrEl1"), true);
  writer.view.setBigUint64(to + 840, wideInteger(value.mairEl1, false, "Aarch64State.mairEl1"), true);
  writer.view.setBigUint64(to + 848, wideInteger(value.amairEl1, false, "Aarch64State.amairEl1"), true);
  writer.view.setBigUint64(to + 856, wideInteger(value.vbarEl1, false, "Aarch64State.vbarEl1"), true);
  writer.view.setBigUint64(to + 864, wideInteger(value.elrEl1, false, "Aarch64State.elrEl1"), true);
  writer.view.setBigUint64(to + 872, wideInteger(value.spsrEl1, false, "Aarch64State.spsrEl1"), true);
  writer.view.setBigUint64(to + 880, wideInteger(value.esrEl1, false, "Aarch64State.esrEl1"), true);
  writer.view.setBigUint64(to + 888, wideInteger(value.farEl1, false, "Aarch64State.farEl1"), true);
  writer.view.setBigUint64(to + 896, wideInteger(value.afsr0El1, false, "Aarch64State.afsr0El1"), true);
  writer.view.setBigUint64(to + 904, wideInteger(value.afsr1El1, false, "Aarch64State.afsr1El1"), true);
  writer.view.setBigUint64(to + 912, wideInteger(value.parEl1, false, "Aarch64State.parEl1"), true);
  writer.view.setBigUint64(to + 920, wideInteger(value.contextidrEl1, false, "Aarch64State.contextidrEl1"), true);
  writer.view.setBigUint64(to + 928, wideInteger(value.csselrEl1, false, "Aarch64State.csselrEl1"), true);
  writer.view.setBigUint64(to + 936, wideInteger(value.mdscrEl1, false, "Aarch64State.mdscrEl1"), true);
  writer.view.setBigUint64(to + 944, wideInteger(value.mpidrEl1, false, "Aarch64State.mpidrEl1"), true);
  writer.view.setBigUint64(to + 952, wideInteger(value.tpidrEl0, false, "Aarch64State.tpidrEl0"), true);
  writer.view.setBigUint64(to + 960, wideInteger(value.tpidrEl1, false, "Aarch64State.tpidrEl1"), true);
  writer.view.setBigUint64(to + 968, wideInteger(value.tpidrroEl0, false, "Aarch64State.tpidrroEl0"), true);
  writer.view.setBigUint64(to + 976, wideInteger(value.cntkctlEl1, false, "Aarch64State.cntkctlEl1"), true);
  writer.view.setBigUint64(to + 984, wideInteger(value.cntvCtlEl0, false, "Aarch64State.cntvCtlEl0"), true);
  writer.view.setBigUint64(to + 992, wideInteger(value.cntvCvalEl0, false, "Aarch64State.cntvCvalEl0"), true);
}

/** vmp_aarch64_state in memory. The system registers are those of the same names (Arm ARM, chapter D19). */
export class Aarch64StateView extends LayoutView {
  static readonly size = 1000;
  x(index: number): bigint {
    return this.dataView.getBigUint64(this.dataOffset + checkedIndex(index, 31) * 8, true);
  }
  setX(index: number, value: bigint): void {
    this.dataView.setBigUint64(this.dataOffset + checkedIndex(index, 31) * 8, value, true);
  }
  get spEl0(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 248, true);
  }
  set spEl0(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 248, value, true);
  }
  get spEl1(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 256, true);
  }
  set spEl1(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 256, value, true);
  }
  get pc(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 264, true);
  }
  set pc(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 264, value, true);
  }
  /** as SPSR_EL1 holds it */
  get pstate(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 272, true);
  }
  set pstate(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 272, value, true);
  }
  /** 32 registers of two words, the low one first */
  v(index: number): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 280 + checkedIndex(index, 64) * 8, true);
  }
  setV(index: number, value: bigint): void {
    this.dataView.setBigUint64(this.dataOffset + 280 + checkedIndex(index, 64) * 8, value, true);
  }
  get fpcr(): number {
    return this.dataView.getUint32(this.dataOffset + 792, true);
  }
  set fpcr(value: number) {
    this.dataView.setUint32(this.dataOffset + 792, value, true);
  }
  get fpsr(): number {
    return this.dataView.getUint32(this.dataOffset + 796, true);
  }
  set fpsr(value: number) {
    this.dataView.setUint32(this.dataOffset + 796, value, true);
  }
  get sctlrEl1(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 800, true);
  }
  set sctlrEl1(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 800, value, true);
  }
  get cpacrEl1(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 808, true);
  }
  set cpacrEl1(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 808, value, true);
  }
  get ttbr0El1(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 816, true);
  }
  set ttbr0El1(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 816, value, true);
  }
  get ttbr1El1(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 824, true);
  }
  set ttbr1El1(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 824, value, true);
  }
  get tcrEl1(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 832, true);
  }
  set tcrEl1(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 832, value, true);
  }
  get mairEl1(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 840, true);
  }
  set mairEl1(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 840, value, true);
  }
  get amairEl1(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 848, true);
  }
  set amairEl1(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 848, value, true);
  }
  get vbarEl1(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 856, true);
  }
  set vbarEl1(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 856, value, true);
  }
  get elrEl1(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 864, true);
  }
  set elrEl1(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 864, value, true);
  }
  get spsrEl1(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 872, true);
  }
  set spsrEl1(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 872, value, true);
  }
  get esrEl1(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 880, true);
  }
  set esrEl1(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 880, value, true);
  }
  get farEl1(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 888, true);
  }
  set farEl1(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 888, value, true);
  }
  get afsr0El1(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 896, true);
  }
  set afsr0El1(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 896, value, true);
  }
  get afsr1El1(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 904, true);
  }
  set afsr1El1(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 904, value, true);
  }
  get parEl1(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 912, true);
  }
  set parEl1(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 912, value, true);
  }
  get contextidrEl1(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 920, true);
  }
  set contextidrEl1(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 920, value, true);
  }
  get csselrEl1(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 928, true);
  }
  set csselrEl1(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 928, value, true);
  }
  get mdscrEl1(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 936, true);
  }
  set mdscrEl1(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 936, value, true);
  }
  get mpidrEl1(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 944, true);
  }
  set mpidrEl1(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 944, value, true);
  }
  get tpidrEl0(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 952, true);
  }
  set tpidrEl0(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 952, value, true);
  }
  get tpidrEl1(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 960, true);
  }
  set tpidrEl1(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 960, value, true);
  }
  get tpidrroEl0(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 968, true);
  }
  set tpidrroEl0(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 968, value, true);
  }
  get cntkctlEl1(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 976, true);
  }
  set cntkctlEl1(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 976, value, true);
  }
  get cntvCtlEl0(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 984, true);
  }
  set cntvCtlEl0(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 984, value, true);
  }
  get cntvCvalEl0(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 992, true);
  }
  set cntvCvalEl0(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 992, value, true);
  }
}

/** Where a system call finds its operands: byte offsets into the state, each of a 64-bit register. */
export interface SystemCallAbi {
  readonly architecture: Architecture;
  readonly number: number;
  readonly result: number;
  readonly arguments: readonly number[];
  readonly stackPointer: number;
  readonly programCounter: number;
  readonly threadPointer: number;
  /** of the system-call instruction: restart is pc -= this */
  readonly instructionSize: number;
}

export const systemCallAbiSize = 32;

export function decodeSystemCallAbi(reader: WireReader, view: DataView, from = 0): SystemCallAbi {
  void reader;
  return {
    architecture: decodeArchitecture(view.getUint32(from + 4, true)),
    number: view.getUint16(from + 8, true),
    result: view.getUint16(from + 10, true),
    arguments: Array.from({ length: 6 }, (_, index) => view.getUint16(from + 12 + index * 2, true)),
    stackPointer: view.getUint16(from + 24, true),
    programCounter: view.getUint16(from + 26, true),
    threadPointer: view.getUint16(from + 28, true),
    instructionSize: view.getUint16(from + 30, true),
  };
}

export function encodeSystemCallAbi(writer: WireWriter, to: number, value: Loose<SystemCallAbi>): void {
  writer.view.setUint32(to, 32, true);
  writer.view.setUint32(to + 4, encodeArchitecture(value.architecture), true);
  writer.view.setUint16(to + 8, integer(value.number, 0, 65535, "SystemCallAbi.number"), true);
  writer.view.setUint16(to + 10, integer(value.result, 0, 65535, "SystemCallAbi.result"), true);
  exactly(value.arguments, 6, "SystemCallAbi.arguments").forEach((item, index) => {
    writer.view.setUint16(to + 12 + index * 2, integer(item, 0, 65535, "SystemCallAbi.arguments"), true);
  });
  writer.view.setUint16(to + 24, integer(value.stackPointer, 0, 65535, "SystemCallAbi.stackPointer"), true);
  writer.view.setUint16(to + 26, integer(value.programCounter, 0, 65535, "SystemCallAbi.programCounter"), true);
  writer.view.setUint16(to + 28, integer(value.threadPointer, 0, 65535, "SystemCallAbi.threadPointer"), true);
  writer.view.setUint16(to + 30, integer(value.instructionSize, 0, 65535, "SystemCallAbi.instructionSize"), true);
}

/**
 * vmp_system_call_abi in memory. Where a system call finds its operands: byte offsets into the state, each of a 64-bit
 * register.
 */
export class SystemCallAbiView extends LayoutView {
  static readonly size = 32;
  get structSize(): number {
    return this.dataView.getUint32(this.dataOffset, true);
  }
  set structSize(value: number) {
    this.dataView.setUint32(this.dataOffset, value, true);
  }
  /** VMP_ARCHITECTURE_* */
  get architecture(): number {
    return this.dataView.getUint32(this.dataOffset + 4, true);
  }
  set architecture(value: number) {
    this.dataView.setUint32(this.dataOffset + 4, value, true);
  }
  get number(): number {
    return this.dataView.getUint16(this.dataOffset + 8, true);
  }
  set number(value: number) {
    this.dataView.setUint16(this.dataOffset + 8, value, true);
  }
  get result(): number {
    return this.dataView.getUint16(this.dataOffset + 10, true);
  }
  set result(value: number) {
    this.dataView.setUint16(this.dataOffset + 10, value, true);
  }
  arguments(index: number): number {
    return this.dataView.getUint16(this.dataOffset + 12 + checkedIndex(index, 6) * 2, true);
  }
  setArguments(index: number, value: number): void {
    this.dataView.setUint16(this.dataOffset + 12 + checkedIndex(index, 6) * 2, value, true);
  }
  get stackPointer(): number {
    return this.dataView.getUint16(this.dataOffset + 24, true);
  }
  set stackPointer(value: number) {
    this.dataView.setUint16(this.dataOffset + 24, value, true);
  }
  get programCounter(): number {
    return this.dataView.getUint16(this.dataOffset + 26, true);
  }
  set programCounter(value: number) {
    this.dataView.setUint16(this.dataOffset + 26, value, true);
  }
  get threadPointer(): number {
    return this.dataView.getUint16(this.dataOffset + 28, true);
  }
  set threadPointer(value: number) {
    this.dataView.setUint16(this.dataOffset + 28, value, true);
  }
  /** of the system-call instruction: restart is pc -= this */
  get instructionSize(): number {
    return this.dataView.getUint16(this.dataOffset + 30, true);
  }
  set instructionSize(value: number) {
    this.dataView.setUint16(this.dataOffset + 30, value, true);
  }
}
