import type { EnumerationType } from "./enumeration.ts";
import type { LayoutType } from "./layout.ts";
import { isStructSize } from "./layout.ts";
import type { Method } from "./method.ts";
import { literal } from "./names.ts";
import type { FieldType } from "./types.ts";

type Fail = (where: string, what: string) => never;

/** What the caller of an optional method gets where it is missing: each default fits its place, and what has none can be zero. */
export function validateDefaults(method: Method, where: string, fail: Fail): void {
  const places = new Map<string, FieldType>();
  if (typeof method.returns === "object") places.set("returned", method.returns);
  for (const parameter of method.parameters) {
    if (parameter.kind === "result") places.set(parameter.name, parameter.type);
    if (parameter.kind === "layout" && parameter.direction === "out") places.set(parameter.name, parameter.layout);
  }
  for (const name of Object.keys(method.defaults)) {
    if (!method.optional) fail(where, "is required, so nobody gets its defaults");
    if (!places.has(name)) fail(where, `has no result ${name} to give a default`);
  }
  if (!method.optional) return;
  for (const [name, type] of places) validateValue(type, method.defaults[name], `${where}(${name})`, fail);
}

function validateValue(type: FieldType, value: unknown, where: string, fail: Fail): void {
  const given = JSON.stringify(value);
  if (value === undefined && type.kind !== "layout") {
    validateZero(type, where, fail);
    return;
  }
  switch (type.kind) {
    case "layout":
      validateLayout(type, value ?? {}, where, fail);
      break;
    case "scalar":
      if (typeof value !== "number") fail(where, `its default is ${given}, a number is needed`);
      break;
    case "enumeration":
      validateKey(type, value, where, fail);
      break;
    case "characters":
      if (typeof value !== "string" || new TextEncoder().encode(value).length >= type.size)
        fail(where, `its default is ${given}, text of less than ${type.size} bytes is needed`);
      break;
    default:
      fail(where, `no default can be given for a ${type.kind}`);
  }
}

function validateLayout(layout: LayoutType, values: unknown, where: string, fail: Fail): void {
  if (typeof values !== "object" || values === null)
    fail(where, `its default is ${JSON.stringify(values)}, fields of ${layout.name} are needed`);
  const fields = layout.fields.filter((field) => !field.reserved && !isStructSize(field));
  const given = values as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(given)) {
    const field = fields.find((field) => field.name === name);
    if (field === undefined) fail(where, `${layout.name} has no field ${name} to give a default`);
    else if (field.type.kind === "layout") fail(`${where}.${name}`, "no default can be given for a layout in a layout");
  }
  for (const field of fields) validateValue(field.type, given[field.name], `${where}.${field.name}`, fail);
}

function validateKey(type: EnumerationType, value: unknown, where: string, fail: Fail): void {
  if (typeof value === "number" && (type.flags || type.unknown === "keep")) return;
  const keys = [...type.values.keys()].map(literal);
  if (type.flags || !keys.includes(value as string))
    fail(where, `its default is ${JSON.stringify(value)}, ${type.flags ? "a number" : keys.join(", ")} is needed`);
}

function validateZero(type: FieldType, where: string, fail: Fail): void {
  if (type.kind === "array") validateValue(type.element, undefined, where, fail);
  if (type.kind !== "enumeration" || type.flags || type.unknown === "keep") return;
  if (![...type.values.values()].some(({ value }) => value === 0))
    fail(where, `${type.prefix} has no value 0 for a caller whose callee lacks the method: give a default`);
}
