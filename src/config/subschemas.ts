/** Where schemas stand inside a schema. */
import { isObject, type JsonObject } from "./json.ts";
import type { Step } from "./path.ts";

const places: ReadonlyMap<string, "schema" | "list" | "map"> = new Map([
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

/** Those whose schemas are about the same value as the one around. */
export const inPlaceKeywords: ReadonlySet<string> = new Set([
  ...["allOf", "anyOf", "dependentSchemas", "else", "if", "not", "oneOf", "then"],
]);

export interface Subschema {
  readonly schema: JsonObject;
  readonly keyword: string;
  /** From the schema around. */
  readonly steps: readonly Step[];
}

/** The schemas right inside; `true` and `false` are none of interest. */
export function subschemas(around: JsonObject): readonly Subschema[] {
  return Object.entries(around).flatMap(([keyword, value]) => {
    const place = places.get(keyword);
    const inside: readonly (readonly [readonly Step[], unknown])[] =
      place === "schema"
        ? [[[], value]]
        : place === "list" && Array.isArray(value)
          ? value.map((item, index) => [[index], item])
          : place === "map" && isObject(value)
            ? Object.entries(value).map(([name, item]) => [[name], item])
            : [];
    return inside.flatMap(([steps, schema]) =>
      isObject(schema) ? [{ schema, keyword, steps: [keyword, ...steps] }] : [],
    );
  });
}
