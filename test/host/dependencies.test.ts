import semver from "semver";
import { expect, test } from "vitest";
import type { Manifest, Provision, Requirement } from "../../src/host/manifest/manifest.ts";
import type { Implementation, PluginRecord } from "../../src/host/plugin-record.ts";
import { Registry } from "../../src/host/registry.ts";
import { resolveOrder } from "../../src/host/resolution/dependencies.ts";
import { failureOf } from "./support.ts";

interface Sketch {
  version?: string;
  requires?: Partial<Requirement>[];
  provides?: Partial<Provision>[];
}

function hostOf(sketches: Readonly<Record<string, Sketch>>, obstacle?: (one: Implementation) => string | undefined) {
  const registry = new Registry();
  for (const [id, { version = "1.0.0", requires = [], provides = [] }] of Object.entries(sketches)) {
    const manifest = {
      id,
      version,
      type: "test",
      requires: requires.map((one) => ({ version: "*", optional: false, ...one })),
      provides: provides.map((one) => ({ point: "a.b", name: "x", contract: "1.0", priority: 0, ...one })),
    };
    registry.add({ manifest: manifest as unknown as Manifest, folder: `/${id}` } as PluginRecord);
  }
  const facts = {
    registry,
    satisfies: (version: string, range: string) => semver.satisfies(version, range, { includePrerelease: true }),
    obstacle: obstacle ?? (() => undefined),
  };
  return (...roots: string[]) => {
    const { levels } = resolveOrder(
      roots.map((id) => registry.get(id)),
      facts,
    );
    return levels.map((level) => level.map((record) => record.manifest.id).sort());
  };
}

const on = (...plugins: string[]) => ({ requires: plugins.map((plugin) => ({ plugin })) });

test("plugins start by level: each after all that it needs, independent ones together", () => {
  const order = hostOf({ app: on("left", "right"), left: on("base"), right: on("base"), base: {}, other: {} });
  expect(order("app")).toEqual([["base"], ["left", "right"], ["app"]]);
});

test("a plugin without requirements needs nothing but itself", () => {
  expect(hostOf({ a: {}, b: on("a") })("a")).toEqual([["a"]]);
});

test("a circle is reported with its whole path", async () => {
  const order = hostOf({ start: on("a"), a: on("b"), b: on("c"), c: on("a") });
  expect(await failureOf(() => order("start"))).toMatch(/^VMP_DEPENDENCY_CYCLE: .*: a -> b -> c -> a\. Fix/);
});

test("a circle that an optional requirement closes is opened there", () => {
  const order = hostOf({ a: { requires: [{ plugin: "b", optional: true }] }, b: on("a") });
  expect(order("a")).toEqual([["a"], ["b"]]);
  expect(order("b")).toEqual([["a"], ["b"]]);
});

test("an optional requirement is started first when it is there, and left out when it is not", () => {
  const app = { requires: [{ plugin: "extra", optional: true }] };
  expect(hostOf({ app, extra: {} })("app")).toEqual([["extra"], ["app"]]);
  expect(hostOf({ app })("app")).toEqual([["app"]]);
});

test("a missing plugin is named with the nearest", async () => {
  const order = hostOf({ app: on("bsae"), base: {} });
  expect(await failureOf(() => order("app"))).toMatch(
    /^VMP_DEPENDENCY_MISSING: .*app requires bsae.*Did you mean "base"\?/,
  );
});

test("a version outside of the range is told with the one found, a pre-release inside of it is taken", async () => {
  const app = { requires: [{ plugin: "base", version: "^2.0.0" }] };
  expect(await failureOf(() => hostOf({ app, base: { version: "1.9.0" } })("app"))).toMatch(
    /^VMP_DEPENDENCY_VERSION: .*requires base \^2\.0\.0, found 1\.9\.0/,
  );
  expect(hostOf({ app, base: { version: "2.1.0-beta.3" } })("app")).toEqual([["base"], ["app"]]);
});

test("a point is met by its preferred implementation whose contract lies in the range", async () => {
  const sketches = {
    app: { requires: [{ point: "jit.pass", version: "^1.2" }] },
    old: { provides: [{ point: "jit.pass", contract: "1.1", priority: 9 }] },
    good: { provides: [{ point: "jit.pass", contract: "1.3", priority: 5 }] },
    minor: { provides: [{ point: "jit.pass", contract: "1.2", priority: 1 }] },
  };
  expect(hostOf(sketches)("app")).toEqual([["good"], ["app"]]);
  const without = (one: Implementation) => (one.plugin.manifest.id === "good" ? "no device" : undefined);
  expect(hostOf(sketches, without)("app")).toEqual([["minor"], ["app"]]);
  expect(await failureOf(() => hostOf({ app: sketches.app })("app"))).toMatch(
    /^VMP_DEPENDENCY_MISSING: .*requires jit\.pass/,
  );
});

test("a plugin may provide itself the point that it requires", () => {
  expect(hostOf({ a: { requires: [{ point: "a.b" }], provides: [{}] } })("a")).toEqual([["a"]]);
});

test("a requirement that stands twice, once optional, is required", async () => {
  const app = { requires: [{ plugin: "b", optional: true }, { plugin: "b" }] };
  expect(await failureOf(() => hostOf({ app, b: on("app") })("app"))).toMatch(/^VMP_DEPENDENCY_CYCLE: /);
});

test("a chain of a thousand plugins is resolved", () => {
  const chain = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`p${i}`, i === 999 ? {} : on(`p${i + 1}`)]));
  const levels = hostOf(chain)("p0");
  expect(levels).toHaveLength(1000);
  expect(levels[0]).toEqual(["p999"]);
});
