/** One plugin in one folder, as it is given on the command line. */
import { join, resolve } from "node:path";
import type { HostFacts } from "../host-facts.ts";
import type { PluginRecord } from "../plugin-record.ts";
import { DiscoveryCache } from "./cache.ts";
import { examineFolder } from "./examine.ts";
import { manifestOf } from "./finding.ts";

/** The plugin in a folder, its manifest validated whole and compatible with this host; the first problem is thrown. */
export async function discoverFolder(path: string, host: HostFacts): Promise<PluginRecord> {
  const folder = resolve(path);
  const file = join(folder, "package.json");
  const finding = await examineFolder(folder, file, host, new DiscoveryCache(undefined, host));
  return { manifest: manifestOf(file, finding), folder };
}
