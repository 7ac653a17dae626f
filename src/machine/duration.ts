import { refuse } from "./checks.ts";

const milliseconds: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 };

/** Nanoseconds of "500ms", "10s", "1.5min", "2h" or a number of milliseconds; above 0, up to some 100 days. */
export function nanosecondsOf(what: string, value: unknown): number {
  const text = typeof value === "string" ? /^(\d+(?:\.\d+)?)\s*(ms|s|min|h)$/.exec(value.trim()) : null;
  const time = text === null ? value : Number(text[1]) * (milliseconds[text[2] ?? ""] ?? Number.NaN);
  if (typeof time !== "number")
    throw refuse(`${what} ${String(value)}`, 'expected a time like "500ms", "10s" or "2min", or milliseconds');
  const nanoseconds = Math.round(time * 1e6);
  if (Number.isSafeInteger(nanoseconds) && nanoseconds > 0) return nanoseconds;
  throw refuse(`${what} ${String(value)}`, "expected more than 0 and at most 100 days");
}
