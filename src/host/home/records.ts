/** The installed plugins as records, through discovery's cache. Runs none of their code. */
import { statSync } from "node:fs";
import { VmPluginError } from "../../errors.ts";
import { discoverFolders } from "../discovery/discover.ts";
import { hashFile } from "../file-hash.ts";
import type { HostFacts } from "../host-facts.ts";
import type { PluginRecord } from "../plugin-record.ts";
import { compareVersions } from "../resolution/versions.ts";
import type { Home } from "./home.ts";
import { damaged, InstalledContent } from "./installed-files.ts";
import type { HomeContext } from "./requirements.ts";
import type { HomeState, InstalledPlugin } from "./state-format.ts";

export interface InstalledRecords {
  readonly records: readonly PluginRecord[];
  /** One for each plugin that is installed and cannot be used: VMP_PLUGIN_DAMAGED, VMP_PLUGIN_INCOMPATIBLE or VMP_PLUGIN_SHADOWED. */
  readonly problems: readonly VmPluginError[];
}

/**
 * Rejects only for faults of vm-plugin itself: a bad plugin never hides the others. Whether other files than the manifest are the
 * installed ones is found out when they are loaded.
 */
export async function recordsOf(
  home: Home,
  state: HomeState,
  { facts, others }: HomeContext,
): Promise<InstalledRecords> {
  const whole: { folder: string; installed: InstalledContent }[] = [];
  const problems: VmPluginError[] = [];
  const plugins = new Map<string, InstalledPlugin>();
  for (const plugin of Object.values(state.plugins)) {
    const { id, hash } = plugin;
    const folder = home.contentFolder(hash);
    // Awaited only where there is something to wait for.
    const problem = unchanged(folder, plugin) ? undefined : await manifestProblem(folder, plugin);
    if (problem !== undefined) {
      problems.push(damaged(id, folder, problem));
      continue;
    }
    plugins.set(folder, plugin);
    whole.push({ folder, installed: new InstalledContent(id, folder, hash) });
  }
  const discovered = await discoverFolders(whole, facts, { cache: home.discoveryCache });
  for (const { folder } of discovered.records) plugins.delete(folder);
  const refused = [...plugins].map(([folder, { id }]) => {
    const problem = discovered.problems.find(
      ({ values }) => values.id === id || String(values.path).startsWith(folder),
    );
    return problem?.code === "VMP_PLUGIN_INCOMPATIBLE"
      ? problem
      : damaged(id, folder, problem?.message ?? "it holds no plugin", problem);
  });
  const shadowed = discovered.records.filter((record) => isBuiltIn(record, others));
  for (const {
    manifest: { id, version },
  } of shadowed)
    refused.push(new VmPluginError("VMP_PLUGIN_SHADOWED", { id, version, found: version }));
  const records = discovered.records.filter((record) => !shadowed.includes(record));
  return { records, problems: [...problems, ...refused] };
}

/** A later package may have the very version built in that was installed above its predecessor's. */
function isBuiltIn({ manifest: { id, version } }: PluginRecord, builtins: readonly PluginRecord[]): boolean {
  return builtins.some(({ manifest }) => manifest.id === id && compareVersions(manifest.version, version) === 0);
}

/** The record of a content that has been verified. VMP_PLUGIN_DAMAGED or VMP_PLUGIN_INCOMPATIBLE. */
export async function recordOf(home: Home, id: string, hash: string, facts: HostFacts): Promise<PluginRecord> {
  const folder = home.contentFolder(hash);
  const found = await discoverFolders([{ folder, installed: new InstalledContent(id, folder, hash) }], facts);
  const [record] = found.records;
  if (record === undefined) throw found.problems[0] ?? damaged(id, folder, "it holds no plugin");
  return record;
}

/** The kernel's time of the last change (ctime), which nobody sets, is from before the plugin was installed. */
function unchanged(folder: string, { installed }: InstalledPlugin): boolean {
  const status = statSync(`${folder}/package.json`, { throwIfNoEntry: false });
  return status?.isFile() === true && status.ctimeMs < Date.parse(installed);
}

async function manifestProblem(folder: string, { manifestHash }: InstalledPlugin): Promise<string | undefined> {
  try {
    return (await hashFile(`${folder}/package.json`)) === manifestHash ? undefined : "its package.json was changed";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? "its package.json is missing" : String(error);
  }
}
