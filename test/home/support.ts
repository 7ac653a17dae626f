/** Homes and packages of plugins, as real folders. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";
import { describe } from "../../src/errors.ts";
import { Home } from "../../src/host/home/home.ts";
import { removeTree } from "../../src/host/home/remove-tree.ts";
import { checkManifest } from "../../src/host/manifest/check.ts";
import { platform } from "../../src/host/manifest/manifest.ts";
import type { PluginRecord } from "../../src/host/plugin-record.ts";
import { errorOf } from "../support/errors.ts";
import { folder } from "../support/folder.ts";

const homes: string[] = [];

/** Contents are read-only: who is not root cannot remove them as they are. */
afterAll(() => {
  for (const path of homes.splice(0)) removeTree(path);
});

/** Below a fresh folder; nothing is there yet. */
export function freshHome(): Home {
  const path = join(folder(), "home");
  homes.push(path);
  return new Home(path);
}

export const facts = { vm: "0.1.0", abi: "1.0", contracts: { "debug.logger": "1.0" } };

/** What is there besides what is installed: nothing. */
export const context = { facts, others: [] as PluginRecord[] };

export interface Parts {
  [key: string]: unknown;
}

/** The package.json of a plugin that is a library; `parts` go into vmPlugin, `npm` beside it. */
export function manifest(id: string, version: string, parts: Parts = {}, npm: Parts = {}): string {
  return JSON.stringify({
    name: "a-plugin",
    version,
    ...npm,
    vmPlugin: {
      id,
      type: "test",
      engines: { vm: ">=0.1.0", abi: "^1.0" },
      entry: { native: { [platform]: "lib/plugin.node" } },
      tiers: ["inline"],
      provides: [],
      ...parts,
    },
  });
}

export type Files = Readonly<Record<string, string | Uint8Array>>;

/** A fresh folder with these files. */
export function folderWith(files: Files): string {
  const root = folder();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

/** The folder of a plugin that is a library (which nobody loads here). */
export function library(id: string, version: string, parts: Parts = {}, npm: Parts = {}, files: Files = {}): string {
  return folderWith({
    "package.json": manifest(id, version, parts, npm),
    "lib/plugin.node": `library of ${id} ${version}`,
    ...files,
  });
}

/** The folder of a plugin that is a TypeScript module. */
export function module(id: string, source: string, npm: Parts = {}, files: Files = {}): string {
  return folderWith({
    "package.json": manifest(id, "1.0.0", { entry: { module: "./src/index.ts" }, engines: { vm: "*" } }, npm),
    "src/index.ts": source,
    ...files,
  });
}

/** What stands for a built-in. */
export async function builtin(id: string, version: string, parts: Parts = {}): Promise<PluginRecord> {
  const { manifest: checked, problems } = await checkManifest("package.json", manifest(id, version, parts));
  if (checked === undefined) throw problems[0];
  return { manifest: checked, folder: "/nowhere", builtin: { manifestHash: "", nativeHashes: {} } };
}

/** What `tar` makes of a package's folder, as npm pack does. */
export function packed(path: string): string {
  const file = join(folder(), "plugin.tgz");
  const { status, stderr } = spawnSync("tar", ["-czf", file, "--transform", "s,^\\.,package,", "-C", path, "."]);
  if (status !== 0) throw new Error(String(stderr));
  return file;
}

/** `CODE: message. Fix: ...` of what `work` throws. */
export async function failureOf(work: () => unknown): Promise<string> {
  return describe(await errorOf(work));
}

/** Names in a folder; none for a missing one. */
export function namesIn(path: string): string[] {
  try {
    return readdirSync(path).sort();
  } catch {
    return [];
  }
}
