/** Keywords beside those of ajv. `this` of their functions is the run that `validate` of validator.ts began. */
import type { Ajv2020, AnySchemaObject, ErrorObject } from "ajv/dist/2020.js";
import type { JsonValue } from "../sdk/define-plugin.ts";
import { jsonPointerSteps, pathText, valueAt } from "./path.ts";
import type { Problem } from "./problem.ts";
import { compileRules, rulesSchema, type SchemaRule } from "./rules.ts";

export interface Run {
  /** What is validated, without the defaults. */
  readonly given: JsonValue;
  readonly warnings: Problem[];
}

interface Place {
  readonly instancePath: string;
  readonly rootData: unknown;
}

export function addKeywords(instance: Ajv2020): void {
  // ajv knows it as a word without consequence.
  instance.removeKeyword("deprecated");
  instance.addKeyword({
    keyword: "deprecated",
    schemaType: "boolean",
    compile: (deprecated: boolean, parent) => warnOfDeprecated(deprecated, parent),
  });
  instance.addKeyword({
    keyword: "rules",
    schemaType: "array",
    metaSchema: rulesSchema,
    // After the defaults inside of the object's properties.
    post: true,
    compile: (rules: SchemaRule[], parent) => checkRules(rules, parent),
  });
}

function warnOfDeprecated(deprecated: boolean, { description }: AnySchemaObject) {
  return function (this: unknown, _data: unknown, place?: Place): boolean {
    const run = runOf(this);
    if (!deprecated || run === undefined || place === undefined) return true;
    const steps = jsonPointerSteps(place.instancePath, run.given);
    // A default is not what the user asked for.
    if (valueAt(run.given, steps) === undefined) return true;
    const path = pathText(steps);
    const more = typeof description === "string" ? `: ${description}` : "";
    run.warnings.push({ path, message: `${path} is deprecated${more}`, keyword: "deprecated" });
    return true;
  };
}

function checkRules(rules: readonly SchemaRule[], parent: AnySchemaObject) {
  const brokenIn = compileRules(rules, parent.properties);
  const check = function (this: unknown, data: JsonValue, place?: Place): boolean {
    const base = jsonPointerSteps(place?.instancePath ?? "", place?.rootData as JsonValue);
    check.errors = [];
    for (const { steps, message, severity } of brokenIn(data)) {
      const path = pathText([...base, ...steps]);
      const text = base.length === 0 ? message : `${pathText(base)}: ${message}`;
      if (severity === "error") check.errors.push({ keyword: "rules", message: text, params: { path } });
      else runOf(this)?.warnings.push({ path, message: text, keyword: "rules" });
    }
    return check.errors.length === 0;
  };
  check.errors = [] as Partial<ErrorObject>[];
  return check;
}

/** Undefined while ajv checks a schema against the schema of schemas. */
function runOf(context: unknown): Run | undefined {
  return typeof context === "object" && context !== null && "warnings" in context ? (context as Run) : undefined;
}
