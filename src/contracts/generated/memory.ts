// Guest memory and address spaces: layouts shared by every engine, and the service `vmp.memory/1`. Generated from the contract in src/contracts/memory.ts by `npm run generate`. Do not edit.
import type { Loose, WireReader, WireWriter } from "../runtime/index.ts";
import { LayoutView, integer, wideInteger } from "../runtime/index.ts";

export const VMP_PAGE_SIZE = 4096;

export const protectionValues = {
  read: 1,
  write: 2,
  execute: 4,
} as const;

export const mapFlagValues = {
  shared: 1,
  lazy: 2,
} as const;

export type SpaceKind = "arena" | number;

export const spaceKindValues = {
  /** guest address a is host address base + a; the host's mappings are the guest's protection */
  arena: 1,
} as const;

export function decodeSpaceKind(value: number): SpaceKind {
  switch (value) {
    case 1:
      return "arena";
    default:
      return value;
  }
}

export function encodeSpaceKind(value: SpaceKind): number {
  if (typeof value === "number") return value;
  if (Object.hasOwn(spaceKindValues, value)) return spaceKindValues[value];
  throw new RangeError(`${String(value)} is none of arena`);
}

/**
 * vmp_address_space in memory. One guest process's memory. Written by the core alone. Pointers are addresses of the
 * process that wrote them.
 */
export class AddressSpaceView extends LayoutView {
  static readonly size = 48;
  get structSize(): number {
    return this.dataView.getUint32(this.dataOffset, true);
  }
  set structSize(value: number) {
    this.dataView.setUint32(this.dataOffset, value, true);
  }
  /** VMP_SPACE_*; an engine refuses a kind that it does not know */
  get kind(): number {
    return this.dataView.getUint32(this.dataOffset + 4, true);
  }
  set kind(value: number) {
    this.dataView.setUint32(this.dataOffset + 4, value, true);
  }
  /** host address of guest address 0; guard pages lie on both sides */
  get base(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 8, true);
  }
  set base(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 8, value, true);
  }
  /** an access of n bytes at a is inside when a <= size - n */
  get size(): number {
    return Number(this.dataView.getBigUint64(this.dataOffset + 16, true));
  }
  set size(value: number) {
    this.dataView.setBigUint64(this.dataOffset + 16, BigInt(value), true);
  }
  /** acquire in C; sequentially consistent here. */
  loadCodeGeneration(): bigint {
    return Atomics.load(new BigUint64Array(this.dataView.buffer, this.dataView.byteOffset + this.dataOffset + 24, 1), 0);
  }
  storeCodeGeneration(value: bigint): void {
    Atomics.store(new BigUint64Array(this.dataView.buffer, this.dataView.byteOffset + this.dataOffset + 24, 1), 0, value);
  }
  /** Sets the bits; what was there before. */
  orCodeGeneration(bits: bigint): bigint {
    return Atomics.or(new BigUint64Array(this.dataView.buffer, this.dataView.byteOffset + this.dataOffset + 24, 1), 0, bits);
  }
  get machine(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 32, true);
  }
  set machine(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 32, value, true);
  }
  /** unique in the machine */
  get id(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 40, true);
  }
  set id(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 40, value, true);
  }
}

/**
 * vmp_guest_memory in memory. A machine's memory: one file, mapped whole and always readable and writable at `alias`.
 * Pointers are addresses of the process that wrote them.
 */
export class GuestMemoryView extends LayoutView {
  static readonly size = 32;
  get structSize(): number {
    return this.dataView.getUint32(this.dataOffset, true);
  }
  set structSize(value: number) {
    this.dataView.setUint32(this.dataOffset, value, true);
  }
  /** the memory file, borrowed */
  get descriptor(): number {
    return this.dataView.getInt32(this.dataOffset + 4, true);
  }
  set descriptor(value: number) {
    this.dataView.setInt32(this.dataOffset + 4, value, true);
  }
  get alias(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 8, true);
  }
  set alias(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 8, value, true);
  }
  /** the limit given at creation */
  get size(): number {
    return Number(this.dataView.getBigUint64(this.dataOffset + 16, true));
  }
  set size(value: number) {
    this.dataView.setBigUint64(this.dataOffset + 16, BigInt(value), true);
  }
  /** relaxed in C; sequentially consistent here. */
  loadAllocated(): bigint {
    return Atomics.load(new BigUint64Array(this.dataView.buffer, this.dataView.byteOffset + this.dataOffset + 24, 1), 0);
  }
  storeAllocated(value: bigint): void {
    Atomics.store(new BigUint64Array(this.dataView.buffer, this.dataView.byteOffset + this.dataOffset + 24, 1), 0, value);
  }
  /** Sets the bits; what was there before. */
  orAllocated(bits: bigint): bigint {
    return Atomics.or(new BigUint64Array(this.dataView.buffer, this.dataView.byteOffset + this.dataOffset + 24, 1), 0, bits);
  }
}

/** A run of pages with one protection. */
export interface Area {
  readonly address: bigint;
  readonly size: bigint;
  /** 0 for a reservation */
  readonly protection: number;
  readonly flags: number;
  /** the personality's own, as given to map */
  readonly tag: bigint;
}

export const areaSize = 32;

export function decodeArea(reader: WireReader, view: DataView, from = 0): Area {
  void reader;
  return {
    address: view.getBigUint64(from, true),
    size: view.getBigUint64(from + 8, true),
    protection: view.getUint32(from + 16, true),
    flags: view.getUint32(from + 20, true),
    tag: view.getBigUint64(from + 24, true),
  };
}

export function encodeArea(writer: WireWriter, to: number, value: Loose<Area>): void {
  writer.view.setBigUint64(to, wideInteger(value.address, false, "Area.address"), true);
  writer.view.setBigUint64(to + 8, wideInteger(value.size, false, "Area.size"), true);
  writer.view.setUint32(to + 16, integer(value.protection, 0, 4294967295, "Area.protection"), true);
  writer.view.setUint32(to + 20, integer(value.flags, 0, 4294967295, "Area.flags"), true);
  writer.view.setBigUint64(to + 24, wideInteger(value.tag, false, "Area.tag"), true);
}

/** vmp_area in memory. A run of pages with one protection. */
export class AreaView extends LayoutView {
  static readonly size = 32;
  get address(): bigint {
    return this.dataView.getBigUint64(this.dataOffset, true);
  }
  set address(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset, value, true);
  }
  get size(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 8, true);
  }
  set size(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 8, value, true);
  }
  /** VMP_PROTECTION_*; 0 for a reservation */
  get protection(): number {
    return this.dataView.getUint32(this.dataOffset + 16, true);
  }
  set protection(value: number) {
    this.dataView.setUint32(this.dataOffset + 16, value, true);
  }
  /** VMP_MAP_* */
  get flags(): number {
    return this.dataView.getUint32(this.dataOffset + 20, true);
  }
  set flags(value: number) {
    this.dataView.setUint32(this.dataOffset + 20, value, true);
  }
  /** the personality's own, as given to map */
  get tag(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 24, true);
  }
  set tag(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 24, value, true);
  }
}

/** The contract as data. timeout: milliseconds, 0 for none; since: the minor that appended the method. */
export const memoryContract = {
  id: "vmp.memory/1",
  version: { major: 1, minor: 0 },
  tiers: ["inline"],
  replaceable: false,
  methods: {
    spaceCreate: { number: 1, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: ["INVALID_ARGUMENT", "OUT_OF_MEMORY"] },
    spaceFork: { number: 2, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: ["OUT_OF_MEMORY"] },
    spaceDestroy: { number: 3, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: [] },
    map: { number: 4, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: ["INVALID_ARGUMENT", "OUT_OF_MEMORY"] },
    mapFile: { number: 5, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: ["INVALID_ARGUMENT", "OUT_OF_MEMORY"] },
    move: { number: 6, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: ["INVALID_ARGUMENT", "NOT_FOUND", "OUT_OF_MEMORY"] },
    unmap: { number: 7, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: ["INVALID_ARGUMENT"] },
    prepare: { number: 8, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: [] },
    protect: { number: 9, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: ["INVALID_ARGUMENT", "NOT_FOUND"] },
    find: { number: 10, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: ["NOT_FOUND"] },
    read: { number: 11, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: [] },
    write: { number: 12, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: [] },
    readString: { number: 13, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: ["FAULT", "TOO_SMALL"] },
    populate: { number: 14, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: ["FAULT"] },
    invalidateCode: { number: 15, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: [] },
  },
} as const;
