/** JSON as the repository's formatter leaves it: objects over several lines, lists of plain values on one where they fit. */
import { lineWidth } from "./text.ts";

/** `before`: what stands on the line already. */
export function jsonText(value: unknown, indent = "", before = 0): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const single = `[${value.map((item) => JSON.stringify(item)).join(", ")}]`;
    const isPlain = value.every((item) => typeof item !== "object" || item === null);
    // One column for the comma behind it.
    if (isPlain && before + single.length + 1 <= lineWidth) return single;
    return `[\n${value.map((item) => inner + jsonText(item, inner, inner.length)).join(",\n")}\n${indent}]`;
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return "{}";
  const lines = entries.map(([key, item]) => {
    const head = `${inner}${JSON.stringify(key)}: `;
    return head + jsonText(item, inner, head.length);
  });
  return `{\n${lines.join(",\n")}\n${indent}}`;
}
