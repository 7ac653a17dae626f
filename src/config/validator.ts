/** JSON Schema (draft 2020-12) by ajv, with our keywords. ajv is loaded when the first schema comes. */
import { createRequire } from "node:module";
import type { Ajv2020, ErrorObject, ValidateFunction } from "ajv/dist/2020.js";
import type { JsonValue } from "../sdk/define-plugin.ts";
import { addKeywords, type Run } from "./keywords.ts";
import type { Problem } from "./problem.ts";

export type Schema = Readonly<Record<string, unknown>>;

export interface Validation {
  readonly errors: readonly ErrorObject[];
  readonly warnings: readonly Problem[];
}

let shared: Ajv2020 | undefined;

/** One for all schemas: compiling the schema of schemas takes longer than most of them. */
export function ajv(): Ajv2020 {
  if (shared === undefined) {
    const { Ajv2020 } = createRequire(import.meta.url)("ajv/dist/2020.js") as typeof import("ajv/dist/2020.js");
    const instance = new Ajv2020({
      strict: true,
      strictTuples: false,
      // It knows no other place of a property than the same object; walkSchema looks for misspelled ones.
      strictRequired: false,
      allowUnionTypes: true,
      allErrors: true,
      verbose: true,
      useDefaults: true,
      ownProperties: true,
      passContext: true,
      // As the draft has it, `format` only says what a value is for.
      validateFormats: false,
      logger: false,
    });
    addKeywords(instance);
    shared = instance;
  }
  return shared;
}

/** Throws where it is no schema that ajv takes. To be called with what `walkSchema` has nothing against. */
export function compile(schema: Schema): ValidateFunction {
  // By its id ajv would find it again, and two plugins' would be in each other's way.
  const { $id: _, ...nameless } = schema;
  try {
    return ajv().compile(nameless);
  } finally {
    ajv().removeSchema(nameless);
  }
}

/** Fills the defaults into `data`. `given`: the same without them. */
export function validate(check: ValidateFunction, data: JsonValue, given: JsonValue): Validation {
  const run: Run = { given, warnings: [] };
  const valid: unknown = check.call(run, data);
  if (valid !== true && valid !== false) throw new Error("it is asynchronous");
  return { errors: valid ? [] : (check.errors ?? []), warnings: run.warnings };
}
