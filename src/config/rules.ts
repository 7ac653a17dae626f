/** `rules`: a keyword of ours beside JSON Schema's, that compares values of one object with each other. */

import { didYouMean } from "../nearest.ts";
import type { JsonValue } from "../sdk/define-plugin.ts";
import { isObject, jsonEqual } from "./json.ts";
import { parsePath, pathText, type Step, valueAt } from "./path.ts";
import { shown } from "./shown.ts";

/** In the schema: { "left": "minimum", "is": "<=", "right": "maximum" }. Paths are relative to the object it stands beside. */
export interface SchemaRule {
  readonly left: string;
  readonly is: keyof typeof comparisons;
  /** A path, or `value`: one of the two. */
  readonly right?: string;
  readonly value?: JsonValue;
  readonly message?: string;
  /** "error" by default. */
  readonly severity?: "error" | "warning";
}

type Comparison = (left: JsonValue, right: JsonValue) => boolean;

const ordered =
  (holds: (left: number | string, right: number | string) => boolean): Comparison =>
  (left, right) =>
    // Types are for the schema to check; what cannot be compared is not compared.
    (typeof left === "number" && typeof right === "number") || (typeof left === "string" && typeof right === "string")
      ? holds(left, right)
      : true;

const comparisons = {
  "<": ordered((left, right) => left < right),
  "<=": ordered((left, right) => left <= right),
  ">": ordered((left, right) => left > right),
  ">=": ordered((left, right) => left >= right),
  "=": jsonEqual,
  "!=": (left, right) => !jsonEqual(left, right),
  "present-with": () => true,
} as const satisfies Record<string, Comparison>;

/** JSON Schema of the keyword's value. */
export const rulesSchema = {
  type: "array",
  maxItems: 100,
  items: {
    type: "object",
    required: ["left", "is"],
    oneOf: [{ required: ["right"] }, { required: ["value"] }],
    additionalProperties: false,
    properties: {
      left: { type: "string", maxLength: 1000 },
      is: { enum: Object.keys(comparisons) },
      right: { type: "string", maxLength: 1000 },
      value: {},
      message: { type: "string" },
      severity: { enum: ["error", "warning"] },
    },
  },
};

interface Broken {
  readonly steps: readonly Step[];
  readonly message: string;
  readonly severity: "error" | "warning";
}

/**
 * The rules as a function that tells which are broken in an object. Where a side is missing nothing is compared, and
 * `present-with` asks for `right` to be there when `left` is. Throws where a path does not begin with one of `properties`.
 */
export function compileRules(
  rules: readonly SchemaRule[],
  properties: unknown,
): (data: JsonValue) => readonly Broken[] {
  const compiled = rules.map((rule) => {
    const left = stepsOf(rule.left, properties);
    const right = rule.right === undefined ? undefined : stepsOf(rule.right, properties);
    return { rule, left, right };
  });
  return (data) =>
    compiled.flatMap(({ rule, left, right }) => {
      const [one, other] = [valueAt(data, left), right === undefined ? rule.value : valueAt(data, right)];
      const missing = rule.is === "present-with" && one !== undefined && other === undefined;
      const comparable = one !== undefined && other !== undefined;
      if (!missing && (!comparable || comparisons[rule.is](one, other))) return [];
      const against = right === undefined ? shown(rule.value) : `${pathText(right)}, which is ${shown(other)}`;
      const words = missing
        ? `${pathText(left)} needs ${pathText(right ?? [])} beside it`
        : `${pathText(left)} is ${shown(one)}, it must be ${rule.is} ${against}`;
      return [{ steps: left, message: rule.message ?? words, severity: rule.severity ?? "error" }];
    });
}

function stepsOf(path: string, properties: unknown): readonly Step[] {
  const steps = parsePath(path);
  const first = String(steps[0]);
  if (isObject(properties) && !Object.hasOwn(properties, first)) {
    const hint = didYouMean(first, Object.keys(properties));
    throw new Error(`there is no property ${first} beside the rule${hint === "" ? "" : `: ${hint}`}`);
  }
  return steps;
}
