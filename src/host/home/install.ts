/** Puts a plugin into a home. */
import type { ConfigurationStore } from "../../config/store.ts";
import { VmPluginError } from "../../errors.ts";
import type { Configuration } from "../../sdk/define-plugin.ts";
import { withState } from "./change-state.ts";
import { contentProblem } from "./content.ts";
import type { Home } from "./home.ts";
import { giveConfiguration } from "./install-configuration.ts";
import { recordsOf } from "./records.ts";
import { type HomeContext, refuseShadowed, refuseUnmet } from "./requirements.ts";
import { type Heard, type Staged, stage } from "./stage.ts";
import type { HomeState, InstalledPlugin } from "./state-format.ts";

export interface InstallContext extends HomeContext {
  /** Where the configuration is kept. Its lock must not be the home's. */
  readonly store: ConfigurationStore;
}

export interface InstallOptions {
  /** Replaces what may be stored under the plugin's id; without it that, or the default, holds. */
  readonly configuration?: Configuration | undefined;
  readonly heard?: Heard | undefined;
}

/**
 * Installs the package at `path`, a folder or a .tgz. Everything is validated before anything is committed; the configuration is
 * written before the state is, so that nobody ever sees the plugin without it (what it allows by default may be more than what
 * its user allows). An interruption leaves either the plugin whole, or none: at worst a configuration of an id that is not
 * installed, as after an uninstallation that keeps it.
 *
 * An id that is installed is refused (VMP_PLUGIN_INSTALLED), unless its content is damaged: this is how it is mended. A built-in's
 * id is taken only in a higher version, since the highest is the one that is used (VMP_PLUGIN_SHADOWED).
 */
export async function install(
  home: Home,
  path: string,
  context: InstallContext,
  { configuration, heard }: InstallOptions = {},
): Promise<InstalledPlugin> {
  using staged = await stage(home, path, context.facts, heard);
  const { id } = staged.record.manifest;
  return await withState(home, async (state, commit) => {
    const next = await checkedState(home, state, staged, context);
    heard?.({ step: "committing", done: 0, total: 1 });
    const undo = configuration && (await giveConfiguration(context.store, staged.record.manifest, configuration));
    try {
      return commit(next).plugins[id] as InstalledPlugin;
    } catch (error) {
      await undo?.();
      throw error;
    }
  });
}

async function checkedState(home: Home, state: HomeState, staged: Staged, context: HomeContext): Promise<HomeState> {
  const { id } = staged.record.manifest;
  const present = Object.hasOwn(state.plugins, id) ? state.plugins[id] : undefined;
  if (present && !staged.mended && (await isWhole(home, present)))
    throw new VmPluginError("VMP_PLUGIN_INSTALLED", { id, version: present.version });
  await refuseShadowed(staged.record, context);
  const { records } = await recordsOf(home, state, context);
  await refuseUnmet(staged.record, records, state, context);
  const { version, hash, manifestHash } = staged;
  const previous = present?.previous;
  const installed = new Date().toISOString();
  const plugin = { id, version, hash, manifestHash, installed, ...(previous && { previous }) };
  return { ...state, plugins: { ...state.plugins, [id]: plugin } };
}

async function isWhole(home: Home, { hash }: InstalledPlugin): Promise<boolean> {
  return (await contentProblem(home.contentFolder(hash), hash)) === undefined;
}
