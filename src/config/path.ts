/** Paths to values inside a configuration: `server.ports[0]`, and `["a key with dots.or brackets"]`. */
import { VmPluginError } from "../errors.ts";
import type { Configuration, JsonValue } from "../sdk/define-plugin.ts";
import { maximalDepth } from "./json.ts";
import { shown } from "./shown.ts";

export type Step = string | number;

/** The steps of a path. VMP_CONFIGURATION_PATH where it is none. */
export function parsePath(path: string): readonly Step[] {
  const steps: Step[] = [];
  const token = /\.?([^.[\]"]+)|\[(\d{1,9})\]|\[("(?:[^"\\]|\\.)*")\]/y;
  while (token.lastIndex < path.length) {
    const at = token.lastIndex;
    const [text, name, index, quoted] = token.exec(path) ?? [];
    if (text === undefined || (name !== undefined && text.startsWith(".") === (steps.length === 0)))
      throw noPath(path, `it cannot be read from character ${at + 1} on`);
    if (index !== undefined) steps.push(Number(index));
    else steps.push(name ?? unquoted(path, quoted ?? ""));
    if (steps.length > maximalDepth) throw noPath(path, `it has more than ${maximalDepth} steps`);
  }
  if (steps.length === 0) throw noPath(path, "it is empty");
  if (steps.includes("__proto__")) throw noPath(path, "the key __proto__ is not allowed");
  return steps;
}

function unquoted(path: string, text: string): string {
  try {
    return JSON.parse(text);
  } catch {
    throw noPath(path, `${text} is not a JSON string`);
  }
}

function noPath(path: string, reason: string): VmPluginError {
  return new VmPluginError("VMP_CONFIGURATION_PATH", {
    path: path.length > 200 ? `${path.slice(0, 197)}...` : path,
    reason,
  });
}

/** The path of the steps, as parsePath reads it; empty for the whole. */
export function pathText(steps: readonly Step[]): string {
  return steps.reduce<string>((path, step) => {
    if (typeof step === "number") return `${path}[${step}]`;
    if (!/^[^.[\]"]+$/.test(step)) return `${path}[${JSON.stringify(step)}]`;
    return path === "" ? step : `${path}.${step}`;
  }, "");
}

/** The value there; undefined where there is none. Only own properties count. */
export function valueAt(value: JsonValue | undefined, steps: readonly Step[]): JsonValue | undefined {
  return steps.reduce<JsonValue | undefined>(
    (at, step) =>
      typeof at === "object" && at !== null && Object.hasOwn(at, step)
        ? (at as Record<Step, JsonValue>)[step]
        : undefined,
    value,
  );
}

/**
 * The configuration with `value` in the place of what is there; undefined removes that. Missing objects and lists on the way
 * are made; a list takes an element only in the place of one or at its end. VMP_CONFIGURATION_PATH else.
 */
export function withValueAt(configuration: Configuration, path: string, value: JsonValue | undefined): Configuration {
  return changed(configuration, parsePath(path), value, path) as Configuration;
}

function changed(
  at: JsonValue | undefined,
  steps: readonly Step[],
  value: JsonValue | undefined,
  path: string,
): JsonValue | undefined {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (at === undefined && value === undefined) return undefined;
  if (typeof step === "number") {
    if (at !== undefined && !Array.isArray(at)) throw noPath(path, `${shown(at)} has no element ${step}`);
    const list: readonly JsonValue[] = at ?? [];
    if (step > list.length) throw noPath(path, `the list has ${list.length} elements`);
    const element = changed(list[step], rest, value, path);
    return element === undefined ? list.toSpliced(step, 1) : list.toSpliced(step, 1, element);
  }
  if (at !== undefined && (typeof at !== "object" || at === null || Array.isArray(at)))
    throw noPath(path, `${shown(at)} has no key ${step}`);
  const entries = new Map(Object.entries((at ?? {}) as Configuration));
  const element = changed(entries.get(step), rest, value, path);
  if (element === undefined) entries.delete(step);
  else entries.set(step, element);
  return Object.fromEntries(entries);
}

/** The steps of a JSON pointer (RFC 6901) into `value`: a number is a step into a list, else a key. */
export function jsonPointerSteps(pointer: string, value: JsonValue): readonly Step[] {
  let at: JsonValue | undefined = value;
  return pointer
    .split("/")
    .slice(1)
    .map((text) => {
      const name = text.replace(/~1/g, "/").replace(/~0/g, "~");
      const step = Array.isArray(at) ? Number(name) : name;
      at = valueAt(at, [step]);
      return step;
    });
}
