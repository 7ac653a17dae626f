/** Which plugins a plugin needs, and in which order they start. */
import { VmPluginError } from "../../errors.ts";
import { didYouMean } from "../../nearest.ts";
import type { Requirement } from "../manifest/manifest.ts";
import type { Implementation, PluginRecord } from "../plugin-record.ts";
import type { Registry } from "../registry.ts";
import { fullVersion, type Satisfies } from "./versions.ts";

export interface Dependency {
  readonly on: PluginRecord;
  readonly optional: boolean;
}

export interface StartOrder {
  /** Each level needs only what stands in those before it. */
  readonly levels: readonly (readonly PluginRecord[])[];
  readonly dependencies: ReadonlyMap<PluginRecord, readonly Dependency[]>;
}

export interface DependencyFacts {
  readonly registry: Registry;
  readonly satisfies: Satisfies;
  /** Why an implementation cannot be used here, or undefined. */
  readonly obstacle: (implementation: Implementation) => string | undefined;
}

/**
 * Everything that `roots` need, themselves included. VMP_DEPENDENCY_MISSING, _VERSION or _CYCLE (with its whole path) else. An
 * optional requirement that nothing meets, or that would close a circle, is left out.
 */
export function resolveOrder(roots: readonly PluginRecord[], facts: DependencyFacts): StartOrder {
  const dependencies = new Map<PluginRecord, Dependency[]>();
  const pending = [...roots];
  for (let record = pending.pop(); record; record = pending.pop()) {
    if (dependencies.has(record)) continue;
    const needed = dependenciesOf(record, facts);
    dependencies.set(record, needed);
    pending.push(...needed.map((dependency) => dependency.on));
  }
  refuseCycles(roots, dependencies);
  dropOptionalCycles(dependencies);
  return { levels: levelsOf(dependencies), dependencies };
}

function dependenciesOf(record: PluginRecord, facts: DependencyFacts): Dependency[] {
  const found = new Map<PluginRecord, boolean>();
  for (const requirement of record.manifest.requires) {
    const on = meet(record, requirement, facts);
    // A plugin that is required twice is optional only when it is so both times.
    if (on && on !== record) found.set(on, (found.get(on) ?? true) && requirement.optional);
  }
  return [...found].map(([on, optional]) => ({ on, optional }));
}

/** The plugin that meets a requirement; undefined when it is optional and none does. */
function meet(record: PluginRecord, requirement: Requirement, facts: DependencyFacts): PluginRecord | undefined {
  const { plugin, point, version: range, optional } = requirement;
  const { registry, satisfies, obstacle } = facts;
  const id = record.manifest.id;
  const offers =
    plugin === undefined
      ? registry
          .implementations(point ?? "")
          .filter((one) => obstacle(one) === undefined)
          .map((one) => ({ on: one.plugin, version: one.contract, full: fullVersion(one.contract) }))
      : [registry.find(plugin)]
          .filter((one) => one !== undefined)
          .map((one) => ({ on: one, version: one.manifest.version, full: one.manifest.version }));
  const met = offers.find((offer) => range === "*" || satisfies(offer.full, range));
  if (met) return met.on;
  if (optional) return undefined;
  const requirementName = plugin ?? point ?? "";
  if (offers.length > 0) {
    const versions = offers.map((offer) => `${offer.version} (${offer.on.manifest.id})`).join(", ");
    throw new VmPluginError("VMP_DEPENDENCY_VERSION", { id, requirement: requirementName, range, found: versions });
  }
  const names = plugin === undefined ? registry.points() : registry.list().map((one) => one.manifest.id);
  const hint = didYouMean(requirementName, names);
  throw new VmPluginError("VMP_DEPENDENCY_MISSING", { id, requirement: requirementName, hint });
}

function refuseCycles(
  roots: readonly PluginRecord[],
  dependencies: ReadonlyMap<PluginRecord, readonly Dependency[]>,
): void {
  const done = new Set<PluginRecord>();
  const path: PluginRecord[] = [];
  const visit = (record: PluginRecord): void => {
    if (done.has(record)) return;
    const start = path.indexOf(record);
    if (start >= 0) {
      const cycle = [...path.slice(start), record].map((one) => one.manifest.id).join(" -> ");
      throw new VmPluginError("VMP_DEPENDENCY_CYCLE", { cycle });
    }
    path.push(record);
    for (const { on, optional } of dependencies.get(record) ?? []) if (!optional) visit(on);
    path.pop();
    done.add(record);
  };
  for (const record of [...roots, ...dependencies.keys()]) visit(record);
}

/** Optional requirements are kept one by one, as long as none closes a circle. */
function dropOptionalCycles(dependencies: Map<PluginRecord, Dependency[]>): void {
  const optional = [...dependencies].flatMap(([from, needed]) =>
    needed.filter((dependency) => dependency.optional).map((dependency) => ({ from, dependency })),
  );
  if (optional.length === 0) return;
  for (const [from, needed] of dependencies) {
    const required = needed.filter((dependency) => !dependency.optional);
    dependencies.set(from, required);
  }
  for (const { from, dependency } of optional)
    if (!reaches(dependency.on, from, dependencies)) dependencies.get(from)?.push(dependency);
}

function reaches(
  start: PluginRecord,
  end: PluginRecord,
  dependencies: ReadonlyMap<PluginRecord, readonly Dependency[]>,
): boolean {
  const seen = new Set([start]);
  for (const record of seen) {
    if (record === end) return true;
    for (const { on } of dependencies.get(record) ?? []) seen.add(on);
  }
  return false;
}

function levelsOf(dependencies: ReadonlyMap<PluginRecord, readonly Dependency[]>): PluginRecord[][] {
  const heights = new Map<PluginRecord, number>();
  const heightOf = (record: PluginRecord): number => {
    const known = heights.get(record);
    if (known !== undefined) return known;
    const needed = dependencies.get(record) ?? [];
    const height = needed.reduce((highest, { on }) => Math.max(highest, heightOf(on) + 1), 0);
    heights.set(record, height);
    return height;
  };
  const levels: PluginRecord[][] = [];
  for (const record of dependencies.keys()) {
    const height = heightOf(record);
    levels[height] ??= [];
    levels[height].push(record);
  }
  return levels;
}
