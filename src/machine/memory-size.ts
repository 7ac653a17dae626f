import { refuse } from "./checks.ts";

const pageSize = 4096;
const units: Readonly<Record<string, number>> = { "": 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };
const largest = 2 ** 46;

/** Bytes of "512M", "1.5GiB", "65536" or a number of bytes; rounded up to whole pages of 4096 bytes. */
export function memorySize(what: string, value: unknown): number {
  const refused = (reason: string) => refuse(`${what} ${String(value)}`, reason);
  let bytes = typeof value === "number" ? value : Number.NaN;
  if (typeof value === "string") {
    const parts = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?$/i.exec(value.trim());
    if (parts === null) throw refused('expected a size like "512M" or "1GiB"');
    bytes = Number(parts[1]) * (units[(parts[2] ?? "").toUpperCase()] ?? Number.NaN);
  }
  if (!Number.isFinite(bytes) || bytes < pageSize || bytes > largest) throw refused("expected 4096 bytes to 64 TiB");
  return Math.ceil(bytes / pageSize) * pageSize;
}
