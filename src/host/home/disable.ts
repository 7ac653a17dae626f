/** Plugins that no host is to load. */
import { VmPluginError } from "../../errors.ts";
import { didYouMean } from "../../nearest.ts";
import type { PluginRecord } from "../plugin-record.ts";
import { changeState } from "./change-state.ts";
import type { Home } from "./home.ts";
import { recordsOf } from "./records.ts";
import { brokenBy, type HomeContext, requiredBy } from "./requirements.ts";
import type { HomeState } from "./state-format.ts";

export interface DisableOptions {
  /** Disables those too that would lack the plugin; else they forbid it. Default false. */
  readonly dependents?: boolean | undefined;
}

/** Sets a plugin's flag for every host from now on, whoever requires it. Nothing is written when it is set already. */
export async function setDisabled(home: Home, id: string, disabled: boolean): Promise<void> {
  await changeState(home, (state) => withFlags(state, [id], disabled));
}

/**
 * Disables a plugin, built-in or installed, for every host from now on; answers the ids that were not disabled before.
 * VMP_PLUGIN_NOT_FOUND, or VMP_PLUGIN_REQUIRED while enabled plugins would lack it.
 */
export async function disable(
  home: Home,
  id: string,
  context: HomeContext,
  options: DisableOptions = {},
): Promise<string[]> {
  const changed: string[] = [];
  await changeState(home, async (state) => {
    const records = await knownRecords(home, id, state, context);
    if (state.disabled.includes(id)) return state;
    changed.push(id, ...(await dependentsOf(id, state, records, context, options.dependents === true)));
    return withFlags(state, changed, true);
  });
  return changed;
}

/** The reverse; what the plugin requires is not looked at before it is activated. Answers whether it was disabled. */
export async function enable(home: Home, id: string, context: HomeContext): Promise<boolean> {
  let changed = false;
  await changeState(home, async (state) => {
    await knownRecords(home, id, state, context);
    changed = state.disabled.includes(id);
    return withFlags(state, [id], false);
  });
  return changed;
}

function withFlags(state: HomeState, ids: readonly string[], disabled: boolean): HomeState {
  if (ids.every((id) => state.disabled.includes(id) === disabled)) return state;
  const others = state.disabled.filter((one) => !ids.includes(one));
  return { ...state, disabled: disabled ? [...others, ...ids].sort() : others };
}

/** All that are there. An id whose plugin is damaged is known too. */
async function knownRecords(home: Home, id: string, state: HomeState, context: HomeContext): Promise<PluginRecord[]> {
  const { records } = await recordsOf(home, state, context);
  const all = [...context.others, ...records];
  const ids = new Set([...all.map(({ manifest }) => manifest.id), ...Object.keys(state.plugins), ...state.disabled]);
  if (!ids.has(id)) throw new VmPluginError("VMP_PLUGIN_NOT_FOUND", { id, hint: didYouMean(id, ids) });
  return all;
}

async function dependentsOf(
  id: string,
  state: HomeState,
  records: readonly PluginRecord[],
  context: HomeContext,
  allowed: boolean,
): Promise<string[]> {
  const before = { records, disabled: new Set(state.disabled) };
  const broken = await brokenBy(before, { records, disabled: new Set([...state.disabled, id]) }, context);
  if (broken.size > 0 && !allowed) throw requiredBy(id, broken);
  return [...broken.keys()];
}
