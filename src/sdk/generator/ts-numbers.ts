/** How numbers are read and written in TypeScript. */
import type { ScalarType } from "../../contracts/language/index.ts";
import type { TypeScriptModule } from "./ts-module.ts";

const accessors: Readonly<Record<ScalarType["name"], string>> = {
  u8: "Uint8",
  char: "Uint8",
  u16: "Uint16",
  u32: "Uint32",
  u64: "BigUint64",
  i8: "Int8",
  i16: "Int16",
  i32: "Int32",
  i64: "BigInt64",
  f32: "Float32",
  f64: "Float64",
};

const littleEndian = (scalar: ScalarType) => (scalar.size === 1 ? "" : ", true");

/** The number at `at` of a DataView, as it lies there. */
export function rawGet(scalar: ScalarType, view: string, at: string): string {
  return `${view}.get${accessors[scalar.name]}(${at}${littleEndian(scalar)})`;
}

export function rawSet(scalar: ScalarType, view: string, at: string, value: string): string {
  return `${view}.set${accessors[scalar.name]}(${at}, ${value}${littleEndian(scalar)})`;
}

/** A number of a message. */
export function readNumber(module: TypeScriptModule, scalar: ScalarType, view: string, at: string): string {
  const raw = rawGet(scalar, view, at);
  return scalar.size === 8 && scalar.as === "number" && !scalar.name.startsWith("f")
    ? `${module.runtime("safeInteger")}(${raw})`
    : raw;
}

/** Writes a number that an implementation or a caller gave, after a check that it fits. */
export function writeNumber(
  module: TypeScriptModule,
  scalar: ScalarType,
  view: string,
  at: string,
  value: string,
  what: string,
): string {
  const name = JSON.stringify(what);
  if (scalar.name.startsWith("f")) return rawSet(scalar, view, at, value);
  const signed = scalar.name.startsWith("i");
  if (scalar.size === 8)
    return rawSet(scalar, view, at, `${module.runtime("wideInteger")}(${value}, ${signed}, ${name})`);
  const bits = scalar.size * 8;
  const least = signed ? -(2 ** (bits - 1)) : 0;
  const most = signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1;
  return rawSet(scalar, view, at, `${module.runtime("integer")}(${value}, ${least}, ${most}, ${name})`);
}
