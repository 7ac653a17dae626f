/** ajv's errors as problems: the path, and the values in words. */
import type { ErrorObject } from "ajv/dist/2020.js";
import { nearest } from "../nearest.ts";
import type { JsonValue } from "../sdk/define-plugin.ts";
import { isObject } from "./json.ts";
import { jsonPointerSteps, pathText, type Step } from "./path.ts";
import { type Problem, typeName } from "./problem.ts";
import { shown } from "./shown.ts";

const typeWords: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  integer: "an integer",
  null: "null",
  number: "a number",
  object: "an object",
  string: "a string",
};

/** `data`: what was validated. */
export function problemsOf(errors: readonly ErrorObject[], data: JsonValue): Problem[] {
  // `if` only says that one of `then` and `else` failed, which has errors of its own.
  return errors.filter(({ keyword }) => keyword !== "if").map((error) => problemOf(error, data));
}

function problemOf(error: ErrorObject, data: JsonValue): Problem {
  const { keyword, params } = error;
  if (keyword === "rules") return { path: params.path, message: error.message ?? "", keyword };
  const steps = jsonPointerSteps(error.instancePath, data);
  const added = extraStep(error);
  const path = pathText(added === undefined ? steps : [...steps, added]);
  return { path, message: `${path === "" ? "the configuration" : path} ${words(error)}`, keyword };
}

/** The property that the error is about, where it stands at the object around. */
function extraStep({ keyword, params }: ErrorObject): Step | undefined {
  if (keyword === "required" || keyword === "dependentRequired") return params.missingProperty;
  if (keyword === "additionalProperties") return params.additionalProperty;
  if (keyword === "unevaluatedProperties") return params.unevaluatedProperty;
  if (keyword === "propertyNames") return params.propertyName;
  return undefined;
}

function words(error: ErrorObject): string {
  const { keyword, params, data, parentSchema } = error;
  const found = shown(data);
  const length = typeof data === "string" ? [...data].length : Array.isArray(data) ? data.length : 0;
  switch (keyword) {
    case "type": {
      const wanted = [params.type].flat().map((type: string) => typeWords[type] ?? type);
      return `is ${found}, ${typeName(data)}; it must be ${wanted.join(" or ")}`;
    }
    case "required":
      return "is missing";
    case "dependentRequired":
      return `is missing; it is needed beside ${params.property}`;
    case "additionalProperties":
    case "unevaluatedProperties":
      return unknown(params.additionalProperty ?? params.unevaluatedProperty, parentSchema?.properties);
    case "minimum":
      return `is ${found}, the minimum is ${params.limit}`;
    case "maximum":
      return `is ${found}, the maximum is ${params.limit}`;
    case "exclusiveMinimum":
      return `is ${found}, it must be more than ${params.limit}`;
    case "exclusiveMaximum":
      return `is ${found}, it must be less than ${params.limit}`;
    case "multipleOf":
      return `is ${found}, it must be a multiple of ${params.multipleOf}`;
    case "minLength":
      return `is ${found}, ${length} characters long; the minimum is ${params.limit}`;
    case "maxLength":
      return `is ${found}, ${length} characters long; the maximum is ${params.limit}`;
    case "minItems":
      return `has ${length} elements, the minimum is ${params.limit}`;
    case "maxItems":
      return `has ${length} elements, the maximum is ${params.limit}`;
    case "minProperties":
      return `has ${Object.keys(Object(data)).length} keys, the minimum is ${params.limit}`;
    case "maxProperties":
      return `has ${Object.keys(Object(data)).length} keys, the maximum is ${params.limit}`;
    case "uniqueItems":
      return `has the same element twice, at ${params.i} and ${params.j}`;
    case "pattern":
      return `is ${found}, it must match ${params.pattern}`;
    case "enum":
      return oneOf(found, data, params.allowedValues);
    case "const":
      return `is ${found}, it must be ${shown(params.allowedValue)}`;
    case "propertyNames":
      return "is not a key that is allowed here";
    case "anyOf":
      return "fits none of the forms that are allowed";
    case "oneOf":
      return params.passingSchemas === null
        ? "fits none of the forms that are allowed"
        : "fits several forms, of which only one may fit";
    case "not":
      return `is ${found}, which is not allowed`;
    case "false schema":
      return "is not allowed";
    default:
      return `is ${found}: ${error.message ?? keyword}`;
  }
}

function unknown(name: string, properties: unknown): string {
  const hint = isObject(properties) ? nearest(name, Object.keys(properties)) : undefined;
  return hint === undefined ? "is unknown" : `is unknown, did you mean ${hint}?`;
}

function oneOf(found: string, data: unknown, allowed: readonly unknown[]): string {
  const names = allowed.filter((value): value is string => typeof value === "string");
  const hint = typeof data === "string" ? nearest(data, names) : undefined;
  const all = allowed.length > 20 ? `one of ${allowed.length} values` : allowed.map(shown).join(", ");
  return `is ${found}, it must be ${allowed.length > 1 ? "one of " : ""}${all}${hint ? `; did you mean ${hint}?` : ""}`;
}
