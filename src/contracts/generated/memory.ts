// Guest memory and address spaces: layouts shared by every engine, and the service `vmp.memory/1`. Generated from the contract in src/contracts/memory.ts by `npm run generate`. Do not edit.
import type { Loose, WireReader, WireWriter } from "../runtime/index.ts";
import { integer, wideInteger, zeroes } from "../runtime/index.ts";

export const VMP_PAGE_SIZE = 4096;

export const protectionValues = {
  read: 1,
  write: 2,
  execute: 4,
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

/** A run of pages with one protection. */
export interface Area {
  readonly address: bigint;
  readonly size: bigint;
  /** 0 for a reservation */
  readonly protection: number;
  /** the personality's own, as given to map */
  readonly tag: bigint;
}

export const areaSize = 32;

export function decodeArea(reader: WireReader, view: DataView, from = 0): Area {
  zeroes(view, from + 20, 4);
  void reader;
  return {
    address: view.getBigUint64(from, true),
    size: view.getBigUint64(from + 8, true),
    protection: view.getUint32(from + 16, true),
    tag: view.getBigUint64(from + 24, true),
  };
}

export function encodeArea(writer: WireWriter, to: number, value: Loose<Area>): void {
  writer.view.setBigUint64(to, wideInteger(value.address, false, "Area.address"), true);
  writer.view.setBigUint64(to + 8, wideInteger(value.size, false, "Area.size"), true);
  writer.view.setUint32(to + 16, integer(value.protection, 0, 4294967295, "Area.protection"), true);
  writer.view.setBigUint64(to + 24, wideInteger(value.tag, false, "Area.tag"), true);
}

export const memoryId = "vmp.memory/1";
