import type { ScalarType } from "./scalars.ts";
import { u32 } from "./scalars.ts";

/**
 * What a reader does with a value that a later minor added: `refuse` the message, `keep` the number as it is, or take the
 * named value in its place.
 */
export type UnknownValues = "refuse" | "keep" | { readonly as: string };

export interface EnumerationValue {
  readonly value: number;
  readonly summary: string;
  /** The contract minor that brought it. */
  readonly since: number;
}

export interface EnumerationType {
  readonly kind: "enumeration";
  /** The TypeScript name. A value is "lower-case-with-dashes" there. */
  readonly name: string;
  /** The C names are prefix_KEY. */
  readonly prefix: string;
  readonly summary: string;
  readonly storage: ScalarType;
  /** A C typedef of the storage with this name. */
  readonly typedef?: string;
  /** Values are bits that can be combined: a number in TypeScript. */
  readonly flags: boolean;
  readonly unknown: UnknownValues;
  readonly values: ReadonlyMap<string, EnumerationValue>;
}

type ValueInput = number | { readonly value: number; readonly summary?: string; readonly since?: number };

export function enumeration(options: {
  name: string;
  prefix: string;
  summary?: string;
  storage?: ScalarType;
  typedef?: string;
  flags?: boolean;
  unknown?: UnknownValues;
  values: Readonly<Record<string, ValueInput>>;
}): EnumerationType {
  const values = new Map<string, EnumerationValue>();
  const taken = new Set<number>();
  for (const [key, input] of Object.entries(options.values)) {
    if (!/^[A-Z][A-Z0-9_]*$/.test(key)) throw new Error(`${options.prefix}: ${key} is not UPPER_SNAKE_CASE`);
    const value = typeof input === "number" ? { value: input } : input;
    if (taken.has(value.value)) throw new Error(`${options.prefix}_${key}: the value ${value.value} stands twice`);
    taken.add(value.value);
    values.set(key, { summary: "", since: 0, ...value });
  }
  const unknown = options.unknown ?? (options.flags ? "keep" : "refuse");
  if (typeof unknown === "object" && !values.has(unknown.as)) {
    throw new Error(`${options.prefix}: unknown values become ${unknown.as}, which is none of its values`);
  }
  return {
    kind: "enumeration",
    name: options.name,
    prefix: options.prefix,
    summary: options.summary ?? "",
    storage: options.storage ?? u32,
    ...(options.typedef === undefined ? {} : { typedef: options.typedef }),
    flags: options.flags ?? false,
    unknown,
    values,
  };
}
