/** Plugins' configurations, as commands read and change them. */
import type { ConfigurationManager } from "../config/manager.ts";
import type { ConfigurationEntry } from "../config/metadata.ts";
import type { Problem } from "../config/problem.ts";
import { VmPluginError } from "../errors.ts";
import type { Home } from "../host/home/home.ts";
import type { Call } from "./call.ts";
import { homeOf } from "./home.ts";
import { pluginOf, readInventory, type Seen } from "./inventory.ts";
import { withManager } from "./manager.ts";
import { complain, printJson, printLine } from "./output.ts";
import { reachedText, settleConfiguration, tellUnanswered } from "./settle.ts";

/** Of a home. It is not the store that a plugin manager has: it hears of nothing. */
export async function configurationStore(home: Home) {
  const { FileStore } = await import("../config/file-store.ts");
  return new FileStore({ folder: home.configurationFolder, lockFile: home.configurationLockFile });
}

export interface Readable {
  readonly plugin: Seen;
  readonly configurations: ConfigurationManager;
}

/** To read the configuration of the plugin ID; none of its code runs. VMP_PLUGIN_NOT_FOUND with the nearest id. */
export async function openConfigurations(call: Call): Promise<Readable> {
  const home = homeOf(call);
  const plugin = pluginOf(await readInventory(home), call.argument("ID"));
  const { ConfigurationManager } = await import("../config/manager.ts");
  const { id, version, configuration: schema } = plugin.record.manifest;
  const configurations = new ConfigurationManager({
    store: await configurationStore(home),
    describe: (one) => (one === id ? { version, ...(schema && { schema }) } : undefined),
  });
  return { plugin, configurations };
}

/** What a change left; undefined when nothing is stored any more. */
export type Change = (configurations: ConfigurationManager, id: string) => Promise<ConfigurationEntry | undefined>;

/**
 * Changes the configuration of the plugin ID, which may refuse it: here, where it is started if it can be, and in running hosts.
 * Prints what was done, and resolves with the exit status. VMP_CONFIGURATION_REFUSED: what was there before is there again.
 */
export async function changeConfiguration(call: Call, done: string, change: Change): Promise<number> {
  const home = homeOf(call);
  const id = call.argument("ID");
  const { entry, revision, warnings } = await withManager(call, home, async (manager) => {
    const { disabled } = manager.get(id);
    const configurations = await manager.configurations();
    // One that cannot be started may lack just this.
    if (!disabled) await manager.activate(id).catch(() => {});
    const changed = await change(configurations, id);
    const checked = await configurations.check(id, changed?.configuration ?? {});
    const revision = await (await configurationStore(home)).revision(id);
    return { entry: changed, revision, warnings: checked.warnings };
  });
  const settled = await settleConfiguration(home, id, revision);
  const [refused] = settled.refused;
  if (refused !== undefined) {
    const reason = `process ${refused.pid}: ${refused.reason}`;
    throw new VmPluginError("VMP_CONFIGURATION_REFUSED", { id, reason });
  }
  const { hosts, unanswered } = settled;
  if (call.has("json"))
    printJson({ id, revision, configuration: entry?.configuration ?? null, warnings, hosts, unanswered });
  else printLine(`${done} ${id}${entry === undefined ? "" : `, revision ${revision}`}${reachedText(settled)}`);
  tell(warnings);
  tellUnanswered(settled);
  return 0;
}

function tell(warnings: readonly Problem[]): void {
  for (const { message } of warnings) complain(`vm-plugin: warning: ${message}\n`);
}
