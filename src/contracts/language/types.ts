import type { EnumerationType } from "./enumeration.ts";
import type { LayoutType } from "./layout.ts";
import type { Method } from "./method.ts";
import type { ScalarType } from "./scalars.ts";

/** `data` and `size`: UTF-8 that is not terminated. 16 bytes. */
export interface StringType {
  readonly kind: "string";
}

/** A fixed array of characters that is always terminated. */
export interface CharactersType {
  readonly kind: "characters";
  readonly size: number;
}

export interface ArrayType {
  readonly kind: "array";
  readonly element: ScalarType | EnumerationType | LayoutType;
  readonly length: number;
}

export type AtomicOrder = "relaxed" | "acquire" | "release" | "acquire-release" | "sequentially-consistent";

/** A field that several threads touch. `order` is how a reader loads (acquire) or a writer stores (release) it. */
export interface AtomicType {
  readonly kind: "atomic";
  readonly element: ScalarType;
  readonly order: AtomicOrder;
}

export interface UnionType {
  readonly kind: "union";
  readonly members: Readonly<Record<string, FieldType>>;
}

/** A type that only its owner looks into. */
export interface OpaqueType {
  readonly kind: "opaque";
  readonly name: string;
  readonly summary: string;
}

/**
 * Something that lives with its owner and is named by others. In one process it is a pointer to an opaque type; between
 * processes it is 64 bits, index below and generation above, 0 for none. A generation that is not the current one answers
 * VMP_ERROR_REVOKED.
 */
export interface HandleType {
  readonly kind: "handle";
  readonly name: string;
  readonly constant: boolean;
  /** Who makes it, and may revoke it. */
  readonly owner: "host" | "plugin";
  /** Its owner may take it back while others hold it. */
  readonly revocable: boolean;
  /** What TypeScript holds in its place, as the text of a type. */
  readonly typescript: string;
  readonly summary: string;
}

/** A host pointer; never travels. */
export interface PointerType {
  readonly kind: "pointer";
  readonly to: PointerTarget;
  readonly constant: boolean;
}
export type PointerTarget = FieldType | "void" | "char" | { readonly struct: string };

/** A pointer and the number of its elements, as two fields. Travels with what it points at. */
export interface ItemsType {
  readonly kind: "items";
  readonly element: ScalarType | LayoutType | StringType;
  /** The name of the field that counts. */
  readonly count: string;
}

/** A C function pointer in a table. */
export interface FunctionType {
  readonly kind: "function";
  readonly method: Method;
}

export type FieldType =
  | ScalarType
  | EnumerationType
  | StringType
  | CharactersType
  | ArrayType
  | AtomicType
  | UnionType
  | LayoutType
  | OpaqueType
  | HandleType
  | PointerType
  | ItemsType
  | FunctionType;

export const string: StringType = { kind: "string" };

export function characters(size: number): CharactersType {
  if (!Number.isInteger(size) || size < 2)
    throw new Error(`characters(${size}): room for one character and its end is needed`);
  return { kind: "characters", size };
}

export function array(element: ArrayType["element"], length: number): ArrayType {
  if (!Number.isInteger(length) || length < 1) throw new Error(`array of ${length}: at least one element is needed`);
  return { kind: "array", element, length };
}

export function atomic(element: ScalarType, order: AtomicOrder): AtomicType {
  if (element.size < 4 || element.name.startsWith("f"))
    throw new Error(`atomic(${element.name}): 32 or 64 bit integers only`);
  return { kind: "atomic", element, order };
}

export function union(members: UnionType["members"]): UnionType {
  return { kind: "union", members };
}

export function opaque(name: string, summary: string): OpaqueType {
  return { kind: "opaque", name, summary };
}

export function handle(
  name: string,
  options: { owner: "host" | "plugin"; revocable?: boolean; constant?: boolean; typescript: string; summary: string },
): HandleType {
  return { kind: "handle", name, revocable: false, constant: false, ...options };
}

export function pointer(to: PointerTarget, options: { constant?: boolean } = {}): PointerType {
  return { kind: "pointer", to, constant: options.constant ?? false };
}

export function functionPointer(method: Method): FunctionType {
  return { kind: "function", method };
}
