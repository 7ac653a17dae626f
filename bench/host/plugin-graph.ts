/** A made-up host of plugins that require each other: always the same, and with a solution that the highest versions alone are not. */
import type { Manifest, Provision, Requirement } from "../../src/host/manifest/manifest.ts";
import type { Implementation, PluginRecord } from "../../src/host/plugin-record.ts";
import type { AvailablePlugins } from "../../src/host/resolution/dependencies.ts";

export const plugins = 1000;
export const requirements = 5000;

export interface PluginGraph extends AvailablePlugins {
  /** Needs all others. */
  readonly root: PluginRecord;
}

/** Every third plugin has three versions, every tenth provides a point; of the requirements a tenth is optional, another on a point. */
export function pluginGraph(): PluginGraph {
  const random = randomNumbers(20_240_501);
  const below = (bound: number) => Math.floor(random() * bound);
  const versionLists = Array.from({ length: plugins }, (_, index) => versionsOf(index % 3 === 0, below));
  // A version of each that the ranges admit, so that the whole can be resolved.
  const admitted = versionLists.map((versions) => versions[below(versions.length)] as string);
  const targets = requiredBy(below);
  const records = versionLists.map((versions, index) =>
    versions.map((version) => {
      const requires = (targets[index] ?? []).map(({ to: target, connects }): Requirement => {
        const optional = !connects && below(8) === 0;
        if (!connects && target % 10 === 0)
          return { point: pointOf(target), version: below(2) === 0 ? "*" : "^1.2", optional };
        return { plugin: idOf(target), version: rangeAround(admitted[target] as string, below), optional };
      });
      const provides = index % 10 === 0 ? [{ point: pointOf(index), name: "x", contract: "1.3", priority: 0 }] : [];
      return record(idOf(index), version, requires, provides);
    }),
  );
  return asHost(records);
}

function idOf(index: number): string {
  return `acme.plugin-${index}`;
}

function pointOf(index: number): string {
  return `acme.point-${index}`;
}

/** The highest first. */
function versionsOf(several: boolean, below: (bound: number) => number): string[] {
  const [minor, patch] = [below(10), below(20)];
  const stable = `1.${minor}.${patch}`;
  return several ? [`2.${minor}.0`, `1.${minor + 1}.0-rc.${patch}`, stable] : [stable];
}

function rangeAround(version: string, below: (bound: number) => number): string {
  const [major, minor] = version.split(".");
  const ranges = [
    `^${major}.0`,
    `^${major}.${minor}`,
    `>=${major}.${minor}.0-0 <${Number(major) + 2}`,
    `>=${major}`,
    "*",
  ];
  return ranges[below(ranges.length)] as string;
}

interface Target {
  readonly to: number;
  /** Whether it is by this requirement that the plugin is needed at all. */
  readonly connects: boolean;
}

/** Each plugin after the first is required by one before it, and the remaining requirements lead upwards too: no circle. */
function requiredBy(below: (bound: number) => number): Target[][] {
  const targets: Target[][] = Array.from({ length: plugins }, () => []);
  const add = (from: number, to: number, connects: boolean) => targets[from]?.push({ to, connects });
  for (let to = 1; to < plugins; to++) add(below(to), to, true);
  for (let count = plugins - 1; count < requirements; count++) {
    const from = below(plugins - 1);
    add(from, from + 1 + below(plugins - from - 1), false);
  }
  return targets;
}

function record(id: string, version: string, requires: Requirement[], provides: Provision[]): PluginRecord {
  return { manifest: { id, version, requires, provides } as unknown as Manifest, folder: `/${id}/${version}` };
}

function asHost(records: readonly (readonly PluginRecord[])[]): PluginGraph {
  const byId = new Map(records.map((versions, index) => [idOf(index), versions]));
  const byPoint = new Map<string, Implementation[]>();
  for (const plugin of records.flat())
    for (const provision of plugin.manifest.provides) {
      const implementations = byPoint.get(provision.point) ?? [];
      implementations.push({ ...provision, plugin });
      byPoint.set(provision.point, implementations);
    }
  return {
    root: records[0]?.[0] as PluginRecord,
    versions: (id) => byId.get(id) ?? [],
    implementations: (point) => byPoint.get(point) ?? [],
    ids: () => byId.keys(),
    points: () => byPoint.keys(),
  };
}

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
