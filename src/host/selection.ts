/** Which version of a plugin and which implementation of a point a host takes, and what they need. */
import { reasonOf, VmPluginError } from "../errors.ts";
import { didYouMean } from "../nearest.ts";
import type { HostFacts } from "./host-facts.ts";
import type { DisabledFlags } from "./lifecycle/lifecycle.ts";
import type { Lifecycles } from "./lifecycle/lifecycles.ts";
import type { Implementation, PluginRecord } from "./plugin-record.ts";
import type { Registry } from "./registry.ts";
import { type Candidate, type ChoiceOptions, candidatesOf, choose } from "./resolution/choice.ts";
import { resolveOrder, type StartOrder } from "./resolution/dependencies.ts";
import type { MachineFacts } from "./resolution/machine-facts.ts";
import { loadSatisfies } from "./resolution/versions.ts";

export interface UseOptions extends ChoiceOptions {
  /** When the chosen implementation fails, take the next one; each failure is a warning in the log. Default false. */
  readonly fallback?: boolean | undefined;
}

export interface SelectionParts {
  readonly registry: Registry;
  readonly lifecycles: Lifecycles;
  readonly disabled: DisabledFlags;
  readonly machine: MachineFacts;
  readonly contracts: HostFacts["contracts"];
  readonly warn: (message: string) => void;
}

export class Selection {
  readonly #parts: SelectionParts;

  constructor(parts: SelectionParts) {
    this.#parts = parts;
  }

  /** The version of a plugin that is used: the one that is loaded, else the highest. */
  find(id: string): PluginRecord | undefined {
    return this.#parts.lifecycles.used(id) ?? this.#parts.registry.find(id);
  }

  /** As find; VMP_PLUGIN_NOT_FOUND with the nearest id. */
  get(id: string): PluginRecord {
    return this.find(id) ?? this.#parts.registry.get(id);
  }

  /** VMP_PLUGIN_NOT_FOUND or VMP_PLUGIN_VERSION_IN_USE for what was found once, and has been taken out or replaced since. */
  refuseGone(record: PluginRecord): void {
    const { lifecycles, registry } = this.#parts;
    const { id, version } = record.manifest;
    if (lifecycles.tries(record) || registry.versions(id).includes(record)) return;
    const current = this.get(id);
    if (current === record) return;
    throw new VmPluginError("VMP_PLUGIN_VERSION_IN_USE", { id, version, current: current.manifest.version });
  }

  candidates(point: string, options: ChoiceOptions): Candidate[] {
    return candidatesOf(this.#parts.registry.implementations(point), this.#options(options), this.#parts);
  }

  choose(point: string, options: ChoiceOptions): Implementation {
    const { registry, contracts } = this.#parts;
    const implementations = registry.implementations(point);
    if (implementations.length === 0 && !Object.hasOwn(contracts, point)) {
      const hint = didYouMean(point, Object.keys(contracts));
      throw new VmPluginError("VMP_POINT_UNKNOWN", { point, hint });
    }
    return choose(point, implementations, this.#options(options), this.#parts);
  }

  /** Rejects with the first failure when there is no next implementation. */
  async use<Result>(
    point: string,
    { fallback = false, ...options }: UseOptions,
    work: (implementation: Implementation) => Promise<Result>,
  ): Promise<Result> {
    const failures = new Map<Implementation, unknown>();
    const refuse = (one: Implementation) => (failures.has(one) ? "it has failed" : options.refuse?.(one));
    let taken = this.choose(point, options);
    for (;;) {
      try {
        return await work(taken);
      } catch (error) {
        failures.set(taken, error);
        const next = this.candidates(point, { ...options, refuse }).find(({ reason }) => reason === undefined);
        if (!fallback || next === undefined) throw [...failures.values()][0];
        const failed = `${point} ${nameOf(taken)} failed (${reasonOf(error)})`;
        this.#parts.warn(`${failed}; ${nameOf(next.implementation)} is taken`);
        taken = next.implementation;
      }
    }
  }

  /** Everything that `roots`, which are taken in these versions, need. */
  async resolve(roots: readonly PluginRecord[]): Promise<StartOrder> {
    const { registry, lifecycles, disabled } = this.#parts;
    const fixed = new Map(lifecycles.fixed());
    for (const root of roots) fixed.set(root.manifest.id, root);
    // The build has compared the built-ins' ranges with each other.
    const foreign = (record: PluginRecord) => record.builtin === undefined;
    const registered = [...registry.ids()].flatMap((id) => registry.versions(id));
    const added = registered.some(foreign) || [...fixed.values()].some(foreign);
    return resolveOrder(roots, {
      registry,
      satisfies: added ? await loadSatisfies() : () => true,
      fixed,
      runs: (record) => lifecycles.find(record)?.state === "running",
      disabled: (id) => disabled.has(id),
      obstacle: (one) => candidatesOf([one], { refuse: (it) => this.#broken(it) }, this.#parts)[0]?.reason,
    });
  }

  #options(options: ChoiceOptions): ChoiceOptions {
    return { ...options, refuse: (one) => this.#broken(one) ?? this.#passed(one) ?? options.refuse?.(one) };
  }

  #broken({ plugin }: Implementation): string | undefined {
    const { lifecycles, disabled } = this.#parts;
    if (disabled.has(plugin.manifest.id)) return "its plugin is disabled";
    return lifecycles.find(plugin)?.state === "error" ? "its plugin has failed" : undefined;
  }

  #passed({ plugin }: Implementation): string | undefined {
    const used = this.find(plugin.manifest.id);
    return used === plugin ? undefined : `version ${used?.manifest.version} of its plugin is used`;
  }
}

function nameOf({ name, plugin }: Implementation): string {
  return `${name} of ${plugin.manifest.id}`;
}
