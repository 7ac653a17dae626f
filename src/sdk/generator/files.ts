/** Comparing and writing what was generated. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { Output } from "./outputs.ts";

/** The paths whose files are missing or differ. */
export function differing(root: string, outputs: readonly Output[]): string[] {
  return outputs
    .filter(({ path, text }) => !existsSync(join(root, path)) || readFileSync(join(root, path), "utf8") !== text)
    .map(({ path }) => path);
}

/** Files below the folders that an earlier contract left behind: they say that they are generated, and no output has their path. */
export function leftBehind(root: string, folders: readonly string[], outputs: readonly Output[]): string[] {
  const paths = new Set(outputs.map(({ path }) => path));
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name)))
      .filter((path) => !paths.has(path) && isGenerated(readFileSync(join(root, path), "utf8"))),
  );
}

function isGenerated(text: string): boolean {
  return /Generated .*`npm run generate`\. Do not edit\./s.test(text.slice(0, 2000));
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
