/** Replaces an installed version by another in the home's state. Whether that one works has been tried out before. */
import { VmPluginError } from "../../errors.ts";
import type { HostFacts } from "../host-facts.ts";
import type { PluginRecord } from "../plugin-record.ts";
import { changeState } from "./change-state.ts";
import { contentProblem } from "./content.ts";
import type { Home } from "./home.ts";
import { damaged } from "./installed-files.ts";
import { recordOf, recordsOf } from "./records.ts";
import { brokenBy, type HomeContext, refuseShadowed, refuseUnmet, requiredBy } from "./requirements.ts";
import type { Staged } from "./stage.ts";
import { installedPlugin, readState } from "./state.ts";
import type { HomeState, InstalledPlugin, InstalledVersion } from "./state-format.ts";

/**
 * Has `staged` take the place of the version whose hash is `expectedHash`, which is remembered as the previous one. Nothing happens
 * when it is what is installed. VMP_PLUGIN_OTHER for a package of another plugin, VMP_PLUGIN_NOT_INSTALLED,
 * VMP_PLUGIN_CHANGED_MEANWHILE when the installed version is not the expected one, VMP_PLUGIN_SHADOWED, VMP_PLUGIN_REQUIRED when
 * enabled plugins could not do with the new version, VMP_DEPENDENCY_* when it lacks what it requires.
 */
export async function commitUpdate(
  home: Home,
  id: string,
  staged: Staged,
  expectedHash: string,
  context: HomeContext,
): Promise<InstalledPlugin> {
  refuseOther(id, staged);
  return exchange(home, id, expectedHash, context, async () => staged);
}

/** VMP_PLUGIN_OTHER unless it is a version of this plugin. */
export function refuseOther(id: string, { record }: Staged): void {
  const found = record.manifest.id;
  if (found !== id) throw new VmPluginError("VMP_PLUGIN_OTHER", { id, found });
}

/**
 * Goes back to the version that the last update replaced; that one is then the previous version, so that this can be undone. As
 * commitUpdate, and VMP_PLUGIN_NO_PREVIOUS or VMP_PLUGIN_DAMAGED.
 */
export async function rollBack(
  home: Home,
  id: string,
  expectedHash: string,
  context: HomeContext,
): Promise<InstalledPlugin> {
  return exchange(home, id, expectedHash, context, async (state) => {
    const version = previousOf(state, id);
    return { ...version, record: await wholeRecord(home, id, version, context.facts) };
  });
}

/** The record of what rollBack would go back to, so that it can be tried out; its content has been verified. */
export async function previousRecord(home: Home, id: string, facts: HostFacts): Promise<PluginRecord> {
  return wholeRecord(home, id, previousOf(readState(home), id), facts);
}

interface Replacement extends InstalledVersion {
  readonly record: PluginRecord;
}

async function exchange(
  home: Home,
  id: string,
  expectedHash: string,
  context: HomeContext,
  choose: (state: HomeState) => Promise<Replacement>,
): Promise<InstalledPlugin> {
  const changed = await changeState(home, async (state) => {
    const { version, hash, manifestHash } = installedPlugin(state, id);
    if (hash !== expectedHash) throw new VmPluginError("VMP_PLUGIN_CHANGED_MEANWHILE", { id });
    const next = await choose(state);
    if (next.hash === hash) return state;
    await refuseReplacement(home, state, next.record, context);
    const plugin: InstalledPlugin = {
      id,
      version: next.version,
      hash: next.hash,
      manifestHash: next.manifestHash,
      installed: new Date().toISOString(),
      previous: { version, hash, manifestHash },
    };
    return { ...state, plugins: { ...state.plugins, [id]: plugin } };
  });
  return installedPlugin(changed, id);
}

async function refuseReplacement(
  home: Home,
  state: HomeState,
  record: PluginRecord,
  context: HomeContext,
): Promise<void> {
  const { id } = record.manifest;
  await refuseShadowed(record, context);
  const { records } = await recordsOf(home, state, context);
  await refuseUnmet(record, records, state, context);
  const disabled = new Set(state.disabled);
  const all = [...context.others, ...records];
  const replaced = [...all.filter((one) => one.manifest.id !== id || one.installed === undefined), record];
  const broken = await brokenBy({ records: all, disabled }, { records: replaced, disabled }, context);
  if (broken.size > 0) throw requiredBy(id, broken);
}

function previousOf(state: HomeState, id: string): InstalledVersion {
  const { previous } = installedPlugin(state, id);
  if (previous === undefined) throw new VmPluginError("VMP_PLUGIN_NO_PREVIOUS", { id });
  return previous;
}

async function wholeRecord(home: Home, id: string, version: InstalledVersion, facts: HostFacts): Promise<PluginRecord> {
  const folder = home.contentFolder(version.hash);
  const problem = await contentProblem(folder, version.hash);
  if (problem !== undefined) throw damaged(id, folder, problem);
  return recordOf(home, id, version.hash, facts);
}
