/** Checks schemas, and configurations against them. ajv is loaded by the first call, not by the import. */
import type { ValidateFunction } from "ajv/dist/2020.js";
import { reasonOf } from "../errors.ts";
import type { Configuration } from "../sdk/define-plugin.ts";
import { copyJson, isObject, type JsonObject, NotJson, refusePrototype } from "./json.ts";
import { jsonPointerSteps, pathText } from "./path.ts";
import { type Problem, problemsText } from "./problem.ts";
import { problemsOf } from "./schema-problems.ts";
import { walkSchema } from "./schema-walk.ts";
import { shown } from "./shown.ts";
import { TookTooLong, withinTime } from "./time-bound.ts";
import { ajv, compile, type Schema, validate } from "./validator.ts";

/** Milliseconds for one check. Sound ones take a few; the bound is for patterns and references that never end. */
const longestCheck = 5000;

/** A schema that is sound, as a function, or what is wrong with it. */
type Compiled = { readonly check: ValidateFunction } | { readonly problems: readonly Problem[] };

const compiled = new WeakMap<Schema, Compiled>();

/** What is wrong with a manifest's schema of its configuration, paths in the schema; it runs none of the plugin's code. */
export function checkSchema(schema: unknown, limit = longestCheck): Problem[] {
  try {
    return withinTime(limit, () => {
      const found = compileSound(schema);
      return "problems" in found ? [...found.problems] : problemsOfDefaults(found.check);
    });
  } catch (error) {
    return [failure(error)];
  }
}

function compileSound(schema: unknown): Compiled {
  const plain = copyJson(schema);
  refusePrototype(plain);
  if (!isObject(plain) || ![plain.type].flat().includes("object")) {
    const message = 'the type must be "object": a configuration is one';
    return { problems: [{ path: "type", message, keyword: "schema" }] };
  }
  const keywords = new Set(Object.keys(ajv().RULES.keywords));
  const problems = walkSchema(plain, keywords);
  if (problems.length > 0) return { problems };
  if (ajv().validateSchema(plain)) return { check: compile(plain) };
  return {
    problems: (ajv().errors ?? []).map((error) => {
      const path = pathText(jsonPointerSteps(error.instancePath, plain));
      const message = `${path || "the schema"} ${error.message}, it is ${shown(error.data)}`;
      return { path, message, keyword: "schema" };
    }),
  };
}

function problemsOfDefaults(check: ValidateFunction): Problem[] {
  const data = {};
  const { errors } = validate(check, data, {});
  // What is there comes from defaults. That something is missing is the user's to mend.
  const about = errors.filter(({ instancePath, keyword }) => instancePath !== "" && !aboutPresence.has(keyword));
  return problemsOf(about, data).map(({ path, message }) => ({
    path,
    message: `a default is not valid: ${message}`,
    keyword: "default",
  }));
}

const aboutPresence = new Set([
  ...["required", "dependentRequired", "minProperties", "minItems", "contains", "if"],
  ...["anyOf", "oneOf", "not", "rules"],
]);

export interface Checked {
  /** A copy, with the defaults filled in; also where there are errors. */
  readonly effective: Configuration;
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** The configuration against the schema. Nothing that is given is changed; a schema that is not sound is an error too. */
export function checkConfiguration(schema: Schema, configuration: Configuration, limit = longestCheck): Checked {
  try {
    return withinTime(limit, () => {
      const found = compiled.get(schema) ?? compileSound(schema);
      compiled.set(schema, found);
      if ("problems" in found) throw new Error(problemsText(found.problems));
      const effective = copyJson(configuration) as JsonObject;
      const { errors, warnings } = validate(found.check, effective, configuration);
      return { effective, errors: problemsOf(errors, effective), warnings };
    });
  } catch (error) {
    const problem = failure(error);
    const message =
      problem.keyword === "time" ? problem.message : `the plugin's schema is not sound: ${problem.message}`;
    return { effective: configuration, errors: [{ ...problem, path: "", message }], warnings: [] };
  }
}

/** Why there is no result. */
function failure(error: unknown): Problem {
  if (error instanceof TookTooLong) {
    const message = `the check was given up: ${error.message}; a pattern or a reference of the schema comes to no end`;
    return { path: "", message, keyword: "time" };
  }
  const path = error instanceof NotJson ? error.at : "";
  const endless = error instanceof RangeError && /call stack/.test(error.message);
  const message = endless ? "the schema's references have no end" : reasonOf(error);
  return { path, message: path === "" ? message : `${path}: ${message}`, keyword: "schema" };
}
