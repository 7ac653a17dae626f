import type { FieldType } from "./types.ts";

const pointerSize = 8;

/** Bytes that a value of the type takes in a layout, on every platform that the ABI names (64-bit, little-endian). */
export function sizeOf(type: FieldType): number {
  switch (type.kind) {
    case "scalar":
      return type.size;
    case "enumeration":
      return type.storage.size;
    case "atomic":
      return type.element.size;
    case "string":
      return 16;
    case "characters":
      return type.size;
    case "array":
      return sizeOf(type.element) * type.length;
    case "layout":
      return type.size;
    case "union": {
      const members = Object.values(type.members);
      const alignment = Math.max(...members.map(alignmentOf));
      return Math.ceil(Math.max(...members.map(sizeOf)) / alignment) * alignment;
    }
    case "pointer":
    case "handle":
    case "items":
    case "function":
      return pointerSize;
    case "opaque":
      throw new Error(`${type.name} is opaque: only a pointer to it has a size`);
  }
}

export function alignmentOf(type: FieldType): number {
  switch (type.kind) {
    case "string":
      return 8;
    case "characters":
      return 1;
    case "array":
      return alignmentOf(type.element);
    case "layout":
      return type.alignment;
    case "union":
      return Math.max(...Object.values(type.members).map(alignmentOf));
    default:
      return sizeOf(type);
  }
}
