/** Turns what the schema found into errors of the table, with the path in the file and the nearest key. */
import type { z } from "zod";
import { VmPluginError } from "../../errors.ts";
import { didYouMean } from "../../nearest.ts";
import { joinPath } from "./json-text.ts";
import type { ProblemKind } from "./schema.ts";

const words: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a number",
  int: "an integer",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return words[typeof value] ?? typeof value;
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const step of path) value = Object(value)[step];
  return value;
}

/** The keys that an object of the schema takes at a path; empty where it takes any. */
function knownKeys(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  let at = schema as z.core.$ZodTypes;
  for (const step of [...path, undefined]) {
    while (at._zod.def.type === "optional" || at._zod.def.type === "default")
      at = at._zod.def.innerType as z.core.$ZodTypes;
    const def = at._zod.def;
    if (step === undefined) return def.type === "object" ? Object.keys(def.shape) : [];
    if (def.type === "array") at = def.element as z.core.$ZodTypes;
    else if (def.type === "object" && def.shape[String(step)]) at = def.shape[String(step)] as z.core.$ZodTypes;
    else return [];
  }
  return [];
}

/** The errors of one failed check. `prefix` is where `value` stands in the file. */
export function toErrors(
  file: string,
  prefix: readonly PropertyKey[],
  schema: z.core.$ZodType,
  value: unknown,
  issues: readonly z.core.$ZodIssue[],
): VmPluginError[] {
  return issues.flatMap((issue) => {
    const at = joinPath([...prefix, ...issue.path]);
    const found = valueAt(value, issue.path);
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((key) => unknownKey(file, [...prefix, ...issue.path], key, knownKeys(schema, issue.path)));
    if (found === undefined)
      return [new VmPluginError("VMP_MANIFEST_MISSING_KEY", { path: file, at, expected: expectation(issue) })];
    if (issue.code === "invalid_type" || issue.code === "invalid_union")
      return [
        new VmPluginError("VMP_MANIFEST_WRONG_TYPE", {
          path: file,
          at,
          expected: expectation(issue),
          found: typeOf(found),
        }),
      ];
    return [invalidValue(file, at, found, issue)];
  });
}

function unknownKey(
  file: string,
  parent: readonly PropertyKey[],
  key: string,
  known: readonly string[],
): VmPluginError {
  return new VmPluginError("VMP_MANIFEST_UNKNOWN_KEY", {
    path: file,
    at: joinPath([...parent, key]),
    hint: didYouMean(key, known),
  });
}

function invalidValue(file: string, at: string, found: unknown, issue: z.core.$ZodIssue): VmPluginError {
  const kind = issue.code === "custom" ? (issue.params?.kind as ProblemKind | undefined) : undefined;
  if (kind === "version")
    return new VmPluginError("VMP_MANIFEST_BAD_VERSION", {
      path: file,
      at,
      value: JSON.stringify(found),
      expected: issue.message,
    });
  if (kind === "escape")
    return new VmPluginError("VMP_MANIFEST_PATH_ESCAPE", {
      path: file,
      at,
      value: `${JSON.stringify(found)}, ${issue.message}`,
    });
  if (issue.code === "invalid_value") {
    return new VmPluginError("VMP_MANIFEST_INVALID_VALUE", {
      path: file,
      at,
      reason: `it is ${JSON.stringify(found)}, not ${expectation(issue)}`,
      hint: typeof found === "string" ? didYouMean(found, issue.values.map(String)) : "",
    });
  }
  const reason = issue.code === "invalid_key" ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  return new VmPluginError("VMP_MANIFEST_INVALID_VALUE", { path: file, at, reason, hint: "" });
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_type") return words[issue.expected] ?? issue.expected;
  if (issue.code === "invalid_value") return `one of ${issue.values.map((value) => JSON.stringify(value)).join(", ")}`;
  if (issue.code === "invalid_union") return "a string, or an object with a name";
  return issue.message;
}
