/** A host as the follower of its home sees it, and what it does there in others' name. */
import { reasonOf, VmPluginError } from "../errors.ts";
import type { Configurations } from "./configurations.ts";
import type { Followed } from "./home/follower.ts";
import type { DisabledFlags, Lifecycle } from "./lifecycle/lifecycle.ts";
import type { Lifecycles } from "./lifecycle/lifecycles.ts";
import type { PluginManager } from "./plugin-manager.ts";
import type { Selection } from "./selection.ts";
import { retire } from "./update/retire.ts";

export interface FollowedParts {
  readonly host: PluginManager;
  /** Ids of plugins that are used from a folder. */
  readonly hidden: ReadonlySet<string>;
  readonly lifecycles: Lifecycles;
  readonly selection: Selection;
  readonly disabled: DisabledFlags;
  readonly configurations: Configurations;
  readonly warn: (message: string) => void;
}

export function followedOf(parts: FollowedParts): Followed {
  const { host, hidden, lifecycles, selection, disabled, configurations, warn } = parts;
  return {
    hidden,
    installed: () =>
      [...host.registry.ids()]
        .flatMap((id) => host.registry.versions(id))
        .filter((record) => record.installed !== undefined),
    loaded: () => lifecycles.loaded(),
    isUsed: (record) => lifecycles.used(record.manifest.id) === record,
    stateOf: (record) => lifecycles.find(record)?.state ?? "unloaded",
    knows: (id) => selection.find(id) !== undefined,
    isDisabled: (id) => disabled.has(id),
    register: (record) => host.register([record]),
    retire: (record) => {
      host.registry.remove(record);
      retire(record, lifecycles, warn);
    },
    update: (id, next) => host.update(id, next),
    enable: (id) => host.enable(id),
    disable: (id) => disableInTime(id, parts),
    configurations: () => host.configurations(),
    configurationRevision: (id) => configurations.revisionOf(id),
    changed: (listener) => host.on("state", listener),
    problem: (error) => warn(reasonOf(error)),
  };
}

/**
 * Those that rely on it are stopped for it, and start again where they can do without it. One that is in use gets no new user, and
 * is unloaded when the last one has let go.
 */
async function disableInTime(id: string, parts: FollowedParts): Promise<void> {
  const { host, lifecycles, selection, disabled, warn } = parts;
  const lifecycle = lifecycles.of(selection.get(id));
  const stopped: string[] = [];
  try {
    await unloadDependents(lifecycle, stopped, parts);
    await host.disable(id);
  } catch (error) {
    if (!(error instanceof VmPluginError && error.code === "VMP_PLUGIN_IN_USE")) throw error;
    await disabled.add(id);
    warn(`plugin ${id} is disabled, and is unloaded when nothing uses it any longer`);
    const unloaded = lifecycle.free().then(() => lifecycle.ensureUnloaded());
    unloaded.catch((failure: unknown) => warn(reasonOf(failure)));
  } finally {
    for (const dependent of stopped.reverse())
      await host.activate(dependent).catch((failure: unknown) => warn(reasonOf(failure)));
  }
}

/** The ids of those that ran are added to `stopped`, those that rely on others first. */
async function unloadDependents(lifecycle: Lifecycle, stopped: string[], parts: FollowedParts): Promise<void> {
  for (const id of lifecycle.dependents) {
    const dependent = parts.lifecycles.of(parts.selection.get(id));
    await unloadDependents(dependent, stopped, parts);
    await dependent.ensureUnloaded();
    stopped.push(id);
  }
}
