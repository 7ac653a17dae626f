import type { InterfaceType } from "./contract.ts";
import type { EnumerationType } from "./enumeration.ts";
import type { LayoutType } from "./layout.ts";
import type { ScalarType } from "./scalars.ts";
import type { HandleType, PointerType, StringType } from "./types.ts";

/** Until when a span or a callback may be used: the end of the call, or the end of the instance. */
export type Lifetime = "call" | "instance";

export type Parameter =
  | {
      readonly kind: "value";
      readonly name: string;
      readonly type: ScalarType | EnumerationType | StringType | HandleType;
      /** A handle that may be absent: NULL in C, undefined in TypeScript. Any other absent one is refused. */
      readonly nullable?: boolean;
    }
  | { readonly kind: "result"; readonly name: string; readonly type: ScalarType | EnumerationType }
  | {
      readonly kind: "layout";
      readonly name: string;
      readonly layout: LayoutType;
      readonly direction: "in" | "out";
    }
  | SpanParameter
  | {
      readonly kind: "callback";
      readonly name: string;
      readonly table: InterfaceType;
      readonly lifetime: Lifetime;
      /** May be absent, as a nullable handle may. */
      readonly nullable?: boolean;
    }
  | { readonly kind: "native"; readonly name: string; readonly type: PointerType };

export interface SpanParameter {
  readonly kind: "span";
  readonly name: string;
  readonly element: ScalarType | LayoutType;
  readonly direction: "in" | "out";
  /** stable: copied before it is checked. shared: lies in shared memory, and each field is read once. */
  readonly stability: "stable" | "shared";
  readonly lifetime: Lifetime;
  /** C callers give the distance between elements, so that the element may grow. */
  readonly stride: boolean;
  /** C name of the count; for an out span, of the count that the callee answers. */
  readonly count: string;
  /** C name of the capacity of an out span. */
  readonly capacity: string;
  /** What a TypeScript caller first offers to an out span; it asks again with the size needed. */
  readonly initialCapacity: number;
}

export type Thread = "control" | "vcpu" | "any";

/**
 * synchronous: the caller waits, briefly. asynchronous: may take long; a promise in TypeScript, in C a function that may
 * block its thread. posted: the caller does not wait until it is carried out; with a status, it hears whether it could be
 * sent, and that an earlier one has failed.
 */
export type Mode = "synchronous" | "asynchronous" | "posted";

export type Returns = "status" | "void" | ScalarType | EnumerationType | PointerType;

export interface Method {
  readonly name: string;
  readonly summary: string;
  readonly parameters: readonly Parameter[];
  readonly returns: Returns;
  /** What a caller gets where `returns` is a value and the implementation cannot be reached. */
  readonly unreachable: number;
  /** Has the `error` parameter. */
  readonly error: boolean;
  readonly mode: Mode;
  readonly thread: Thread;
  /** May be entered again by the call that it makes itself. */
  readonly reentrant: boolean;
  /** May be repeated when its answer was lost. */
  readonly idempotent: boolean;
  /** Takes a cancellation in C, an AbortSignal in TypeScript. */
  readonly cancellable: boolean;
  /** Milliseconds; 0 for none. */
  readonly timeout: number;
  /** Passes pointers that mean something in one process only. */
  readonly nativeOnly: boolean;
  /** Where it is missing, the caller gets the defaults (zero, empty) as if it had answered them. */
  readonly optional: boolean;
  readonly defaults: Readonly<Record<string, unknown>>;
  /** The statuses beyond MALFORMED, INTERNAL and REVOKED, which every call can give, and a plugin's own as "plugin-id/CODE". */
  readonly errors: readonly string[];
  /** The contract minor that appended it. */
  readonly since: number;
  /** Takes `void *self` first. */
  readonly self: boolean;
}

export interface MethodOptions extends Partial<Omit<Method, "name" | "parameters" | "thread">> {
  readonly thread: Thread;
}

export function method(name: string, options: MethodOptions, parameters: readonly Parameter[] = []): Method {
  const returns = options.returns ?? (options.mode === "posted" ? "void" : "status");
  return {
    name,
    summary: "",
    returns,
    unreachable: 0,
    error: returns === "status",
    mode: "synchronous",
    reentrant: false,
    idempotent: false,
    cancellable: false,
    timeout: 0,
    nativeOnly: false,
    optional: false,
    defaults: {},
    errors: [],
    since: 0,
    self: true,
    ...options,
    parameters,
  };
}

/** A value, string, handle or layout that goes to the callee. A layout goes as a pointer to a constant. */
export function input(
  name: string,
  type: ScalarType | EnumerationType | StringType | HandleType | LayoutType,
  options: { nullable?: boolean } = {},
): Parameter {
  return type.kind === "layout"
    ? { kind: "layout", name, layout: type, direction: "in" }
    : { kind: "value", name, type, ...options };
}

/** A value or layout that the callee fills. */
export function output(name: string, type: ScalarType | EnumerationType | LayoutType): Parameter {
  return type.kind === "layout"
    ? { kind: "layout", name, layout: type, direction: "out" }
    : { kind: "result", name, type };
}

type SpanOptions = Partial<
  Pick<SpanParameter, "stability" | "lifetime" | "stride" | "count" | "capacity" | "initialCapacity">
>;

function span(
  name: string,
  element: ScalarType | LayoutType,
  direction: "in" | "out",
  options: SpanOptions,
): Parameter {
  return {
    kind: "span",
    name,
    element,
    direction,
    stability: "stable",
    lifetime: "call",
    stride: false,
    count: `${name}_count`,
    capacity: `${name}_capacity`,
    initialCapacity: element.kind === "layout" ? 16 : 4096,
    ...options,
  };
}

export function inputSpan(name: string, element: ScalarType | LayoutType, options: SpanOptions = {}): Parameter {
  return span(name, element, "in", options);
}

/**
 * Filled by the callee with at most its capacity; its count is how many there are. TOO_SMALL when more. A shared one is
 * written in place, whole: it has a count only.
 */
export function outputSpan(name: string, element: ScalarType | LayoutType, options: SpanOptions = {}): Parameter {
  return span(name, element, "out", options);
}

/** A table of functions that the callee may call back, and the context that they take first. */
export function callback(
  name: string,
  table: InterfaceType,
  options: { lifetime?: Lifetime; nullable?: boolean } = {},
): Parameter {
  return { kind: "callback", name, table, lifetime: "call", ...options };
}

/** A pointer that means something in one process only. */
export function native(name: string, type: PointerType): Parameter {
  return { kind: "native", name, type };
}
