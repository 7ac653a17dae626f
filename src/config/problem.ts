/** What is wrong with a configuration, or to be warned of. */
import { isObject } from "./json.ts";

export interface Problem {
  /** "server.ports[0]"; empty for the whole. */
  readonly path: string;
  readonly message: string;
  /** JSON Schema's, or one of: rules, rule (a function of the embedder), json, migrate, schema, time. */
  readonly keyword: string;
}

/** Why a rule of the embedder's is not met. */
export interface Finding {
  readonly path: string;
  readonly message: string;
  /** "error" by default. */
  readonly severity?: "error" | "warning";
}

export function typeName(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (isObject(value)) return "an object";
  if (typeof value === "boolean") return "a boolean";
  return Number.isInteger(value) ? "an integer" : `a ${typeof value}`;
}

/** One line for all. */
export function problemsText(problems: readonly Problem[]): string {
  return problems.map(({ message }) => message).join("; ");
}
