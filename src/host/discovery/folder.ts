/** Finds plugins: in the list of built-ins, and in folders that the user gives. Runs none of their code. */
import { resolve } from "node:path";
import { VmPluginError } from "../../errors.ts";
import type { HostFacts } from "../host-facts.ts";
import { readManifestText } from "../manifest/file.ts";
import { type Manifest, platform } from "../manifest/manifest.ts";
import { resolveInside } from "../manifest/path.ts";
import type { PluginRecord } from "../plugin-record.ts";
import { fullVersion, loadSatisfies } from "../resolution/versions.ts";

/** The plugin in a folder, its manifest validated whole and compatible with this host; the first problem is thrown. */
export async function discoverFolder(path: string, host: HostFacts): Promise<PluginRecord> {
  const folder = resolve(path);
  const { file, text } = readManifestText(folder);
  const { checkManifest } = await import("../manifest/check.ts");
  const { manifest, problems } = checkManifest(file, text);
  if (manifest === undefined) throw problems[0];
  for (const [at, entry] of entriesOf(manifest)) {
    if (resolveInside(folder, entry) === "escape")
      throw new VmPluginError("VMP_MANIFEST_PATH_ESCAPE", { path: file, at, value: `${entry} is a link` });
  }
  await checkEngines(manifest, host);
  return { manifest, folder };
}

/** Every entry file that a manifest names, with where it stands. */
function entriesOf(manifest: Manifest): [at: string, path: string][] {
  const { native = {}, module } = manifest.entry;
  const entries = Object.entries(native).map(([name, path]): [string, string] => [
    `vmPlugin.entry.native.${name}`,
    path,
  ]);
  return module === undefined ? entries : [...entries, ["vmPlugin.entry.module", module]];
}

/** VMP_PLUGIN_INCOMPATIBLE when the plugin was made for another vm-plugin. */
export async function checkEngines({ id, engines, entry }: Manifest, host: HostFacts): Promise<void> {
  const satisfies = await loadSatisfies();
  if (!satisfies(host.vm, engines.vm))
    throw new VmPluginError("VMP_PLUGIN_INCOMPATIBLE", { id, what: "vm-plugin", range: engines.vm, version: host.vm });
  if (engines.abi !== undefined && entry.native?.[platform] && !satisfies(fullVersion(host.abi), engines.abi))
    throw new VmPluginError("VMP_PLUGIN_INCOMPATIBLE", { id, what: "ABI", range: engines.abi, version: host.abi });
}
