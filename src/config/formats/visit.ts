/** What formats have to ask of the strings inside a value. */
import type { JsonValue } from "../../sdk/define-plugin.ts";
import { isObject } from "../json.ts";
import type { Step } from "../path.ts";

/** Half a character: no UTF-8 text holds it. */
export const loneSurrogate = /\p{Surrogate}/u;

/** Calls `visit` for each value inside, itself first, keys included as strings at their own path. */
export function visitValues(
  value: JsonValue,
  visit: (value: JsonValue, steps: readonly Step[]) => void,
  steps: readonly Step[] = [],
): void {
  visit(value, steps);
  if (Array.isArray(value)) for (const [index, item] of value.entries()) visitValues(item, visit, [...steps, index]);
  else if (isObject(value))
    for (const [key, item] of Object.entries(value)) {
      visit(key, [...steps, key]);
      visitValues(item, visit, [...steps, key]);
    }
}
