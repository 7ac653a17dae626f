/**
 * Puts another version of a plugin in the place of the one that is used: it is verified and started beside the old one, takes
 * over its state, and serves from then on. If anything fails the old one has never stopped.
 */
import { reasonOf, VmPluginError } from "../../errors.ts";
import type { LoadedPlugin } from "../../runtime/loaded-plugin.ts";
import type { Activation } from "../lifecycle/activation.ts";
import type { Instances } from "../lifecycle/instances.ts";
import type { DisabledFlags } from "../lifecycle/lifecycle.ts";
import type { Lifecycles } from "../lifecycle/lifecycles.ts";
import type { Requirement } from "../manifest/manifest.ts";
import type { PluginRecord } from "../plugin-record.ts";
import type { Registry } from "../registry.ts";
import { compareVersions, fullVersion, type Satisfies } from "../resolution/versions.ts";
import { retire } from "./retire.ts";

export interface UpdateParts {
  readonly registry: Registry;
  readonly lifecycles: Lifecycles;
  readonly activation: Activation;
  readonly instances: Instances;
  readonly disabled: DisabledFlags;
  readonly satisfies: Satisfies;
  readonly warn: (message: string) => void;
}

/** VMP_UPDATE_FAILED, and the host is as it was. `next` must not be in the registry. */
export async function updatePlugin(old: PluginRecord, next: PluginRecord, parts: UpdateParts): Promise<void> {
  const { id, version: from } = old.manifest;
  const { registry, disabled } = parts;
  const registered = registry.versions(id).includes(old);
  let tried = false;
  try {
    refuse(old, next, parts);
    // What is disabled does not run, neither to be tried out.
    tried = !disabled.has(id);
    if (tried) await tryOut(old, next, parts);
    // Others may have come or gone meanwhile.
    if (registry.versions(id).includes(old) !== registered) throw new Error("it was taken out of the registry");
    refuse(old, next, parts);
  } catch (cause) {
    if (tried) await discard(next, parts);
    const values = { id, from, to: next.manifest.version, reason: reasonOf(cause) };
    throw new VmPluginError("VMP_UPDATE_FAILED", values, { cause });
  }
  await takeOver(old, next, parts);
}

function refuse(old: PluginRecord, next: PluginRecord, parts: UpdateParts): void {
  refuseForeign(old, next, parts);
  refuseUnmet(old, next, parts);
}

function refuseForeign(old: PluginRecord, next: PluginRecord, { registry }: UpdateParts): void {
  if (old.manifest.id !== next.manifest.id) throw new Error(`it is another plugin: ${next.manifest.id}`);
  const others = registry.versions(old.manifest.id).filter((one) => one !== old);
  if (next === old || others.some((one) => compareVersions(one.manifest.version, next.manifest.version) === 0))
    throw new Error("this version is there already");
}

/** Every mandatory requirement that the old version meets is met by the new one. */
function refuseUnmet(old: PluginRecord, next: PluginRecord, { registry, lifecycles, satisfies }: UpdateParts): void {
  const { id } = old.manifest;
  const used = new Map(registry.list().map((record) => [record.manifest.id, record]));
  for (const [other, record] of lifecycles.fixed()) used.set(other, record);
  used.delete(id);
  const holders = new Set(lifecycles.find(old)?.dependents);
  for (const { manifest } of used.values()) {
    for (const requirement of manifest.requires) {
      const { plugin, point, version: range } = requirement;
      if (requirement.optional || !meets(old, requirement, satisfies) || meets(next, requirement, satisfies)) continue;
      const others = point === undefined ? [] : registry.implementations(point);
      const replaced = others.some((one) => one.plugin !== old && meets(one.plugin, requirement, satisfies));
      if (!replaced || holders.has(manifest.id)) throw new Error(`${manifest.id} requires ${plugin ?? point} ${range}`);
    }
  }
}

function meets({ manifest }: PluginRecord, requirement: Requirement, satisfies: Satisfies): boolean {
  const { plugin, point, version: range } = requirement;
  if (plugin !== undefined) return plugin === manifest.id && satisfies(manifest.version, range);
  return manifest.provides.some((one) => one.point === point && satisfies(fullVersion(one.contract), range));
}

/** Starts it with the old one's state, and asks how it is. */
async function tryOut(old: PluginRecord, next: PluginRecord, parts: UpdateParts): Promise<void> {
  const lifecycle = parts.lifecycles.beside(next);
  const carry = async (code: LoadedPlugin): Promise<void> => {
    const before = parts.lifecycles.find(old);
    if (before?.state !== "running") return;
    const state = await before.with((oldCode) => oldCode.exportState());
    if (state !== undefined) await code.importState(old.manifest.stateVersion, state);
  };
  await parts.activation.activate(next, carry);
  const health = await lifecycle.healthCheck();
  if (health?.status === "unhealthy") throw new Error(`it is unhealthy: ${health.message}`);
}

async function discard(next: PluginRecord, { lifecycles, warn }: UpdateParts): Promise<void> {
  try {
    await lifecycles.find(next)?.retire();
  } catch (error) {
    warn(`version ${next.manifest.version}, which was tried, could not be unloaded: ${reasonOf(error)}`);
  }
  lifecycles.forget(next);
}

/** Nothing here can fail the update any more: what goes wrong with the old one is told in the log. */
async function takeOver(old: PluginRecord, next: PluginRecord, parts: UpdateParts): Promise<void> {
  const { registry, lifecycles, activation, instances, warn } = parts;
  registry.remove(old);
  registry.add(next);
  const before = lifecycles.find(old);
  lifecycles.replaceBy(next);
  if (before !== undefined && !parts.disabled.has(next.manifest.id)) {
    await activation
      .rebind(old, next)
      .catch((error: unknown) =>
        warn(`what requires ${next.manifest.id} keeps version ${old.manifest.version}: ${reasonOf(error)}`),
      );
    for (const failure of await instances.replace(before, lifecycles.of(next)))
      warn(`an instance keeps version ${old.manifest.version}: ${reasonOf(failure)}`);
  }
  retire(old, lifecycles, warn);
}
