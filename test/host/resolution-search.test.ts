/** The search against all solutions there are, and at its limits. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { VmPluginError } from "../../src/errors.ts";
import type { Requirement } from "../../src/host/manifest/manifest.ts";
import type { Implementation, PluginRecord } from "../../src/host/plugin-record.ts";
import { resolveOrder, type StartOrder } from "../../src/host/resolution/dependencies.ts";
import { hostOf, nameOf, type Sketch, type SketchedHost, satisfies } from "./resolution-sketch.ts";

const ids = ["a", "b", "c", "d", "e"];
const versions = ["1.0.0", "2.0.0-rc.1", "2.0.0"];
const ranges = ["*", "^1", "^2", ">=2.0.0-rc.0 <2.0.0", "<2.0.0", "2.0.0", "^3"];
const points = ["p.x", "p.y"];

const optional = fc.integer({ min: 0, max: 3 }).map((number) => number === 0);
const onPlugin = (...plugins: string[]) =>
  fc.record({ plugin: fc.constantFrom(...plugins, "gone"), version: fc.constantFrom(...ranges), optional });
const onPoint = fc.record({ point: fc.constantFrom(...points), version: fc.constantFrom("*", "^1.1"), optional });
const provision = fc.record({
  point: fc.constantFrom(...points),
  contract: fc.constantFrom("1.0", "1.1"),
  priority: fc.nat(2),
});
const list = <T>(item: fc.Arbitrary<T>, maxLength: number) => fc.array(item, { maxLength });

const sketchesOf = (
  requirement: fc.Arbitrary<Partial<Requirement>>,
  provided: fc.Arbitrary<Sketch["provides"] & {}>,
) => {
  const sketch = fc.record<Required<Sketch>>({ requires: list(requirement, 3), provides: provided });
  const versionsOf = fc.dictionary(fc.constantFrom(...versions), sketch, { minKeys: 1 });
  return fc.record<Record<string, Record<string, Sketch>>>({
    a: versionsOf,
    b: versionsOf,
    c: versionsOf,
    d: versionsOf,
    e: versionsOf,
  });
};
const sketches = sketchesOf(fc.oneof(onPlugin(...ids), onPlugin(...ids), onPoint), list(provision, 1));
/** Without points, which have preferences of their own; only `a` requires `e`, and that first. */
const firstRequired = fc
  .tuple(sketchesOf(onPlugin("a", "b", "c", "d"), fc.constant([])), fc.constantFrom("*", "<2.0.0", ">=2.0.0-rc.0"))
  .map(([given, version]) => {
    const before = { plugin: "e", version };
    const a = Object.entries(given.a ?? {}).map(([own, { requires = [] }]) => [
      own,
      { requires: [before, ...requires] },
    ]);
    return { ...given, a: Object.fromEntries(a) as Record<string, Sketch> };
  });

type Assignment = ReadonlyMap<string, PluginRecord>;

/** Every choice of at most one version of each plugin, the root's given. */
function assignments(host: SketchedHost, root: PluginRecord): Assignment[] {
  let all: Map<string, PluginRecord>[] = [new Map([[root.manifest.id, root]])];
  for (const id of ids)
    if (id !== root.manifest.id)
      all = all.flatMap((one) => [one, ...host.registry.versions(id).map((record) => new Map(one).set(id, record))]);
  return all;
}

/** The chosen records of which each meets a requirement. */
function meeting(host: SketchedHost, requirement: Requirement, assignment: Assignment): PluginRecord[] {
  const { plugin, point = "", version } = requirement;
  if (plugin !== undefined)
    return [assignment.get(plugin)].filter(
      (one) => one !== undefined && satisfies(one.manifest.version, version),
    ) as PluginRecord[];
  return host.registry
    .implementations(point)
    .filter((one) => satisfies(`${one.contract}.0`, version) && assignment.get(one.plugin.manifest.id) === one.plugin)
    .map((one: Implementation) => one.plugin);
}

/** Whether each mandatory requirement is met and the plugins can be put in an order: one after the other, when all is there. */
function isValid(host: SketchedHost, assignment: Assignment): boolean {
  const started = new Set<PluginRecord>();
  for (let before = -1; before < started.size; ) {
    before = started.size;
    for (const record of assignment.values()) {
      const ready = record.manifest.requires.every(
        (one) => one.optional || meeting(host, one, assignment).some((other) => other === record || started.has(other)),
      );
      if (ready) started.add(record);
    }
  }
  return started.size === assignment.size;
}

function resolved(host: SketchedHost, root: PluginRecord): StartOrder | undefined {
  try {
    return resolveOrder([root], host);
  } catch (error) {
    if (error instanceof VmPluginError && /^VMP_DEPENDENCY_(?!SEARCH)/.test(error.code)) return undefined;
    throw error;
  }
}

function assignmentOf({ levels }: StartOrder): Assignment {
  const records = levels.flat();
  const assignment = new Map(records.map((record) => [record.manifest.id, record]));
  expect(assignment.size).toBe(records.length);
  return assignment;
}

function reachable(from: PluginRecord, { dependencies }: StartOrder): Set<PluginRecord> {
  const found = new Set([from]);
  for (const record of found) for (const { on } of dependencies.get(record) ?? []) found.add(on);
  return found;
}

test("a solution is found if and only if there is one, and it is valid", () => {
  let found = 0;
  let none = 0;
  fc.assert(
    fc.property(sketches, (given) => {
      const host = hostOf(given);
      const root = host.record("a");
      const order = resolved(host, root);
      const solutions = assignments(host, root).filter((one) => isValid(host, one));
      expect(order !== undefined).toBe(solutions.length > 0);
      if (order === undefined) none++;
      else {
        found++;
        const assignment = assignmentOf(order);
        expect(isValid(host, assignment)).toBe(true);
        const level = new Map(order.levels.flatMap((records, at) => records.map((record) => [record, at] as const)));
        for (const [record, needed] of order.dependencies) {
          for (const { on } of needed) expect(level.get(on)).toBeLessThan(level.get(record) as number);
          for (const requirement of record.manifest.requires) {
            const met = meeting(host, requirement, assignment);
            if (!requirement.optional)
              expect(met.some((one) => one === record || needed.some(({ on }) => on === one))).toBe(true);
          }
        }
        expect(reachable(root, order)).toEqual(new Set(assignment.values()));
      }
    }),
    { numRuns: 300 },
  );
  // Both kinds of graphs were among them.
  expect(Math.min(found, none)).toBeGreaterThan(20);
});

test("no solution is higher throughout, and the root's first requirement has the highest version of all solutions", () => {
  let compared = 0;
  fc.assert(
    fc.property(firstRequired, (given) => {
      const host = hostOf(given);
      const root = host.record("a");
      const order = resolved(host, root);
      if (order === undefined) return;
      const mandatory = mandatoryOnly(host, root);
      const rankOf = (record: PluginRecord) => -host.registry.versions(record.manifest.id).indexOf(record);
      const solutions = assignments(host, root).filter((one) => isValid(host, one));
      for (const other of solutions.filter((one) => sameIds(one, mandatory))) {
        const pairs = [...mandatory].map(
          ([id, record]) => [rankOf(record), rankOf(other.get(id) as PluginRecord)] as const,
        );
        expect(pairs.every(([ours, theirs]) => theirs >= ours) && pairs.some(([ours, theirs]) => theirs > ours)).toBe(
          false,
        );
      }
      compared++;
      const best = Math.max(...solutions.flatMap((one) => one.get("e") ?? []).map(rankOf));
      expect(rankOf(mandatory.get("e") as PluginRecord)).toBe(best);
    }),
    { numRuns: 500 },
  );
  expect(compared).toBeGreaterThan(50);
});

test("optional requirements change neither whether there is a solution nor what was chosen, and are met where they can be", () => {
  fc.assert(
    fc.property(sketches, (given) => {
      const host = hostOf(given);
      const root = host.record("a");
      const order = resolved(host, root);
      expect(order !== undefined).toBe(resolvedMandatory(host, root) !== undefined);
      if (order === undefined) return;
      const assignment = assignmentOf(order);
      for (const [id, record] of mandatoryOnly(host, root))
        expect(nameOf(assignment.get(id) as PluginRecord)).toBe(nameOf(record));
      for (const [record, needed] of order.dependencies)
        for (const { optional: isOptional, plugin, version } of record.manifest.requires) {
          const target = plugin === undefined ? undefined : assignment.get(plugin);
          if (!isOptional || !target || target === record || !satisfies(target.manifest.version, version)) continue;
          // Left out only where it would have closed a circle.
          const taken = needed.some(({ on }) => on === target);
          expect(taken || reachable(target, order).has(record)).toBe(true);
        }
    }),
    { numRuns: 500 },
  );
});

test("what runs keeps its version, and nothing else decides whether there is a solution", () => {
  fc.assert(
    fc.property(sketches, fc.constantFrom("b", "c"), fc.nat(2), (given, id, at) => {
      const host = hostOf(given);
      const root = host.record("a");
      const all = host.registry.versions(id);
      const running = all[at % all.length] as PluginRecord;
      const order = resolved({ ...host, fixed: new Map([[id, running]]) }, root);
      const allowed = assignments(host, root).filter((one) => (one.get(id) ?? running) === running);
      expect(order !== undefined).toBe(allowed.some((one) => isValid(host, one)));
      if (order) expect(assignmentOf(order).get(id) ?? running).toBe(running);
    }),
    { numRuns: 300 },
  );
});

/** The same host without optional requirements. */
function resolvedMandatory(host: SketchedHost, root: PluginRecord): StartOrder | undefined {
  const stripped = new Map<PluginRecord, PluginRecord>();
  const strip = (record: PluginRecord): PluginRecord => {
    const requires = record.manifest.requires.filter((one) => !one.optional);
    const known = stripped.get(record) ?? { ...record, manifest: { ...record.manifest, requires } };
    stripped.set(record, known);
    return known;
  };
  const { registry } = host;
  const facts: SketchedHost = {
    ...host,
    registry: {
      ...registry,
      versions: (id) => registry.versions(id).map(strip),
      implementations: (point) => registry.implementations(point).map((one) => ({ ...one, plugin: strip(one.plugin) })),
    },
  };
  return resolved(facts, strip(root));
}

function mandatoryOnly(host: SketchedHost, root: PluginRecord): Assignment {
  const found = assignmentOf(resolvedMandatory(host, root) as StartOrder);
  return new Map([...found].map(([id, one]) => [id, host.record(nameOf(one))]));
}

function sameIds(one: Assignment, other: Assignment): boolean {
  return one.size === other.size && [...one.keys()].every((id) => other.has(id));
}

const on = (...plugins: string[]): Sketch => ({ requires: plugins.map((plugin) => ({ plugin })) });
const chainOf = (length: number, last: Sketch): Record<string, Sketch> =>
  Object.fromEntries(Array.from({ length }, (_, i) => [`p${i}`, i === length - 1 ? last : on(`p${i + 1}`)]));
const many = 10_000;

test("a chain of ten thousand plugins is resolved", () => {
  const { levels } = hostOf(chainOf(many, {})).resolve("p0");
  expect(levels).toHaveLength(many);
  expect(levels[0]?.map(nameOf)).toEqual([`p${many - 1}@1.0.0`]);
});

test("a chain of ten thousand optional requirements is resolved", () => {
  const chain = Array.from({ length: many }, (_, i): [string, Sketch] => [
    `p${i}`,
    { requires: [{ plugin: `p${i + 1}`, optional: true }] },
  ]);
  expect(hostOf(Object.fromEntries(chain)).resolve("p0").levels).toHaveLength(many);
});

test("what is wrong at the end of a chain of ten thousand plugins is found", async () => {
  expect(await hostOf(chainOf(many, on("gone"))).failure("p0")).toMatch(
    /^VMP_DEPENDENCY_MISSING: plugin p9999 requires gone/,
  );
  expect(await hostOf(chainOf(many, on("p0"))).failure("p0")).toMatch(/^VMP_DEPENDENCY_CYCLE: .*: p0 -> p1 -> p2 -> /);
  const conflict = hostOf({
    ...chainOf(many, { requires: [{ plugin: "c", version: "^2" }] }),
    c: { "2.0.0": {}, "1.0.0": {} },
    app: { requires: [{ plugin: "c", version: "^1" }, { plugin: "p0" }] },
  });
  expect(await conflict.failure("app")).toMatch(/^VMP_DEPENDENCY_CONFLICT: .*p9999 requires c \^2/);
});

test("a thousand conflicts that do not touch each other are solved one by one", () => {
  const pairs = Array.from({ length: 1000 }, (_, i) => ({
    [`a${i}`]: { "2.0.0": { requires: [{ plugin: `c${i}`, version: "^2" }] }, "1.0.0": on(`c${i}`) },
    [`b${i}`]: { requires: [{ plugin: `c${i}`, version: "^1" }] },
    [`c${i}`]: { "2.0.0": {}, "1.0.0": {} },
  }));
  const numbers = Array.from({ length: 1000 }, (_, i) => i);
  const app = on(...numbers.map((i) => `a${i}`), ...numbers.map((i) => `b${i}`));
  const all = hostOf({ app, ...Object.assign({}, ...pairs) })
    .resolve("app")
    .levels.flat()
    .map(nameOf);
  expect(all).toHaveLength(3001);
  expect(all.filter((name) => /^[ac]\d+@1\.0\.0$/.test(name))).toHaveLength(2000);
});

/** As many pigeons as there are holes, and one more: each pair of pigeons has a plugin that both require, in other versions. */
function pigeons(count: number): Record<string, Record<string, Sketch>> {
  const holes = Array.from({ length: count - 1 }, (_, hole) => hole);
  const plugins: Record<string, Record<string, Sketch>> = {};
  for (let pigeon = 0; pigeon < count; pigeon++) {
    const inHole = (hole: number): Sketch => ({
      requires: Array.from({ length: count }, (_, other) => other)
        .filter((other) => other !== pigeon)
        .map((other) => {
          const [low, high] = [Math.min(pigeon, other), Math.max(pigeon, other)];
          return { plugin: `hole${hole}-${low}-${high}`, version: pigeon === low ? "^1" : "^2" };
        }),
    });
    plugins[`pigeon${pigeon}`] = Object.fromEntries(holes.map((hole) => [`1.${hole}.0`, inHole(hole)]));
    for (let other = 0; other < pigeon; other++)
      for (const hole of holes) plugins[`hole${hole}-${other}-${pigeon}`] = { "1.0.0": {}, "2.0.0": {} };
  }
  return plugins;
}

test("the search ends where it would take exponential time, and names what is in conflict", async () => {
  const app = (count: number) => on(...Array.from({ length: count }, (_, i) => `pigeon${i}`));
  expect(await hostOf({ app: app(4), ...pigeons(4) }).failure("app")).toMatch(/^VMP_DEPENDENCY_CONFLICT: /);
  expect(await hostOf({ app: app(11), ...pigeons(11) }).failure("app")).toMatch(
    /^VMP_DEPENDENCY_SEARCH_LIMIT: .*after 1\d{5} changed choices; in conflict are hole\d+-\d+-\d+, hole/,
  );
}, 60_000);

test("nothing is resolved twice: each version is compared once with each range, each implementation looked at once", () => {
  const asked = new Map<string, number>();
  const count = (key: string) => asked.set(key, (asked.get(key) ?? 0) + 1);
  const users = Object.fromEntries(
    Array.from({ length: 50 }, (_, i) => [
      `user${i}`,
      {
        requires: [
          { plugin: "base", version: "^1" },
          { plugin: "base", version: "<2" },
          { point: "a.b", version: "^1" },
        ],
      },
    ]),
  );
  const host = hostOf(
    {
      app: on(...Object.keys(users)),
      ...users,
      base: { "2.0.0": {}, "1.1.0": {}, "1.0.0": {} },
      first: { provides: [{ contract: "1.1", priority: 5 }], requires: [{ plugin: "base", version: "^2" }] },
      second: { provides: [{}] },
    },
    {
      satisfies: (version, range) => {
        count(`${version} in ${range}`);
        return satisfies(version, range);
      },
      obstacle: (one) => void count(`${one.plugin.manifest.id} ${one.name}`),
    },
  );
  expect(host.order("app").flat()).toHaveLength(53);
  expect(Object.fromEntries(asked)).toEqual({
    "2.0.0 in ^1": 1,
    "1.1.0 in ^1": 2,
    "1.0.0 in ^1": 2,
    "2.0.0 in <2": 1,
    "1.1.0 in <2": 1,
    "1.0.0 in <2": 1,
    "2.0.0 in ^2": 1,
    "1.1.0 in ^2": 1,
    "1.0.0 in ^2": 1,
    "first x": 1,
    "second x": 1,
  });
});
