/** Which plugins a plugin needs, in which versions, and in which order they start. */
import { VmPluginError } from "../../errors.ts";
import type { Implementation, PluginRecord } from "../plugin-record.ts";
import type { Variable } from "./demand.ts";
import { Offers } from "./offers.ts";
import { Search } from "./search.ts";
import type { Satisfies } from "./versions.ts";

export interface Dependency {
  readonly on: PluginRecord;
  readonly optional: boolean;
}

export interface StartOrder {
  /** Each level needs only what stands in those before it; the plugins of a level can start together. */
  readonly levels: readonly (readonly PluginRecord[])[];
  readonly dependencies: ReadonlyMap<PluginRecord, readonly Dependency[]>;
}

/** What a host has, without the states of plugins. */
export interface AvailablePlugins {
  /** The highest version first; empty for an id that is not known. */
  versions(id: string): readonly PluginRecord[];
  /** Every implementation of a point in every version, the preferred first. */
  implementations(point: string): readonly Implementation[];
  /** For suggestions where an id or a point is misspelled. */
  ids(): Iterable<string>;
  points(): Iterable<string>;
}

export interface DependencyFacts {
  readonly registry: AvailablePlugins;
  /** Asked once for each version and range of a plugin id or of a point. */
  readonly satisfies: Satisfies;
  /** Why an implementation cannot be used here, or undefined. Asked once for each. */
  readonly obstacle: (implementation: Implementation) => string | undefined;
  /** The plugins that run already, by id: no other version of them is chosen. Default: none. */
  readonly fixed?: ReadonlyMap<string, PluginRecord> | undefined;
  /** Which of those that are fixed run, with what they require. Default: all. */
  readonly runs?: ((record: PluginRecord) => boolean) | undefined;
  /** Whether a plugin must not be used; one that runs already is used all the same, unless it is a root. Default: none. */
  readonly disabled?: ((id: string) => boolean) | undefined;
}

/**
 * Everything that `roots` need, themselves included, in one version each; `roots` are taken as they are, not in another version.
 *
 * Which versions: the highest that meet all requirements, and if that leaves a choice between plugins, those decide that require
 * the others. A plugin is decided after all that could require it, as far as they do not require each other in a circle, and
 * what is required first in a manifest before what is required later. Each gets the highest version with which all that
 * remains can still be decided; a requirement on a point likewise the preferred implementation, as soon as the plugin is decided
 * whose requirement it is. So no other solution is higher throughout, and the order of registration never matters. No two
 * plugins need each other in a circle. A plugin may itself provide a point that it requires.
 *
 * Optional requirements: they are looked at when all mandatory ones are met, in the order of decisions, and one after the other.
 * Each is taken if it can be met, together with all that it needs in turn, without changing anything that was chosen before and
 * without closing a circle; else it is left out, and what is needed only for it. Those of a plugin that runs already, and is no
 * root, are not looked at again; a point that such a plugin requires is met by what runs, where that is possible.
 *
 * Where there is no solution, the obstacle is told that the search could not get around, and of several versions that of the
 * highest: VMP_DEPENDENCY_MISSING, _DISABLED, _UNUSABLE (of a point, here), _VERSION (none lies in a range), _CONFLICT (with the
 * chain from a root to each of the requirements that no version meets together), _CYCLE (with the whole path);
 * VMP_PLUGIN_DISABLED for a root. VMP_DEPENDENCY_SEARCH_LIMIT when the search gives up: after 100,000 changed choices, or 100
 * for each plugin that could be needed if that is more. Synchronous; takes no stack, however deep the graph.
 */
export function resolveOrder(roots: readonly PluginRecord[], facts: DependencyFacts): StartOrder {
  const disabled = roots.find(({ manifest }) => facts.disabled?.(manifest.id));
  if (disabled) throw new VmPluginError("VMP_PLUGIN_DISABLED", { id: disabled.manifest.id });
  const search = new Search(new Offers(facts, roots));
  const failure = search.takeMandatory(roots);
  if (failure) throw failure.error();
  search.takeOptional();
  return startOrder(search.variables);
}

function startOrder(variables: readonly Variable[]): StartOrder {
  const levels: PluginRecord[][] = [];
  const dependencies = new Map<PluginRecord, readonly Dependency[]>();
  const optionals = new Map<PluginRecord, boolean>();
  for (const { decision, height, edges } of variables) {
    if (decision === undefined) continue;
    levels[height] ??= [];
    levels[height].push(decision.record);
    for (const { to, requirement } of edges) {
      const on = to.decision?.record as PluginRecord;
      // A plugin that is required twice is optional only when it is so both times.
      optionals.set(on, optionals.get(on) !== false && requirement?.optional === true);
    }
    const needed: Dependency[] = [];
    optionals.forEach((optional, on) => {
      needed.push({ on, optional });
    });
    optionals.clear();
    dependencies.set(decision.record, needed);
  }
  return { levels, dependencies };
}
