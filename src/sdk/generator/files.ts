/** Comparing and writing what was generated. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Output } from "./outputs.ts";

/** The paths whose files are missing or differ. */
export function differing(root: string, outputs: readonly Output[]): string[] {
  return outputs
    .filter(({ path, text }) => !existsSync(join(root, path)) || readFileSync(join(root, path), "utf8") !== text)
    .map(({ path }) => path);
}

/** Writes what differs; the paths written. */
export function write(root: string, outputs: readonly Output[]): string[] {
  const paths = new Set(differing(root, outputs));
  for (const { path, text } of outputs) {
    if (!paths.has(path)) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return [...paths];
}
