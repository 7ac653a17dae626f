/** Runs the built command as a user does. */
import { type SpawnSyncOptions, spawnSync } from "node:child_process";
import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../src/package-root.ts";
import { folder } from "../support/folder.ts";

export const root = packageRoot();
export const main = join(root, "dist/cli/main.cjs");

/** An embedded guest program. */
export const guest = (name: string, architecture = "riscv64") => join(root, "test/guests", architecture, name);

export interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Nothing of the user's own home is used. */
const noHome = join(tmpdir(), `vm-plugin-no-home-${process.pid}`);

export function vmPlugin(args: readonly string[], options: SpawnSyncOptions = {}): Result {
  if (!existsSync(main)) throw new Error(`${main} is missing: npm run build`);
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    encoding: "utf8",
    timeout: 60_000,
    ...options,
    env: { ...(options.env ?? process.env), VM_PLUGIN_HOME: options.env?.VM_PLUGIN_HOME ?? noHome },
  });
  return { status, stdout: String(stdout), stderr: String(stderr) };
}

/** A folder for PATH with the program vm-plugin, as npm makes one. */
export function programFolder(): string {
  const path = folder();
  writeFileSync(join(path, "vm-plugin"), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
  chmodSync(join(path, "vm-plugin"), 0o755);
  return path;
}
