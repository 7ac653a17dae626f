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
import type { PluginRecord } from "../plugin-record.ts";
import type { Registry } from "../registry.ts";
import type { Satisfies } from "../resolution/versions.ts";
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
  try {
    refuseForeign(old, next, parts);
    refuseUnmet(old, next, parts);
    // What is disabled does not run, neither to be tried out.
    if (!parts.disabled.has(id)) await tryOut(old, next, parts);
  } catch (cause) {
    await discard(next, parts);
    const values = { id, from, to: next.manifest.version, reason: reasonOf(cause) };
    throw new VmPluginError("VMP_UPDATE_FAILED", values, { cause });
  }
  await takeOver(old, next, parts);
}

function refuseForeign({ manifest }: PluginRecord, next: PluginRecord, { registry }: UpdateParts): void {
  if (manifest.id !== next.manifest.id) throw new Error(`it is another plugin: ${next.manifest.id}`);
  const others = registry.versions(manifest.id).filter((one) => one.manifest !== manifest);
  if (others.some((one) => one === next || one.manifest.version === next.manifest.version))
    throw new Error("this version is there already");
}

/** Every mandatory requirement that the old version meets is met by the new one. */
function refuseUnmet({ manifest: { id, version } }: PluginRecord, next: PluginRecord, parts: UpdateParts): void {
  const { registry, satisfies } = parts;
  for (const { manifest } of registry.list()) {
    for (const { plugin, version: range, optional } of manifest.requires) {
      if (plugin !== id || optional || !satisfies(version, range) || satisfies(next.manifest.version, range)) continue;
      throw new Error(`${manifest.id} requires ${id} ${range}`);
    }
  }
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
    await lifecycles.find(next)?.ensureUnloaded();
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
  lifecycles.swap(old, next);
  if (before !== undefined && !parts.disabled.has(next.manifest.id)) {
    await activation.rebind(old, next);
    for (const failure of await instances.replace(before, lifecycles.of(next)))
      warn(`an instance keeps version ${old.manifest.version}: ${reasonOf(failure)}`);
  }
  retire(old, lifecycles, warn);
}
