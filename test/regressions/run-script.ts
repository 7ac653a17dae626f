import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { guest, type Result, root } from "../cli/vm-plugin.ts";
import { folder } from "../support/folder.ts";

/** Runs an ES module in a Node of its own: what crashes it must not take the tests along. `vm` and `hello` are given. */
export function runScript(body: string, flags: readonly string[] = []): Result & { readonly signal: string | null } {
  const file = join(folder(), "script.mjs");
  const entry = pathToFileURL(join(root, "dist/index.js")).href;
  const head = `import * as vm from ${JSON.stringify(entry)};\nconst hello = ${JSON.stringify(guest("hello"))};\n`;
  writeFileSync(file, head + body);
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [...flags, file], {
    encoding: "utf8",
    timeout: 60_000,
  });
  return { status, signal, stdout, stderr };
}
