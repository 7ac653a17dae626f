/** A configuration as lines that `config set` takes. */
import { pathText, type Step } from "../config/path.ts";
import { escapeUnprintable } from "../errors.ts";
import type { JsonValue } from "../sdk/define-plugin.ts";
import { jsonText } from "./output.ts";

/** `server.ports[0]=80`, a line for each value that holds no others; each ends with a newline. */
export function configurationLines(value: JsonValue, steps: readonly Step[] = []): string {
  const inner = childrenOf(value);
  if (inner.length > 0) return inner.map(([step, child]) => configurationLines(child, [...steps, step])).join("");
  return steps.length === 0 ? "" : `${escapeUnprintable(pathText(steps))}=${jsonText(value)}\n`;
}

function childrenOf(value: JsonValue): [Step, JsonValue][] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.map((child: JsonValue, index) => [index, child]);
  return Object.entries(value);
}

/** One value for a script: a text without quotation marks. Ends with a newline. */
export function valueLine(value: JsonValue): string {
  return `${typeof value === "string" ? escapeUnprintable(value) : jsonText(value)}\n`;
}
