import { nameProblem } from "./reserved-words.ts";
import type { ScalarType } from "./scalars.ts";
import { u32, u64 } from "./scalars.ts";
import { alignmentOf, sizeOf } from "./sizes.ts";
import type { FieldType } from "./types.ts";
import { array } from "./types.ts";

/** How a later minor may append fields: callers see the size in `struct_size`, in the stride of a span, or never. */
export type Growth = "struct_size" | "stride" | "never";

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly summary: string;
  readonly offset: number;
  readonly size: number;
  /** Must be zero; a later minor may give it a meaning. */
  readonly reserved: boolean;
  /** Counts the elements of the `items` field before it. */
  readonly counts?: string;
  /** The contract minor that appended it. */
  readonly since: number;
}

export interface LayoutType {
  readonly kind: "layout";
  /** The C name. */
  readonly name: string;
  readonly summary: string;
  readonly growth: Growth;
  readonly fields: readonly Field[];
  readonly size: number;
  readonly alignment: number;
  /** The size that the first release had: no reader meets a smaller one. */
  readonly smallest: number;
  /** C asserts that it is no larger than the constant, and says why. */
  readonly maximumSize?: { readonly constant: string; readonly reason: string };
}

export interface FieldInput {
  readonly name: string;
  readonly type: FieldType;
  readonly summary: string;
  readonly reserved: boolean;
  readonly counts?: string;
  readonly since: number;
}

export function field(name: string, type: FieldType, summary = "", options: { since?: number } = {}): FieldInput {
  return { name, type, summary, reserved: false, since: options.since ?? 0 };
}

/** Several fields of one type. */
export function fieldsOf(type: FieldType, ...names: string[]): FieldInput[] {
  return names.map((name) => field(name, type));
}

/** The elements of an `items` field: the pointer, then the count. */
export function itemFields(
  name: string,
  element: Extract<FieldType, { kind: "items" }>["element"],
  count: string,
  summary = "",
): FieldInput[] {
  return [
    { name, type: { kind: "items", element, count }, summary, reserved: false, since: 0 },
    { name: count, type: u64, summary: "", reserved: false, counts: name, since: 0 },
  ];
}

export function reserved(type: ScalarType = u32, length?: number, name = "reserved"): FieldInput {
  return { name, type: length === undefined ? type : array(type, length), summary: "", reserved: true, since: 0 };
}

/** The first field of a layout or table that grows: the bytes that its writer knows. */
export function structSize(summary = ""): FieldInput {
  return { name: "struct_size", type: u32, summary, reserved: false, since: 0 };
}

export function isStructSize(field: Field): boolean {
  return field.name === "struct_size" && field.offset === 0;
}

/** Whether a layout says its own size. */
export function saysItsSize(layout: LayoutType): boolean {
  return layout.fields.some(isStructSize);
}

/**
 * A structure with fixed offsets, the same in C and in bytes. Padding that nobody declared is refused: what travels never
 * carries a byte that nobody wrote.
 */
export function layout(
  name: string,
  options: { summary?: string; growth?: Growth; maximumSize?: LayoutType["maximumSize"] },
  inputs: readonly FieldInput[],
): LayoutType {
  const fields: Field[] = [];
  const names = new Set<string>();
  let offset = 0;
  let alignment = 1;
  let smallest = 0;
  let since = 0;
  for (const input of inputs) {
    if (names.has(input.name)) throw new Error(`${name}.${input.name} stands twice`);
    names.add(input.name);
    const problem = nameProblem(input.name);
    if (problem !== undefined) throw new Error(`${name}: ${problem}`);
    const fieldAlignment = alignmentOf(input.type);
    if (offset % fieldAlignment !== 0) {
      throw new Error(
        `${name}.${input.name}: ${fieldAlignment - (offset % fieldAlignment)} bytes before it are not declared; add a reserved field`,
      );
    }
    if (input.since < since)
      throw new Error(`${name}.${input.name} came with minor ${input.since} and stands behind one of minor ${since}`);
    since = input.since;
    if (
      since > 0 &&
      input.type.kind === "enumeration" &&
      ![...input.type.values.values()].some((value) => value.value === 0) &&
      input.type.unknown !== "keep"
    ) {
      throw new Error(
        `${name}.${input.name} was appended: it is 0 where the sender does not know it, and ${input.type.prefix} has no value 0`,
      );
    }
    const size = sizeOf(input.type);
    fields.push({ ...input, offset, size });
    offset += size;
    alignment = Math.max(alignment, fieldAlignment);
    if (input.since === 0) smallest = offset;
  }
  if (offset === 0) throw new Error(`${name} has no field`);
  if (offset % alignment !== 0)
    throw new Error(
      `${name}: ${alignment - (offset % alignment)} bytes at its end are not declared; add a reserved field`,
    );
  const growth = options.growth ?? (fields[0]?.name === "struct_size" ? "struct_size" : "never");
  if (growth === "struct_size" && fields[0]?.name !== "struct_size")
    throw new Error(`${name} grows by struct_size, which is not its first field`);
  if (growth === "never" && smallest !== offset)
    throw new Error(`${name} never grows, yet a later minor appended to it`);
  return {
    kind: "layout",
    name,
    summary: options.summary ?? "",
    growth,
    fields,
    size: offset,
    alignment,
    smallest,
    ...(options.maximumSize === undefined ? {} : { maximumSize: options.maximumSize }),
  };
}
