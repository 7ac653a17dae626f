/** A configuration's JSON Schema in words: a line for each key. */
import { jsonText } from "./output.ts";

export interface KeyWords {
  /** As `config set` takes it. */
  readonly path: string;
  readonly words: string;
}

type Schema = Readonly<Record<string, unknown>>;

/** Deeper ones are summed up by their type. */
const deepest = 4;

const bounds: readonly (readonly [keyword: string, words: string])[] = [
  ["minimum", "at least"],
  ["exclusiveMinimum", "more than"],
  ["maximum", "at most"],
  ["exclusiveMaximum", "less than"],
  ["multipleOf", "a multiple of"],
  ["minLength", "characters at least"],
  ["maxLength", "characters at most"],
  ["minItems", "items at least"],
  ["maxItems", "items at most"],
  ["pattern", "matches"],
  ["format", "format"],
];

export function schemaWords(schema: Schema, prefix = "", depth = 0): KeyWords[] {
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(objectOf(schema.properties)).flatMap(([key, value]) => {
    const own = objectOf(value);
    const path = prefix + (prefix === "" || /^\[/.test(keyText(key)) ? keyText(key) : `.${keyText(key)}`);
    const inner = depth < deepest ? schemaWords(own, path, depth + 1) : [];
    return [{ path, words: valueWords(own, required.includes(key)) }, ...inner];
  });
}

function keyText(key: string): string {
  return /^[^.[\]"]+$/.test(key) ? key : `[${JSON.stringify(key)}]`;
}

function valueWords(schema: Schema, required: boolean): string {
  const shown = (value: unknown) => jsonText(value);
  const type = Array.isArray(schema.type) ? schema.type.join(" or ") : (schema.type as string | undefined);
  const parts = [
    type ?? "any value",
    Array.isArray(schema.enum) ? `one of ${schema.enum.map(shown).join(", ")}` : "",
    "const" in schema ? `always ${shown(schema.const)}` : "",
    ...bounds.map(([keyword, words]) => (keyword in schema ? `${words} ${schema[keyword]}` : "")),
    "default" in schema ? `default ${shown(schema.default)}` : required ? "required" : "",
    schema.deprecated === true ? "deprecated" : "",
  ].filter((part) => part !== "");
  const { description } = schema;
  return parts.join(", ") + (typeof description === "string" && description !== "" ? `: ${description}` : "");
}

function objectOf(value: unknown): Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Schema) : {};
}
