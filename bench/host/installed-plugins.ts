/** A home's worth of installed plugins on disk, and one discovery with registration of them. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { contractFacts } from "../../src/host/builtins/contract-facts.ts";
import { discoverFolders } from "../../src/host/discovery/discover.ts";
import type { InstalledFiles } from "../../src/host/plugin-record.ts";
import { Registry } from "../../src/host/registry.ts";

export const pluginCount = 1000;

const facts = { vm: "0.1.0", ...contractFacts() };

type Installed = { readonly folder: string; readonly installed: InstalledFiles };

/** The folders as state.json lists them: named by the content's hash, which is nobody's business here. */
export function installedPlugins(home: string): Installed[] {
  return Array.from({ length: pluginCount }, (_, index) => {
    const hash = (index * 7919).toString(16).padStart(64, "5e1f07ab");
    return { folder: join(home, "plugins", hash), installed: { hash, files: {} } };
  });
}

export function writePlugins(plugins: readonly Installed[]): void {
  for (const [index, { folder }] of plugins.entries()) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), manifestText(index));
  }
}

/** Discovers and registers all of them. */
export async function openPlugins(plugins: readonly Installed[], cache: string): Promise<Registry> {
  const { records, problems } = await discoverFolders(plugins, facts, { cache });
  const registry = new Registry();
  for (const record of records) registry.add(record);
  if (problems[0] || records.length !== pluginCount) throw problems[0] ?? new Error("plugins are missing");
  return registry;
}

/** Every fourth requires another, every fifth brings a configuration: what real ones would. */
function manifestText(index: number): string {
  const points = ["debug.logger", "device.virtual", "arch.simulator", "os.personality", "jit.compiler", "gc.algorithm"];
  const provision = {
    point: points[index % points.length],
    name: `example-${index}`,
    contract: "1.0",
    priority: index % 9,
  };
  const properties = {
    level: { type: "string", enum: ["debug", "info"], default: "info" },
    limit: { type: "integer" },
  };
  const manifest = {
    name: `@example/vm-plugin-${index}`,
    version: `1.${index % 10}.${index % 7}`,
    description: "Stands for one of the many plugins of a well-filled home.",
    author: "A. N. Author",
    license: "MIT",
    keywords: ["vm-plugin"],
    vmPlugin: {
      id: `example.plugin-${index}`,
      engines: { vm: ">=0.1.0" },
      entry: { module: "./dist/index.js" },
      tiers: ["inline", "worker"],
      provides: [provision],
      requires: index % 4 === 3 ? [{ plugin: `example.plugin-${index - 1}`, version: "^1.0.0" }] : [],
      permissions: [{ name: "files.read", reason: "reads its tables from the folder that the configuration names" }],
      ...(index % 5 === 4 ? { configuration: { type: "object", properties } } : {}),
    },
  };
  return JSON.stringify(manifest, null, 2);
}
