/** JSON values, as configurations are made of: copied with care, compared, frozen. */
import type { JsonValue } from "../sdk/define-plugin.ts";
import { pathText, type Step } from "./path.ts";

export type JsonObject = { readonly [key: string]: JsonValue };

/** Levels of objects and lists inside each other. */
export const maximalDepth = 64;
/** A file of the largest size has no more; the aliases of a YAML file could make more of it. */
const maximalCount = 1 << 18;

/** What is no JSON value, and where. */
export class NotJson extends Error {
  readonly at: string;

  constructor(at: readonly Step[], message: string) {
    super(message);
    this.at = pathText(at);
  }
}

/** Counts while a value is walked through; throws NotJson where it has no end, or none near enough. */
export class Extent {
  readonly steps: Step[] = [];
  #count = 0;

  fail(message: string): never {
    throw new NotJson(this.steps, message);
  }

  inside<Result>(step: Step, work: () => Result): Result {
    if (this.steps.length === maximalDepth) this.fail(`it nests deeper than ${maximalDepth} levels`);
    if (++this.#count > maximalCount) this.fail(`it has more than ${maximalCount} values`);
    this.steps.push(step);
    const result = work();
    this.steps.pop();
    return result;
  }
}

/** An own property whatever the key is: assigning to __proto__ would do something else. */
export function define(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

/** The value as JSON has it, no part shared with it: -0 is 0, and a property that is undefined is none. Throws NotJson. */
export function copyJson(value: unknown, extent: Extent = new Extent()): JsonValue {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") {
    if (!Number.isFinite(value)) extent.fail(`it is ${value}`);
    return value === 0 ? 0 : value;
  }
  if (Array.isArray(value))
    return Array.from(value, (item: unknown, index) => extent.inside(index, () => copyJson(item, extent)));
  if (typeof value !== "object") extent.fail(`it is ${value === undefined ? "" : "a "}${typeof value}`);
  if (!isPlain(value)) extent.fail(`it is a ${value.constructor?.name ?? "special object"}, not a JSON value`);
  const copy = {};
  for (const [key, item] of Object.entries(value))
    if (item !== undefined) extent.inside(key, () => define(copy, key, copyJson(item, extent)));
  return copy;
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  // Another context has an Object.prototype of its own.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Where the two differ first; undefined when they are equal. The order of keys is no difference. */
export function difference(a: JsonValue, b: JsonValue, steps: readonly Step[] = []): readonly Step[] | undefined {
  if (a === b) return undefined;
  if (Array.isArray(a) && Array.isArray(b) && a.length === b.length)
    return firstOf(a.keys(), (index) => difference(a[index] as JsonValue, b[index] as JsonValue, [...steps, index]));
  if (!isObject(a) || !isObject(b) || Object.keys(a).length !== Object.keys(b).length) return steps;
  return firstOf(Object.keys(a), (key) =>
    Object.hasOwn(b, key) ? difference(a[key] as JsonValue, b[key] as JsonValue, [...steps, key]) : [...steps, key],
  );
}

function firstOf<Item, Result>(items: Iterable<Item>, find: (item: Item) => Result | undefined): Result | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

export function jsonEqual(a: JsonValue, b: JsonValue): boolean {
  return difference(a, b) === undefined;
}

/**
 * Throws NotJson where the key __proto__ is inside. As an own property it is harmless here, and not in code that is made of the
 * value, or that copies it into an object of its own.
 */
export function refusePrototype(value: JsonValue, steps: readonly Step[] = []): void {
  if (Array.isArray(value)) for (const [index, item] of value.entries()) refusePrototype(item, [...steps, index]);
  else if (isObject(value))
    for (const [key, item] of Object.entries(value)) {
      if (key === "__proto__") throw new NotJson([...steps, key], "the key is not allowed");
      refusePrototype(item, [...steps, key]);
    }
}

/** The same value, which nobody can change any more. */
export function freezeJson<Value extends JsonValue>(value: Value): Value {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const item of Object.values(value)) freezeJson(item);
  return Object.freeze(value);
}

/** Whether a number is what its text says: a long integer may have been rounded. */
export function isExact(number: number, text: string): boolean {
  return !/^[+-]?\d+$/.test(text) || Number.isSafeInteger(number) || String(number) === text;
}

/** The number of a text as JSON spells numbers; undefined for anything else and for what would be rounded or infinite. */
export function numberOf(text: string): number | undefined {
  if (!/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text)) return undefined;
  const number = Number(text);
  return Number.isFinite(number) && isExact(number, text) ? number : undefined;
}
