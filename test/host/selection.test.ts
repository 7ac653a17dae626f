/** Several versions of a plugin, and several implementations of a point. */
import { expect, test } from "vitest";
import { discoverFolder } from "../../src/host/discovery/folder.ts";
import { errorOf } from "../support/errors.ts";
import { calls, facts, failureOf, folderWith, openHost, packageJson, plugin } from "./support.ts";

const noting = (name: string) => `{ start: () => void calls.push("start ${name}") }`;
const versionOf = (id: string, version: string) => plugin(id, {}, noting(`${id} ${version}`), { version });
const records = (folders: readonly string[]) => Promise.all(folders.map((folder) => discoverFolder(folder, facts)));

test("of several versions the highest is taken, and the highest that every requirement allows", async () => {
  await using host = await openHost([]);
  await host.register(await records(["1.0.0", "1.10.0", "1.9.0", "2.0.0-rc.1"].map((one) => versionOf("base", one))));
  await host.register(await records([plugin("app", { requires: [{ plugin: "base", version: "^1.2" }] })]));
  expect(host.get("base").manifest.version).toBe("2.0.0-rc.1");
  expect(host.list().map((info) => info.manifest.id)).toEqual(["base", "app"]);
  await host.activate("app");
  expect(calls()).toEqual(["start base 1.10.0"]);
  // It is the one that is used from now on.
  expect(host.get("base")).toMatchObject({ state: "running", manifest: { version: "1.10.0" } });
  await host.activate("base");
  expect(calls()).toEqual(["start base 1.10.0"]);
});

test("what requires another version than the one that runs is told so, and nothing is stopped for it", async () => {
  await using host = await openHost([]);
  await host.register(await records(["1.0.0", "2.0.0"].map((one) => versionOf("base", one))));
  await host.register(await records([plugin("app", { requires: [{ plugin: "base", version: "^1.0" }] })]));
  await host.activate("base");
  const error = await errorOf(() => host.activate("app"));
  expect(error.message).toMatch(/base.*2\.0\.0/);
  expect(host.get("base").state).toBe("running");
  await host.unload("base");
  await host.activate("app");
  expect(calls()).toEqual(["start base 2.0.0", "start base 1.0.0"]);
});

test("a version that is there already is refused, and then none of those that came with it is registered", async () => {
  await using host = await openHost([versionOf("a", "1.0.0")]);
  const both = await records([versionOf("b", "1.0.0"), versionOf("a", "1.0.0")]);
  expect(await failureOf(() => host.register(both))).toMatch(/^VMP_PLUGIN_DUPLICATE_ID: two plugins have the id a/);
  expect(host.list().map((info) => info.manifest.id)).toEqual(["a"]);
});

const logger = (id: string, priority: number, start = "{}", create = "() => ({ log() {} })") =>
  plugin(
    id,
    { provides: [{ point: "debug.logger", name: id, contract: "1.0", priority }] },
    `{ ...${start}, points: { "debug.logger": { ${id}: { create: ${create} } } } }`,
  );
const broken = `{ start() { throw new Error("no licence"); } }`;

test("when the chosen implementation fails the next one is taken if the caller allows it, and the log says so", async () => {
  const lines: string[] = [];
  const log = (level: string, source: string, message: string) => void lines.push(`${level} ${source} ${message}`);
  await using host = await openHost([logger("best", 9, broken), logger("next", 5, broken), logger("last", 1)], { log });
  const made = await host.use("debug.logger", { fallback: true }, (one) => host.createInstance(one));
  expect(made.plugin).toBe("last");
  expect(lines).toEqual([
    expect.stringMatching(/^warn host debug\.logger best of best failed \(.*no licence\); next of next is taken$/),
    expect.stringMatching(/^warn host debug\.logger next of next failed \(.*no licence\); last of last is taken$/),
  ]);
});

test("without that permission, or without another implementation, the first failure is told", async () => {
  await using host = await openHost([logger("best", 9, broken), logger("last", 1)]);
  const use = (options: object) => host.use("debug.logger", options, (one) => host.createInstance(one));
  expect(await failureOf(() => use({}))).toMatch(/^VMP_LIFECYCLE_FAILED: plugin best failed in start: no licence/);
  await using alone = await openHost([logger("best", 9, broken), logger("other", 1, broken)]);
  expect(
    await failureOf(() => alone.use("debug.logger", { fallback: true }, (one) => alone.createInstance(one))),
  ).toMatch(/^VMP_LIFECYCLE_FAILED: plugin best failed/);
});

test("places are searched, what is found is registered, and a bad manifest hides no other", async () => {
  const manifest = (id: string, parts = {}) => packageJson({ id, type: "test", provides: [], ...parts });
  const place = folderWith({
    "one/package.json": manifest("one"),
    "bad/package.json": manifest("bad", { nonsense: 1 }),
    "@scope/two/package.json": manifest("two"),
  });
  await using host = await openHost([versionOf("two", "1.2.3")]);
  const { records: found, problems } = await host.discover([{ kind: "folder", path: place }]);
  expect(found.map((record) => record.manifest.id)).toEqual(["one"]);
  expect(problems.map((problem) => problem.code).sort()).toEqual([
    "VMP_MANIFEST_UNKNOWN_KEY",
    "VMP_PLUGIN_DUPLICATE_ID",
  ]);
  expect(host.list().map((info) => info.manifest.id)).toEqual(["two", "one"]);
});

test("a plugin that is taken out of the registry is unloaded first, and refused while others need it", async () => {
  await using host = await openHost([plugin("app", { requires: [{ plugin: "base" }] }), versionOf("base", "1.0.0")]);
  await host.activate("app");
  expect(await failureOf(() => host.unregister("base"))).toMatch(/^VMP_PLUGIN_REQUIRED: /);
  await host.unregister("app");
  await host.unregister("base");
  expect(host.list()).toEqual([]);
  expect(await failureOf(() => host.get("base"))).toMatch(/^VMP_PLUGIN_NOT_FOUND: /);
});

test("two versions of a plugin that are asked for at once do not both run", async () => {
  await using host = await openHost([]);
  host.register(await records(["1.0.0", "2.0.0"].map((one) => versionOf("base", one))));
  host.register(await records([plugin("app", { requires: [{ plugin: "base", version: "^1.0" }] })]));
  const [base, app] = await Promise.allSettled([host.activate("base"), host.activate("app")]);
  expect(base.status).toBe("fulfilled");
  expect(app).toMatchObject({ reason: { code: "VMP_DEPENDENCY_CONFLICT" } });
  expect(calls()).toEqual(["start base 2.0.0"]);
  await host.unload("base");
  // The requirement's version is the first to be started this time.
  calls().length = 0;
  await Promise.all([host.activate("app"), host.activate("base")]);
  expect(calls()).toEqual(["start base 1.0.0"]);
});

test("a plugin that is taken out while it is activated does not run", async () => {
  const app = plugin("app", { requires: [{ plugin: "base" }] }, noting("app"));
  await using host = await openHost([app, versionOf("base", "1.0.0")]);
  const [activated] = await Promise.allSettled([host.activate("app"), host.unregister("app")]);
  expect(activated).toMatchObject({ reason: { code: "VMP_PLUGIN_NOT_FOUND" } });
  await host.activate("base");
  await host
    .load("base")
    .then(() => Promise.allSettled([host.unload("base"), host.unregister("base"), host.activate("base")]));
  expect(host.list()).toEqual([]);
  expect(calls().filter((call) => call === "start app")).toEqual([]);
});
