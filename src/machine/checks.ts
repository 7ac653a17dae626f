/** What the checks of a caller's arguments have in common. */
import { VmPluginError } from "../errors.ts";
import { didYouMean } from "../nearest.ts";

export function refuse(what: string, reason: string): VmPluginError {
  return new VmPluginError("VMP_INVALID_ARGUMENT", { what, reason });
}

/** What a value is, for a message: `null`, `string`, `Array`. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : typeof value;
}

/** A guest's strings end at their first NUL. */
export function checkText(what: string, value: unknown): string {
  if (typeof value !== "string") throw refuse(what, `expected a string, not ${kindOf(value)}`);
  if (value.includes("\0")) throw refuse(what, "it has a NUL character");
  return value;
}

export function checkFlag(what: string, value: unknown): boolean | undefined {
  if (value === undefined || typeof value === "boolean") return value;
  throw refuse(what, `expected true or false, not ${kindOf(value)}`);
}

/** An object with no other keys than these; `what` names it, empty for the options themselves. */
export function checkKeys(what: string, value: unknown, known: readonly string[]): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw refuse(what === "" ? "options" : what, `expected an object, not ${kindOf(value)}`);
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown === undefined) return value as Record<string, unknown>;
  const hint = didYouMean(unknown, known) || `There are ${known.join(", ")}.`;
  throw refuse(what === "" ? unknown : `${what}.${unknown}`, `there is no such option. ${hint}`);
}
