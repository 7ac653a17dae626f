/** What ajv does not find, or finds too late, in a schema that comes from a stranger. */
import { didYouMean } from "../nearest.ts";
import { isObject, type JsonObject } from "./json.ts";
import { pathText, type Step } from "./path.ts";
import type { Problem } from "./problem.ts";

type Kind = "schema" | "list" | "map";

/** Where schemas stand inside a schema. */
const nested: ReadonlyMap<string, Kind> = new Map([
  ["additionalProperties", "schema"],
  ["allOf", "list"],
  ["anyOf", "list"],
  ["contains", "schema"],
  ["contentSchema", "schema"],
  ["definitions", "map"],
  ["$defs", "map"],
  ["dependentSchemas", "map"],
  ["else", "schema"],
  ["if", "schema"],
  ["items", "schema"],
  ["not", "schema"],
  ["oneOf", "list"],
  ["patternProperties", "map"],
  ["prefixItems", "list"],
  ["properties", "map"],
  ["propertyNames", "schema"],
  ["then", "schema"],
  ["unevaluatedItems", "schema"],
  ["unevaluatedProperties", "schema"],
] as const);

const inPlaceKeywords = new Set(["allOf", "anyOf", "dependentSchemas", "else", "if", "not", "oneOf", "then"]);

const mostSchemas = 5000;
const longestPattern = 1000;

/**
 * Unknown keywords, references to elsewhere, required properties that are none, patterns that are too long, with their
 * paths in the schema. `keywords`: those that are known.
 */
export function walkSchema(schema: unknown, keywords: ReadonlySet<string>): Problem[] {
  const problems: Problem[] = [];
  let count = 0;

  /** `inPlace`: about the same value as the schema around, whose properties count too. */
  const visit = (at: unknown, steps: readonly Step[], inPlace: boolean): void => {
    if (++count > mostSchemas || !isObject(at)) return;
    const problem = (step: string, message: string): void => {
      problems.push({ path: pathText([...steps, step]), message, keyword: "schema" });
    };
    for (const [key, value] of Object.entries(at)) {
      // Nobody would await its answer.
      if (key === "$async") problem(key, "$async is not allowed");
      if (key === "$id" && steps.length > 0) problem(key, "$id is allowed at the top alone");
      if (!keywords.has(key)) {
        const hint = didYouMean(key, keywords);
        problem(key, `the keyword ${key} is unknown${hint === "" ? "" : `: ${hint}`}`);
      }
      if ((key === "$ref" || key === "$dynamicRef") && !String(value).startsWith("#"))
        problem(key, `${key} may only lead to a place in the same schema, as "#/$defs/name" does`);
      const patterns =
        key === "pattern" ? [String(value)] : key === "patternProperties" ? Object.keys(Object(value)) : [];
      for (const message of patterns.map(patternProblem)) if (message !== undefined) problem(key, message);
      visitNested(nested.get(key), value, [...steps, key], inPlaceKeywords.has(key));
    }
    for (const [name, hint] of inPlace ? [] : missingProperties(at))
      problem("required", `${name} is required and not in properties${hint === "" ? "" : `: ${hint}`}`);
  };
  const visitNested = (kind: Kind | undefined, value: unknown, steps: readonly Step[], inPlace: boolean): void => {
    if (kind === "schema") visit(value, steps, inPlace);
    else if (kind === "list" && Array.isArray(value))
      for (const [index, item] of value.entries()) visit(item, [...steps, index], inPlace);
    else if (kind === "map" && isObject(value))
      for (const [name, item] of Object.entries(value)) visit(item, [...steps, name], inPlace);
  };

  visit(schema, [], false);
  if (count > mostSchemas)
    problems.push({ path: "", message: `it has more than ${mostSchemas} schemas inside`, keyword: "schema" });
  return problems;
}

/** Names that are required and that `properties` does not have, though nothing else could have them. */
function missingProperties(schema: JsonObject): readonly (readonly [name: string, hint: string])[] {
  const { required, properties } = schema;
  const elsewhere = ["patternProperties", "$ref", "$dynamicRef", ...inPlaceKeywords].some((key) => key in schema);
  if (elsewhere || !Array.isArray(required) || !isObject(properties)) return [];
  return required
    .filter((name) => typeof name === "string" && !Object.hasOwn(properties, name))
    .map((name) => [name, didYouMean(name, Object.keys(properties))]);
}

function patternProblem(pattern: string): string | undefined {
  if (pattern.length > longestPattern) return `a pattern has at most ${longestPattern} characters`;
  try {
    new RegExp(pattern, "u");
    return undefined;
  } catch (error) {
    return `${JSON.stringify(pattern)} is not a regular expression: ${(error as Error).message}`;
  }
}
