/** A host as the follower of its home sees it, and what it does there in others' name. */
import { reasonOf, VmPluginError } from "../errors.ts";
import type { Configurations } from "./configurations.ts";
import type { Followed } from "./home/follower.ts";
import type { DisabledFlags } from "./lifecycle/lifecycle.ts";
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
    installed: () => host.registry.list().filter((record) => record.installed !== undefined),
    loaded: () => lifecycles.loaded(),
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

/** With its dependents; one that is in use gets no new user, and is unloaded when the last one has let go. */
async function disableInTime(
  id: string,
  { host, lifecycles, selection, disabled, warn }: FollowedParts,
): Promise<void> {
  try {
    await host.disable(id, { dependents: true });
  } catch (error) {
    if (!(error instanceof VmPluginError && error.code === "VMP_PLUGIN_IN_USE")) throw error;
    await disabled.add(id);
    warn(`plugin ${id} is disabled, and is unloaded when nothing uses it any longer`);
    const lifecycle = lifecycles.of(selection.get(id));
    const unloaded = lifecycle.free().then(() => lifecycle.ensureUnloaded());
    unloaded.catch((failure: unknown) => warn(reasonOf(failure)));
  }
}
