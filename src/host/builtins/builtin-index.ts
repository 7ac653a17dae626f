/** The build step that checks the built-in plugins, builds their modules and writes dist/builtins.json with every hash. */
import { mkdirSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { VmPluginError } from "../../errors.ts";
import { bundleModule } from "../../runtime/inline/bundle.ts";
import { findingOf, manifestOf } from "../discovery/finding.ts";
import { hashFile } from "../file-hash.ts";
import type { HostFacts } from "../host-facts.ts";
import { readManifestText } from "../manifest/file.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { BuiltinFiles, PluginRecord } from "../plugin-record.ts";
import { Registry } from "../registry.ts";
import { resolveOrder } from "../resolution/dependencies.ts";
import { loadSatisfies } from "../resolution/versions.ts";
import { type BuiltinIndex, builtinIndexPath } from "./builtins.ts";

type Entry = BuiltinIndex["plugins"][number];

/**
 * Libraries that are not built for some platform are left out of the hashes. Throws the first problem; the index is then as it
 * was.
 */
export async function writeBuiltinIndex(packageRoot: string, host: HostFacts): Promise<BuiltinIndex> {
  const plugins: Entry[] = [];
  for (const folder of builtinFolders(packageRoot)) plugins.push(await describeBuiltin(packageRoot, folder, host));
  await checkRequirements(plugins);
  const index: BuiltinIndex = { format: 1, facts: host, plugins };
  writeWhole(join(packageRoot, builtinIndexPath), `${JSON.stringify(index, null, 1)}\n`);
  return index;
}

function builtinFolders(packageRoot: string): string[] {
  return readdirSync(join(packageRoot, "plugins"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `plugins/${entry.name}`)
    .sort();
}

async function describeBuiltin(packageRoot: string, folder: string, host: HostFacts): Promise<Entry> {
  const { file, text } = readManifestText(join(packageRoot, folder));
  const manifest = manifestOf(file, await findingOf(file, text, host));
  const nativeHashes: Record<string, string> = {};
  for (const path of Object.values(manifest.entry.native ?? {})) {
    const hash = await hashIfThere(join(packageRoot, folder, path));
    if (hash !== undefined) nativeHashes[path] = hash;
  }
  const module = await buildModule(packageRoot, folder, manifest);
  return { manifest, folder, files: { manifestHash: await hashFile(file), nativeHashes, module } };
}

/** The built-ins among themselves: one of each id, every requirement met. A host does not ask again. */
async function checkRequirements(plugins: readonly Entry[]): Promise<void> {
  const registry = new Registry();
  for (const { manifest, folder } of plugins) registry.add({ manifest, folder } satisfies PluginRecord);
  resolveOrder(registry.list(), { registry, satisfies: await loadSatisfies(), obstacle: () => undefined });
}

/** The path is relative to the package's root. */
async function buildModule(packageRoot: string, folder: string, manifest: Manifest): Promise<BuiltinFiles["module"]> {
  if (manifest.entry.module === undefined) return undefined;
  const entry = join(packageRoot, folder, manifest.entry.module);
  let text: string;
  try {
    text = await bundleModule(entry, { packageRoot, development: false });
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new VmPluginError("VMP_MODULE_FAILED", { id: manifest.id, path: entry, reason }, { cause });
  }
  const path = `dist/plugins/${manifest.id}.mjs`;
  writeWhole(join(packageRoot, path), text);
  return { path, hash: await hashFile(join(packageRoot, path)) };
}

async function hashIfThere(path: string): Promise<string | undefined> {
  try {
    return await hashFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** A host that starts meanwhile reads the old file or the new one. */
function writeWhole(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const fresh = `${path}.${process.pid}`;
  writeFileSync(fresh, text);
  renameSync(fresh, path);
}
