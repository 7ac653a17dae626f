/** Plugins of which only requirements and provisions matter. */
import semver from "semver";
import { describe } from "../../src/errors.ts";
import type { Manifest, Provision, Requirement } from "../../src/host/manifest/manifest.ts";
import type { Implementation, PluginRecord } from "../../src/host/plugin-record.ts";
import { type DependencyFacts, resolveOrder, type StartOrder } from "../../src/host/resolution/dependencies.ts";
import { errorOf } from "../support/errors.ts";

export interface Sketch {
  requires?: Partial<Requirement>[];
  provides?: Partial<Provision>[];
}

/** By id; of several versions by id and version. */
export type Sketches = Readonly<Record<string, Sketch | Readonly<Record<string, Sketch>>>>;

export interface SketchedHost extends DependencyFacts {
  readonly records: readonly PluginRecord[];
  /** As "id" or "id@version"; the highest version of an id. */
  record(name: string): PluginRecord;
  /** The order in which what `roots` need starts, each level sorted, as "id@version". */
  order(...roots: string[]): string[][];
  resolve(...roots: string[]): StartOrder;
  failure(...roots: string[]): Promise<string>;
}

export function hostOf(sketches: Sketches, facts: Partial<DependencyFacts> = {}): SketchedHost {
  const records = Object.entries(sketches).flatMap(([id, sketch]) => {
    const single = Object.keys(sketch).every((key) => key === "requires" || key === "provides");
    const versions = single ? { "1.0.0": sketch as Sketch } : (sketch as Readonly<Record<string, Sketch>>);
    return Object.entries(versions).map(([version, parts]) => recordOf(id, version, parts));
  });
  const host = factsOf(records, facts);
  const record = (name: string) => {
    const [id, version] = name.split("@") as [string, string?];
    const found = host.registry.versions(id).find((one) => version === undefined || one.manifest.version === version);
    if (found === undefined) throw new Error(`there is no ${name}`);
    return found;
  };
  const resolve = (...roots: string[]) => resolveOrder(roots.map(record), host);
  return {
    ...host,
    records,
    record,
    resolve,
    order: (...roots) => resolve(...roots).levels.map((level) => level.map(nameOf).sort()),
    failure: async (...roots) => describe(await errorOf(() => resolve(...roots))),
  };
}

export function nameOf({ manifest }: PluginRecord): string {
  return `${manifest.id}@${manifest.version}`;
}

export function recordOf(id: string, version: string, { requires = [], provides = [] }: Sketch): PluginRecord {
  const manifest = {
    id,
    version,
    requires: requires.map((one) => ({ version: "*", optional: false, ...one })),
    provides: provides.map((one) => ({ point: "a.b", name: "x", contract: "1.0", priority: 0, ...one })),
  };
  return { manifest: manifest as unknown as Manifest, folder: `/${id}/${version}` };
}

/** By semver itself. */
export function satisfies(version: string, range: string): boolean {
  return semver.satisfies(version, range, { includePrerelease: true });
}

function compare({ manifest: a }: PluginRecord, { manifest: b }: PluginRecord): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : semver.compare(b.version, a.version);
}

function factsOf(records: readonly PluginRecord[], facts: Partial<DependencyFacts>): DependencyFacts {
  const byId = new Map<string, PluginRecord[]>();
  for (const one of records) byId.set(one.manifest.id, [...(byId.get(one.manifest.id) ?? []), one]);
  for (const versions of byId.values()) versions.sort(compare);
  const all: Implementation[] = [...byId.values()]
    .flat()
    .flatMap((plugin) => plugin.manifest.provides.map((provision) => ({ ...provision, plugin })));
  all.sort((a, b) => b.priority - a.priority || compare(a.plugin, b.plugin));
  return {
    registry: {
      versions: (id) => byId.get(id) ?? [],
      implementations: (point) => all.filter((one) => one.point === point),
      ids: () => byId.keys(),
      points: () => all.map((one) => one.point),
    },
    satisfies,
    obstacle: () => undefined,
    ...facts,
  };
}
