import { expect, test } from "vitest";
import type { Implementation } from "../../src/host/plugin-record.ts";
import { resolveOrder } from "../../src/host/resolution/dependencies.ts";
import { hostOf, nameOf, type Sketch } from "./resolution-sketch.ts";

const on = (...plugins: string[]): Sketch => ({ requires: plugins.map((plugin) => ({ plugin })) });
/** "id range" each; the range may be missing. */
const needs = (...texts: string[]): Sketch => ({
  requires: texts.map((text) => {
    const [plugin = "", ...range] = text.split(" ");
    return range.length > 0 ? { plugin, version: range.join(" ") } : { plugin };
  }),
});
const maybe = (...plugins: string[]): Sketch => ({ requires: plugins.map((plugin) => ({ plugin, optional: true })) });

test("plugins start by level: each after all that it needs, independent ones together", () => {
  const host = hostOf({ app: on("left", "right"), left: on("base"), right: on("base"), base: {}, other: {} });
  expect(host.order("app")).toEqual([["base@1.0.0"], ["left@1.0.0", "right@1.0.0"], ["app@1.0.0"]]);
});

test("the order within a level is that of the requirements, whatever was registered first", () => {
  const app = on("c", "a", "b");
  const levels = (sketches: Record<string, Sketch>) =>
    hostOf(sketches)
      .resolve("app")
      .levels.map((all) => all.map(nameOf));
  const expected = [["c@1.0.0", "a@1.0.0", "b@1.0.0"], ["app@1.0.0"]];
  expect(levels({ app, a: {}, b: {}, c: {} })).toEqual(expected);
  expect(levels({ c: {}, b: {}, a: {}, app })).toEqual(expected);
});

test("a plugin without requirements needs nothing but itself", () => {
  expect(hostOf({ a: {}, b: on("a") }).order("a")).toEqual([["a@1.0.0"]]);
});

test("the dependencies of each plugin are told, once each", () => {
  const host = hostOf({
    app: { requires: [{ plugin: "b" }, { plugin: "b", optional: true }, { plugin: "c", optional: true }] },
    b: {},
    c: {},
  });
  const { dependencies } = host.resolve("app");
  const app = dependencies.get(host.record("app")) ?? [];
  expect(app.map((one) => [nameOf(one.on), one.optional])).toEqual([
    ["b@1.0.0", false],
    ["c@1.0.0", true],
  ]);
  expect(dependencies.get(host.record("b"))).toEqual([]);
});

test("a circle is reported with its whole path", async () => {
  const host = hostOf({ start: on("a"), a: on("b"), b: on("c"), c: on("a") });
  expect(await host.failure("start")).toMatch(/^VMP_DEPENDENCY_CYCLE: .*: a -> b -> c -> a\. Fix/);
});

test("a circle that another version does not close is avoided", () => {
  const host = hostOf({ app: on("a"), a: { "2.0.0": on("b"), "1.0.0": {} }, b: on("a") });
  expect(host.order("app")).toEqual([["a@1.0.0"], ["app@1.0.0"]]);
});

test("a circle that an optional requirement would close is left open", () => {
  const host = hostOf({ a: maybe("b"), b: on("a") });
  expect(host.order("a")).toEqual([["a@1.0.0"]]);
  expect(host.order("b")).toEqual([["a@1.0.0"], ["b@1.0.0"]]);
  const round = hostOf({ a: maybe("b"), b: maybe("c"), c: maybe("a") });
  expect(round.order("a")).toEqual([["c@1.0.0"], ["b@1.0.0"], ["a@1.0.0"]]);
});

test("an optional requirement is started first when it is there, and left out when it is not", () => {
  expect(hostOf({ app: maybe("extra"), extra: {} }).order("app")).toEqual([["extra@1.0.0"], ["app@1.0.0"]]);
  expect(hostOf({ app: maybe("extra") }).order("app")).toEqual([["app@1.0.0"]]);
});

test("an optional requirement whose own requirements are not met is left out whole", () => {
  const host = hostOf({ app: maybe("extra"), extra: on("lib", "gone"), lib: {} });
  expect(host.order("app")).toEqual([["app@1.0.0"]]);
});

test("an optional requirement falls back to a version that fits, and changes no choice", () => {
  const extra = { "2.0.0": needs("base ^2"), "1.0.0": needs("base ^1") };
  const base = { "2.0.0": {}, "1.0.0": {} };
  const app = {
    requires: [
      { plugin: "extra", optional: true },
      { plugin: "base", version: "^1" },
    ],
  };
  expect(hostOf({ app, extra, base }).order("app")).toEqual([["base@1.0.0"], ["extra@1.0.0"], ["app@1.0.0"]]);
  const strict = { requires: [{ plugin: "base", version: "<2", optional: true }, { plugin: "base" }] };
  const { dependencies } = hostOf({ app: strict, base }).resolve("app");
  expect([...dependencies.values()].flat().map((one) => nameOf(one.on))).toEqual(["base@2.0.0"]);
});

test("an optional requirement comes after all mandatory ones, however deep", () => {
  const app = { requires: [{ plugin: "c", version: "^2", optional: true }, { plugin: "a" }] };
  const host = hostOf({ app, a: on("b"), b: needs("c ^1"), c: { "2.0.0": {}, "1.0.0": {} } });
  expect(host.order("app").flat()).toContain("c@1.0.0");
});

test("a missing plugin is named with the nearest", async () => {
  expect(await hostOf({ app: on("bsae"), base: {} }).failure("app")).toMatch(
    /^VMP_DEPENDENCY_MISSING: .*app requires bsae.*Did you mean "base"\?/,
  );
});

test("a version outside of the range is told with those found, a pre-release inside of it is taken", async () => {
  const app = needs("base ^2.0.0");
  expect(await hostOf({ app, base: { "1.9.0": {}, "1.8.0": {} } }).failure("app")).toMatch(
    /^VMP_DEPENDENCY_VERSION: .*requires base \^2\.0\.0, found 1\.9\.0, 1\.8\.0 \(base\)/,
  );
  expect(hostOf({ app, base: { "2.1.0-beta.3": {} } }).order("app")).toEqual([["base@2.1.0-beta.3"], ["app@1.0.0"]]);
});

test("the highest version that satisfies a minimum is taken, not the smallest", () => {
  const base = { "1.0.0": {}, "1.9.0": {}, "1.10.0": {}, "2.0.0-rc.1": {}, "2.0.0": {} };
  const chosen = (range: string) => hostOf({ app: needs(`base ${range}`), base }).order("app")[0];
  expect(chosen(">=1.0.0")).toEqual(["base@2.0.0"]);
  expect(chosen("^1.0.0")).toEqual(["base@1.10.0"]);
  expect(chosen("<2.0.0")).toEqual(["base@2.0.0-rc.1"]);
  expect(chosen("<2.0.0-0")).toEqual(["base@1.10.0"]);
});

test("one version of a plugin meets all requirements on it, whichever comes last", () => {
  const host = hostOf({
    app: on("a", "b", "c"),
    a: on("base"),
    b: needs("base <3"),
    c: needs("base ^1 || ^2"),
    base: { "3.0.0": {}, "2.4.0": {}, "2.3.0": {}, "1.0.0": {} },
  });
  expect(host.order("app")).toEqual([["base@2.4.0"], ["a@1.0.0", "b@1.0.0", "c@1.0.0"], ["app@1.0.0"]]);
});

test("a lower version is taken where the highest one's requirements cannot be met", () => {
  const host = hostOf({
    app: on("a", "b"),
    a: { "3.0.0": needs("gone"), "2.0.0": needs("base ^2"), "1.0.0": needs("base ^1") },
    b: needs("base ^1"),
    base: { "2.0.0": {}, "1.0.0": {} },
  });
  expect(host.order("app")).toEqual([["base@1.0.0"], ["a@1.0.0", "b@1.0.0"], ["app@1.0.0"]]);
});

test("two requirements that cannot both hold are reported with both chains", async () => {
  const host = hostOf({
    a: on("b", "d"),
    b: needs("c ^1"),
    d: on("e"),
    e: needs("c ^2"),
    c: { "2.1.0": {}, "1.4.0": {} },
  });
  expect(await host.failure("a")).toMatch(
    /^VMP_DEPENDENCY_CONFLICT: .*: a -> b requires c \^1, a -> d -> e requires c \^2, there are c 2\.1\.0, 1\.4\.0\. Fix/,
  );
});

test("three requirements of which any two could hold are reported with all chains", async () => {
  const host = hostOf({
    app: on("x", "y", "z"),
    x: needs("c 1.0.0 || 2.0.0"),
    y: needs("c 1.0.0 || 3.0.0"),
    z: needs("c 2.0.0 || 3.0.0"),
    c: { "1.0.0": {}, "2.0.0": {}, "3.0.0": {} },
  });
  const failure = await host.failure("app");
  expect(failure).toMatch(/^VMP_DEPENDENCY_CONFLICT: /);
  for (const id of ["x", "y", "z"]) expect(failure).toContain(`app -> ${id} requires c `);
});

test("of a long chain the conflict shows both ends", async () => {
  const chain = Object.fromEntries(
    Array.from({ length: 500 }, (_, i) => [`p${i}`, i === 499 ? needs("c ^2") : on(`p${i + 1}`)]),
  );
  const host = hostOf({ app: needs("p0", "c ^1"), ...chain, c: { "2.0.0": {}, "1.0.0": {} } });
  expect(await host.failure("app")).toMatch(
    /app requires c \^1, app -> p0 -> p1 -> p2 -> p3 -> \(491 more\) -> p495 -> p496 -> p497 -> p498 -> p499 requires c \^2,/,
  );
});

test("what stands in the way of every version is reported, not what was avoided", async () => {
  const host = hostOf({
    app: on("a", "b"),
    a: { "2.0.0": on("gone-too"), "1.0.0": {} },
    b: on("gone"),
  });
  expect(await host.failure("app")).toMatch(/^VMP_DEPENDENCY_MISSING: plugin b requires gone,/);
});

test("where every version fails, the highest one's failure is reported", async () => {
  const host = hostOf({ app: on("a"), a: { "2.0.0": needs("b ^9"), "1.0.0": on("gone") }, b: {} });
  expect(await host.failure("app")).toMatch(/^VMP_DEPENDENCY_VERSION: plugin a requires b \^9, found 1\.0\.0 \(b\)/);
});

test("the same failure is reported in whatever order plugins were registered", async () => {
  const sketches = {
    app: on("a", "b"),
    a: needs("c ^1", "d"),
    b: needs("c ^2"),
    c: { "2.0.0": {}, "1.0.0": on("x") },
    d: {},
  };
  const reversed = Object.fromEntries(Object.entries(sketches).reverse());
  expect(await hostOf(sketches).failure("app")).toBe(await hostOf(reversed).failure("app"));
});

test("what runs already keeps its version, or it is said", async () => {
  const sketches = {
    app: on("a", "b"),
    a: on("base"),
    b: needs("base <3"),
    base: { "3.0.0": {}, "2.0.0": {}, "1.0.0": {} },
  };
  const running = hostOf(sketches).record("base@1.0.0");
  expect(hostOf(sketches, { fixed: new Map([["base", running]]) }).resolve("app").levels[0]).toEqual([running]);
  const three = { ...running, manifest: { ...running.manifest, version: "3.0.0" } };
  expect(await hostOf(sketches, { fixed: new Map([["base", three]]) }).failure("app")).toMatch(
    /^VMP_DEPENDENCY_CONFLICT: .*: base 3\.0\.0 runs already, app -> b requires base <3, there are base 3\.0\.0, 2\.0\.0, 1\.0\.0/,
  );
});

test("what runs is used in the version that is no longer registered", () => {
  const old = hostOf({ base: { "1.0.0": {} } }).record("base");
  const host = hostOf({ app: needs("base >=1"), base: { "2.0.0": {} } }, { fixed: new Map([["base", old]]) });
  expect(host.resolve("app").levels[0]).toEqual([old]);
});

test("a running plugin's points are met by what runs, and its optional requirements are not looked at again", () => {
  const sketches = {
    app: on("service"),
    service: { requires: [{ point: "a.b" }, { plugin: "extra", optional: true }] },
    preferred: { provides: [{ priority: 9 }] },
    other: { provides: [{}] },
    extra: {},
  };
  const host = hostOf(sketches);
  expect(host.order("app")).toEqual([["extra@1.0.0", "preferred@1.0.0"], ["service@1.0.0"], ["app@1.0.0"]]);
  const fixed = new Map(["service", "other"].map((id) => [id, host.record(id)]));
  const { levels } = resolveOrder([host.record("app")], { ...host, fixed });
  expect(levels.map((level) => level.map(nameOf))).toEqual([["other@1.0.0"], ["service@1.0.0"], ["app@1.0.0"]]);
});

test("a root that is given as running is looked at whole", () => {
  const host = hostOf({ app: maybe("extra"), extra: {} });
  const { levels } = resolveOrder([host.record("app")], { ...host, fixed: new Map([["app", host.record("app")]]) });
  expect(levels.flat().map(nameOf)).toEqual(["extra@1.0.0", "app@1.0.0"]);
});

test("roots are taken in the version that is given", async () => {
  const host = hostOf({ app: { "2.0.0": {}, "1.0.0": {} }, other: needs("app ^2") });
  expect(host.order("app@1.0.0")).toEqual([["app@1.0.0"]]);
  expect(await host.failure("app@1.0.0", "other")).toMatch(
    /^VMP_DEPENDENCY_CONFLICT: .*: app 1\.0\.0 is asked for, other requires app \^2, there are app 2\.0\.0, 1\.0\.0/,
  );
  expect(await host.failure("app@1.0.0", "app@2.0.0")).toMatch(/^VMP_DEPENDENCY_CONFLICT: /);
});

test("a disabled plugin is not used, and it is said", async () => {
  const disabled = (id: string) => id === "base";
  const point = { requires: [{ point: "a.b" }] };
  const provider = { provides: [{ point: "a.b" }] };
  const host = hostOf({ app: on("base"), base: provider, user: point }, { disabled });
  expect(await host.failure("app")).toMatch(
    /^VMP_DEPENDENCY_DISABLED: plugin app requires base, which is disabled\. Fix: Enable base/,
  );
  expect(await host.failure("base")).toMatch(/^VMP_PLUGIN_DISABLED: plugin base/);
  expect(await host.failure("user")).toMatch(
    /^VMP_DEPENDENCY_UNUSABLE: .*user requires a\.b.*x of base 1\.0\.0: its plugin is disabled/,
  );
  expect(hostOf({ app: maybe("base"), base: {} }, { disabled }).order("app")).toEqual([["app@1.0.0"]]);
  const other = hostOf({ user: point, base: { provides: [{ priority: 5 }] }, spare: provider }, { disabled });
  expect(other.order("user")).toEqual([["spare@1.0.0"], ["user@1.0.0"]]);
});

test("a point is met by its preferred implementation whose contract lies in the range", async () => {
  const sketches = {
    app: { requires: [{ point: "jit.pass", version: "^1.2" }] },
    old: { provides: [{ point: "jit.pass", contract: "1.1", priority: 9 }] },
    good: { provides: [{ point: "jit.pass", contract: "1.3", priority: 5 }] },
    minor: { provides: [{ point: "jit.pass", contract: "1.2", priority: 1 }] },
  };
  expect(hostOf(sketches).order("app")).toEqual([["good@1.0.0"], ["app@1.0.0"]]);
  const obstacle = (one: Implementation) => (one.plugin.manifest.id === "old" ? undefined : "no device");
  const { app, old, minor } = sketches;
  const without = (one: Implementation) => (one.plugin.manifest.id === "good" ? "no device" : undefined);
  expect(hostOf(sketches, { obstacle: without }).order("app")).toEqual([["minor@1.0.0"], ["app@1.0.0"]]);
  expect(await hostOf({ app, minor }, { obstacle }).failure("app")).toMatch(
    /^VMP_DEPENDENCY_UNUSABLE: plugin app requires jit\.pass, .*: x of minor 1\.0\.0: no device/,
  );
  expect(await hostOf({ app, old }).failure("app")).toMatch(
    /^VMP_DEPENDENCY_VERSION: .*app requires jit\.pass \^1\.2, found 1\.1 \(old\)/,
  );
  expect(await hostOf({ app }).failure("app")).toMatch(/^VMP_DEPENDENCY_MISSING: .*requires jit\.pass/);
});

test("of a point the next implementation is taken where the preferred one's requirements cannot be met", () => {
  const host = hostOf({
    app: { requires: [{ point: "a.b" }, { plugin: "base", version: "^1" }] },
    first: { ...needs("base ^2"), provides: [{ priority: 5 }] },
    second: { provides: [{}] },
    base: { "2.0.0": {}, "1.0.0": {} },
  });
  expect(host.order("app")).toEqual([["base@1.0.0", "second@1.0.0"], ["app@1.0.0"]]);
});

test("of a plugin that provides a point the version is taken that its other requirers allow", () => {
  const host = hostOf({
    app: { requires: [{ point: "a.b" }, { plugin: "user" }] },
    user: needs("impl ^1"),
    impl: { "2.0.0": { provides: [{}] }, "1.0.0": { provides: [{}] } },
    less: { provides: [{ priority: -1 }] },
  });
  expect(host.order("app")).toEqual([["impl@1.0.0"], ["user@1.0.0"], ["app@1.0.0"]]);
});

test("a plugin may provide itself the point that it requires, but not in another version", async () => {
  const own = { requires: [{ point: "a.b" }] };
  expect(hostOf({ a: { ...own, provides: [{}] } }).order("a")).toEqual([["a@1.0.0"]]);
  const host = hostOf({ a: { "2.0.0": own, "1.0.0": { provides: [{}] } } });
  expect(await host.failure("a@2.0.0")).toMatch(/^VMP_DEPENDENCY_UNUSABLE: .*another version of the same plugin/);
});

test("a plugin may require itself in a range that holds", async () => {
  expect(hostOf({ a: needs("a ^1") }).order("a")).toEqual([["a@1.0.0"]]);
  expect(await hostOf({ a: needs("a ^2") }).failure("a")).toMatch(
    /^VMP_DEPENDENCY_VERSION: .*a requires a \^2, found 1\.0\.0/,
  );
});

test("a requirement that stands twice, once optional, is required", async () => {
  const app = { requires: [{ plugin: "b", optional: true }, { plugin: "b" }] };
  expect(await hostOf({ app, b: on("app") }).failure("app")).toMatch(/^VMP_DEPENDENCY_CYCLE: /);
});

test("requirements of one plugin that contradict each other are its own fault", async () => {
  const host = hostOf({
    app: on("a"),
    a: { "2.0.0": needs("c ^1", "c ^2"), "1.0.0": {} },
    c: { "2.0.0": {}, "1.0.0": {} },
  });
  expect(host.order("app").flat()).toContain("a@1.0.0");
  expect(await host.failure("a@2.0.0")).toMatch(/^VMP_DEPENDENCY_CONFLICT: .*: a requires c \^1, a requires c \^2,/);
});
