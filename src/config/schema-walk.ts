/** What ajv does not find, or finds too late, in a schema that comes from a stranger. */
import { didYouMean } from "../nearest.ts";
import { isObject, type JsonObject } from "./json.ts";
import { pathText, type Step } from "./path.ts";
import type { Problem } from "./problem.ts";
import { referenceProblems } from "./schema-references.ts";
import { inPlaceKeywords, subschemas } from "./subschemas.ts";

const mostSchemas = 2000;
const longestPattern = 1000;

/** Each with its reason. */
const refused: ReadonlyMap<string, string> = new Map([
  ["$async", "nobody would await its answer"],
  ["$anchor", 'refer to a place, as "#/$defs/name" does'],
  ["$dynamicAnchor", 'refer to a place, as "#/$defs/name" does'],
  ["$dynamicRef", 'refer to a place, as "#/$defs/name" does'],
]);

/**
 * Unknown keywords, references to elsewhere or without end, required properties that are none, patterns that are none or too
 * long, with their paths in the schema. `keywords`: those that are known.
 */
export function walkSchema(root: JsonObject, keywords: ReadonlySet<string>): Problem[] {
  const problems: Problem[] = [];
  const schemas = new Map<JsonObject, readonly Step[]>();

  /** `inPlace`: about the same value as the schema around, whose properties count too. */
  const visit = (schema: JsonObject, steps: readonly Step[], inPlace: boolean): void => {
    if (schemas.size === mostSchemas) return;
    schemas.set(schema, steps);
    for (const [key, message] of problemsIn(schema, keywords, inPlace))
      problems.push({ path: pathText([...steps, key]), message, keyword: "schema" });
    if (schema.$id !== undefined && steps.length > 0)
      problems.push({ path: pathText([...steps, "$id"]), message: "$id is for the top alone", keyword: "schema" });
    for (const { schema: inner, keyword, steps: further } of subschemas(schema))
      visit(inner, [...steps, ...further], inPlaceKeywords.has(keyword));
  };

  visit(root, [], false);
  if (schemas.size === mostSchemas)
    return [{ path: "", message: `it has ${mostSchemas} schemas inside, or more`, keyword: "schema" }];
  return problems.length > 0 ? problems : referenceProblems(root, schemas);
}

type Found = readonly [key: string, message: string];

function problemsIn(schema: JsonObject, keywords: ReadonlySet<string>, inPlace: boolean): readonly Found[] {
  return [
    ...Object.entries(schema).flatMap(([key, value]): Found[] => {
      const reason = refused.get(key);
      if (reason !== undefined) return [[key, `${key} is not allowed: ${reason}`]];
      if (!keywords.has(key)) return [[key, `the keyword ${key} is unknown${hint(key, keywords)}`]];
      if (key === "$ref" && !/^#(\/|$)/.test(String(value)))
        return [[key, 'it may only lead to a place in the same schema, as "#/$defs/name" does']];
      const patterns =
        key === "pattern" ? [String(value)] : key === "patternProperties" ? Object.keys(Object(value)) : [];
      return patterns
        .map(patternProblem)
        .flatMap((message): Found[] => (message === undefined ? [] : [[key, message]]));
    }),
    ...(inPlace ? [] : missingProperties(schema)),
  ];
}

/** Names that are required and that `properties` does not have, though nothing else could have them. */
function missingProperties(schema: JsonObject): readonly Found[] {
  const { required, properties } = schema;
  const elsewhere = ["patternProperties", "$ref", ...inPlaceKeywords].some((key) => Object.hasOwn(schema, key));
  if (elsewhere || !Array.isArray(required) || !isObject(properties)) return [];
  return required
    .filter((name) => typeof name === "string" && !Object.hasOwn(properties, name))
    .map((name) => ["required", `${name} is required and not in properties${hint(name, Object.keys(properties))}`]);
}

function hint(name: string, candidates: Iterable<string>): string {
  const found = didYouMean(name, candidates);
  return found === "" ? "" : `: ${found}`;
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
