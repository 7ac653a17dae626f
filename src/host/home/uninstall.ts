/** Takes plugins out of a home. */
import type { ConfigurationStore } from "../../config/store.ts";
import { withState } from "./change-state.ts";
import type { Home } from "./home.ts";
import { recordsOf } from "./records.ts";
import { brokenBy, type HomeContext, requiredBy } from "./requirements.ts";
import { installedPlugin, readState } from "./state.ts";
import type { HomeState } from "./state-format.ts";

export interface UninstallContext extends HomeContext {
  /** Where configurations are kept. */
  readonly store: ConfigurationStore;
}

export interface UninstallOptions {
  /** Takes those along that would lack it; else they forbid it. Default false. */
  readonly dependents?: boolean | undefined;
  /** Default false. */
  readonly keepConfiguration?: boolean | undefined;
}

/**
 * Answers the ids that were taken out. VMP_PLUGIN_NOT_INSTALLED, or VMP_PLUGIN_REQUIRED while enabled plugins would lack it. The
 * state comes first, so that an interruption loses no configuration of a plugin that is still there; what it leaves is what
 * keepConfiguration leaves. Contents go when no living host uses them any more.
 */
export async function uninstall(
  home: Home,
  id: string,
  context: UninstallContext,
  options: UninstallOptions = {},
): Promise<string[]> {
  installedPlugin(readState(home), id);
  return withState(home, async (state, commit) => {
    installedPlugin(state, id);
    const ids = await idsToRemove(home, state, id, context, options.dependents === true);
    const plugins = Object.values(state.plugins).filter((plugin) => !ids.includes(plugin.id));
    // A built-in of the same id is used from now on: it stays disabled.
    const builtin = new Set(context.others.map(({ manifest }) => manifest.id));
    const disabled = state.disabled.filter((one) => !ids.includes(one) || builtin.has(one));
    commit({ ...state, plugins: Object.fromEntries(plugins.map((plugin) => [plugin.id, plugin])), disabled });
    // Still under the lock: whoever installs one of them next brings its configuration.
    if (options.keepConfiguration !== true) for (const one of ids) await context.store.forget(one);
    return ids;
  });
}

async function idsToRemove(
  home: Home,
  state: HomeState,
  id: string,
  context: HomeContext,
  dependents: boolean,
): Promise<string[]> {
  const { records } = await recordsOf(home, state, context);
  const disabled = new Set(state.disabled);
  const all = [...context.others, ...records];
  const left = all.filter((record) => record.manifest.id !== id || record.installed === undefined);
  const broken = await brokenBy({ records: all, disabled }, { records: left, disabled }, context);
  if (broken.size > 0 && !dependents) throw requiredBy(id, broken);
  return [id, ...[...broken.keys()].filter((one) => Object.hasOwn(state.plugins, one))];
}
