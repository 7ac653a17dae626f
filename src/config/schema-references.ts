/**
 * Where a schema refers to itself. What goes too deep would overflow ajv's stack, and near its end V8 gives up the whole process
 * when it has to compile a regular expression.
 */
import { isObject, type JsonObject } from "./json.ts";
import { jsonPointerSteps, pathText, type Step, valueAt } from "./path.ts";
import type { Problem } from "./problem.ts";
import { inPlaceKeywords, subschemas } from "./subschemas.ts";

/** References, one to the next, about one and the same value. */
const mostHops = 8;
/** Schemas inside each other, each reference followed once. */
const deepest = 150;

/** References that lead nowhere, in a circle that no value ends, or too deep. `schemas`: all that are inside, and the root. */
export function referenceProblems(root: JsonObject, schemas: ReadonlyMap<JsonObject, readonly Step[]>): Problem[] {
  const problems: Problem[] = [];
  const problem = (steps: readonly Step[], message: string): void => {
    problems.push({ path: pathText(steps), message, keyword: "schema" });
  };
  const hops = longestWay(root);
  for (const [schema, steps] of schemas) {
    const target = targetOf(root, schema);
    if (schema.$ref !== undefined && (target === undefined || !schemas.has(target)))
      problem([...steps, "$ref"], `there is no schema at ${JSON.stringify(schema.$ref)}`);
    else if (target !== undefined && hops(schema) > mostHops)
      problem(
        [...steps, "$ref"],
        `it leads in a circle, or over more than ${mostHops} places, to no part of the value`,
      );
  }
  if (problems.length === 0 && depthOf(root) > deepest)
    problem([], `schemas and references nest deeper than ${deepest} levels`);
  return problems;
}

/** The place in the same schema that `$ref` names, as "#/$defs/name" does. */
function targetOf(root: JsonObject, { $ref }: JsonObject): JsonObject | undefined {
  if (typeof $ref !== "string" || !/^#(\/|$)/.test($ref)) return undefined;
  const target = valueAt(root, jsonPointerSteps($ref.slice(1), root));
  return isObject(target) ? target : undefined;
}

/** The most references that are followed before anything is asked of a part of the value; infinite in a circle, or too deep. */
function longestWay(root: JsonObject): (schema: JsonObject) => number {
  const known = new Map<JsonObject, number>();
  const hops = (schema: JsonObject, depth: number): number => {
    const found = depth > deepest ? Number.POSITIVE_INFINITY : known.get(schema);
    if (found !== undefined) return found;
    known.set(schema, Number.POSITIVE_INFINITY);
    const target = targetOf(root, schema);
    const inside = subschemas(schema).filter(({ keyword }) => inPlaceKeywords.has(keyword));
    const longest = Math.max(
      target === undefined ? 0 : 1 + hops(target, depth + 1),
      ...inside.map(({ schema: inner }) => hops(inner, depth + 1)),
    );
    known.set(schema, longest);
    return longest;
  };
  return (schema) => hops(schema, 0);
}

/** As ajv compiles it: a reference's schema where it is first met. Stops when it is too deep. */
function depthOf(root: JsonObject): number {
  const met = new Set<JsonObject>();
  const visit = (schema: JsonObject, depth: number): number => {
    if (met.has(schema) || depth > deepest) return depth;
    met.add(schema);
    const target = targetOf(root, schema);
    const inner = subschemas(schema).map((subschema) => visit(subschema.schema, depth + 1));
    return Math.max(depth, target === undefined ? 0 : visit(target, depth + 1), ...inner);
  };
  return visit(root, 0);
}
