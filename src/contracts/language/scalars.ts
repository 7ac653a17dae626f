/** Numbers of a fixed size, little-endian wherever bytes travel. */

export type ScalarName = "u8" | "u16" | "u32" | "u64" | "i8" | "i16" | "i32" | "i64" | "f32" | "f64" | "char";

export interface ScalarType {
  readonly kind: "scalar";
  readonly name: ScalarName;
  readonly size: 1 | 2 | 4 | 8;
  /** What TypeScript sees. A 64-bit value taken as a number is refused beyond 2^53 - 1. */
  readonly as: "number" | "bigint";
}

function scalar(name: ScalarName, size: 1 | 2 | 4 | 8, as: "number" | "bigint" = "number"): ScalarType {
  return { kind: "scalar", name, size, as };
}

export const u8 = scalar("u8", 1);
export const u16 = scalar("u16", 2);
export const u32 = scalar("u32", 4);
export const i8 = scalar("i8", 1);
export const i16 = scalar("i16", 2);
export const i32 = scalar("i32", 4);
export const f32 = scalar("f32", 4);
export const f64 = scalar("f64", 8);
/** 64 bits that may all count: a bigint in TypeScript. */
export const u64 = scalar("u64", 8, "bigint");
export const i64 = scalar("i64", 8, "bigint");
/** 64 bits that hold a size, an offset or a count: a number in TypeScript. */
export const u64AsNumber = scalar("u64", 8, "number");
export const i64AsNumber = scalar("i64", 8, "number");
/** One byte of UTF-8; only as the element of a span or of a fixed array. */
export const char = scalar("char", 1);
