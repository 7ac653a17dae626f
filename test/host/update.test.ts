/** A plugin is replaced by another version of it beside which it runs. */
import { expect, test } from "vitest";
import { writeBuiltinIndex } from "../../src/host/builtins/builtin-index.ts";
import { discoverFolder } from "../../src/host/discovery/folder.ts";
import { PluginManager } from "../../src/host/plugin-manager.ts";
import type { PluginRecord } from "../../src/host/plugin-record.ts";
import { errorOf } from "../support/errors.ts";
import {
  afterTimeOut,
  calls,
  facts,
  failureOf,
  type ManifestParts,
  openHost,
  packageJson,
  packageWith,
  plugin,
  recordedNative,
} from "./support.ts";

const logger = { provides: [{ point: "debug.logger", name: "console", contract: "1.0", priority: 5 }] };
const device = { provides: [{ point: "device.virtual", name: "clock", contract: "1.0" }] };

/** A plugin whose methods, and whose loggers' lines, are noted with its version. */
function version(number: string, more = "", parts: ManifestParts = {}, id = "acme.x"): string {
  const body = `{
    initialize: () => void calls.push("initialize ${number}"), start: () => void calls.push("start ${number}"),
    stop: () => void calls.push("stop ${number}"), cleanup: () => void calls.push("cleanup ${number}"), ${more}
  }`;
  return plugin(id, parts, body, { version: number });
}

const logging = (number: string) =>
  `points: { "debug.logger": { console: { create: () => ({ log: ({ message }) => void calls.push("${number}: " + message) }) } } },`;

const record = async (folder: string): Promise<PluginRecord> => discoverFolder(folder, facts);

const versionOf = (host: PluginManager, id = "acme.x") => host.get(id).manifest.version;

const states = (host: PluginManager) => {
  const seen: string[] = [];
  host.on("state", ({ version, operation, to }) => seen.push(`${version} ${operation} ${to}`));
  return seen;
};

test("the new version is loaded, initialized and started before the old one is stopped", async () => {
  await using host = await openHost([version("1.0.0")]);
  await host.activate("acme.x");
  const seen = states(host);
  await host.update("acme.x", await record(version("1.1.0")));
  expect(host.get("acme.x")).toMatchObject({ state: "running", manifest: { version: "1.1.0" } });
  await expect.poll(() => seen.at(-1)).toBe("1.0.0 unload unloaded");
  expect(seen).toEqual([
    "1.1.0 load loaded",
    "1.1.0 initialize initialized",
    "1.1.0 start running",
    "1.0.0 stop stopped",
    "1.0.0 cleanup loaded",
    "1.0.0 unload unloaded",
  ]);
  expect(host.registry.versions("acme.x")).toHaveLength(1);
});

test("the state goes from the old version to the new one between initialize and start", async () => {
  const exporting = `exportState: () => { calls.push("export"); return new Uint8Array([7, 8]); },`;
  const importing = `importState: (version, state) => void calls.push("import " + version + " " + state),`;
  await using host = await openHost([version("1.0.0", exporting, { stateVersion: 3 })]);
  await host.activate("acme.x");
  calls().length = 0;
  await host.update("acme.x", await record(version("2.0.0", importing, { stateVersion: 4 })));
  expect(calls().slice(0, 4)).toEqual(["initialize 2.0.0", "export", "import 3 7,8", "start 2.0.0"]);
});

test.each([
  ["cannot be loaded", "(() => { throw new Error('no code') })(),"],
  ["fails in initialize", "initialize: () => { throw new Error('no code') },"],
  ["fails in start", "start: () => { throw new Error('no code') },"],
  ["refuses the state", "importState: () => { throw new Error('no code') },"],
  ["is unhealthy", "healthCheck: () => ({ status: 'unhealthy', message: 'no code' }),"],
])("when the new version %s, the old one has never stopped and goes on", async (_, more) => {
  const failing = more.startsWith("(")
    ? plugin("acme.x", {}, more.slice(0, -1), { version: "2.0.0" })
    : version("2.0.0", more);
  await using host = await openHost([version("1.0.0", "exportState: () => new Uint8Array(1),")]);
  await host.activate("acme.x");
  const seen = states(host);
  const error = await errorOf(async () => host.update("acme.x", await record(failing)));
  expect(error.code).toBe("VMP_UPDATE_FAILED");
  expect(error.message).toMatch(/acme\.x was not updated from 1\.0\.0 to 2\.0\.0: .*no code/);
  expect(host.get("acme.x")).toMatchObject({ state: "running", manifest: { version: "1.0.0" } });
  expect(seen.filter((event) => event.startsWith("1.0.0"))).toEqual([]);
  expect(calls()).not.toContain("stop 1.0.0");
  // Nothing of the attempt is left: another can follow.
  await host.update("acme.x", await record(version("2.0.0")));
  expect(versionOf(host)).toBe("2.0.0");
});

test("a new version that hangs is given up, and the old one goes on", async () => {
  await using host = await openHost([version("1.0.0")]);
  await host.activate("acme.x");
  const next = await record(version("2.0.0", `start: () => new Promise(() => { calls.push("hang"); }),`));
  expect(await afterTimeOut("hang", () => host.update("acme.x", next))).toMatch(
    /^VMP_UPDATE_FAILED: .*did not finish start in 10000 ms/,
  );
  expect(host.get("acme.x")).toMatchObject({ state: "running", manifest: { version: "1.0.0" } });
});

test("a version that another plugin's requirement does not allow is refused before any of it runs", async () => {
  const app = plugin("app", { requires: [{ plugin: "acme.x", version: "^1.0" }] });
  await using host = await openHost([version("1.0.0"), app]);
  await host.activate("app");
  calls().length = 0;
  const next = await record(version("2.0.0"));
  expect(await failureOf(() => host.update("acme.x", next))).toMatch(
    /^VMP_UPDATE_FAILED: .*app requires acme\.x \^1\.0/,
  );
  expect(calls()).toEqual([]);
});

test("what requires the plugin is not stopped, and holds the new version from then on", async () => {
  const app = plugin(
    "app",
    { requires: [{ plugin: "acme.x", version: ">=1" }] },
    `{ stop: () => void calls.push("stop app") }`,
  );
  await using host = await openHost([version("1.0.0"), app]);
  await host.activate("app");
  const seen = states(host);
  await host.update("acme.x", await record(version("2.0.0")));
  await expect.poll(() => seen.at(-1)).toBe("1.0.0 unload unloaded");
  expect(calls()).not.toContain("stop app");
  expect(await failureOf(() => host.stop("acme.x"))).toMatch(/^VMP_PLUGIN_REQUIRED: .*required by app/);
});

test("an instance keeps the version that made it until it is closed; new ones are the new version's", async () => {
  const clocks = (number: string) =>
    `points: { "device.virtual": { clock: { create: () => ({ regions: () => [], read: () => ${number}, write() {} }) } } },`;
  await using host = await openHost([version("1.0.0", clocks("1"), device)]);
  const make = async () => host.createInstance(host.choose("device.virtual", { name: "clock" }));
  const read = (instance: { implementation: unknown }) => (instance.implementation as { read(): number }).read();
  const old = await make();
  const seen = states(host);
  await host.update("acme.x", await record(version("2.0.0", clocks("2"), device)));
  const young = await make();
  expect([read(old), read(young)]).toEqual([1, 2]);
  expect(seen.some((event) => event.startsWith("1.0.0"))).toBe(false);
  await old.close();
  await expect.poll(() => seen.at(-1)).toBe("1.0.0 unload unloaded");
  expect(read(young)).toBe(2);
});

test("a plugin that is held keeps the old version running until it is released", async () => {
  await using host = await openHost([version("1.0.0")]);
  const { release } = await host.hold("acme.x");
  const seen = states(host);
  await host.update("acme.x", await record(version("2.0.0")));
  await new Promise(setImmediate);
  expect(seen.some((event) => event.startsWith("1.0.0"))).toBe(false);
  release();
  await expect.poll(() => seen.at(-1)).toBe("1.0.0 unload unloaded");
});

test("instances of a point whose contract says that nobody can tell go over to the new version, more than once", async () => {
  await using host = await openHost([version("1.0.0", logging("1"), logger)]);
  const instance = await host.createInstance(host.choose("debug.logger"));
  const say = () => (instance.implementation as { log(record: unknown): void }).log({ message: "hello" });
  for (const number of ["2", "3"])
    await host.update("acme.x", await record(version(`${number}.0.0`, logging(number), logger)));
  calls().length = 0;
  say();
  expect(calls()).toEqual(["3: hello"]);
  await host.stop("acme.x");
  expect((await errorOf(say)).code).toBe("VMP_REVOKED");
  await instance.close();
});

test("a plugin that does not run is tried out all the same, and so is one that failed", async () => {
  await using host = await openHost([version("1.0.0", "start: () => { throw new Error('broken') },")]);
  await errorOf(() => host.activate("acme.x"));
  await host.update("acme.x", await record(version("1.0.1")));
  expect(host.get("acme.x")).toMatchObject({ state: "running", manifest: { version: "1.0.1" } });
  await using fresh = await openHost([version("1.0.0")]);
  expect(
    (await errorOf(async () => fresh.update("acme.x", await record(version("2.0.0", "start: () => { throw 1 },")))))
      .code,
  ).toBe("VMP_UPDATE_FAILED");
  expect(fresh.get("acme.x")).toMatchObject({ state: "unloaded", manifest: { version: "1.0.0" } });
});

test("a disabled plugin is updated without being run", async () => {
  await using host = await openHost([version("1.0.0")], { disabled: new Set(["acme.x"]) });
  await host.update("acme.x", await record(version("2.0.0")));
  expect(calls()).toEqual([]);
  expect(host.get("acme.x")).toMatchObject({ disabled: true, state: "unloaded", manifest: { version: "2.0.0" } });
  await host.enable("acme.x");
  await host.activate("acme.x");
  expect(calls()).toContain("start 2.0.0");
});

test("the other version may be given by its folder; one without a plugin changes nothing", async () => {
  await using host = await openHost([version("1.0.0")]);
  await host.activate("acme.x");
  await host.update("acme.x", version("1.1.0"));
  expect(host.get("acme.x")).toMatchObject({ state: "running", source: "folder", manifest: { version: "1.1.0" } });
  expect(await failureOf(() => host.update("acme.x", "/nowhere"))).toMatch(/^VMP_PLUGIN_FOLDER_NOT_FOUND: /);
  expect(versionOf(host)).toBe("1.1.0");
});

test("two updates at once are done one after the other; another plugin, or the version that is there, is none", async () => {
  await using host = await openHost([version("1.0.0")]);
  await host.activate("acme.x");
  const [two, three] = [await record(version("2.0.0")), await record(version("3.0.0"))];
  await Promise.all([host.update("acme.x", two), host.update("acme.x", three)]);
  expect(versionOf(host)).toBe("3.0.0");
  const foreign = await record(version("9.0.0", "", {}, "acme.y"));
  expect(await failureOf(() => host.update("acme.x", foreign))).toMatch(/another plugin: acme\.y/);
  expect(await failureOf(() => host.update("acme.z", foreign))).toMatch(/^VMP_PLUGIN_NOT_FOUND: .*acme\.z/);
  expect(host.get("acme.x").state).toBe("running");
});

test("closing a host in the middle of an update leaves nothing running", async () => {
  const host = await openHost([version("1.0.0")]);
  await host.activate("acme.x");
  const updating = host.update("acme.x", await record(version("2.0.0")));
  await Promise.all([updating.catch(() => {}), host.close()]);
  const left = (verb: string) => calls().filter((call) => call.startsWith(verb)).length;
  expect(left("start")).toBe(left("stop"));
});

test("an update to another plugin that runs, or to the version that runs, stops neither", async () => {
  await using host = await openHost([version("1.0.0"), version("1.0.0", "", {}, "acme.y")]);
  await host.activate("acme.x");
  await host.activate("acme.y");
  const seen = states(host);
  const update = (id: string) => failureOf(() => host.update("acme.x", host.registry.get(id)));
  expect(await update("acme.y")).toMatch(/another plugin: acme\.y/);
  expect(await update("acme.x")).toMatch(/this version is there already/);
  expect(seen).toEqual([]);
  expect(host.list({ state: "running" })).toHaveLength(2);
});

/** Does `work` while the new version is being tried out. */
const meanwhile = (host: PluginManager, work: () => unknown) =>
  host.on("state", ({ version, operation }) => version.startsWith("2") && operation === "load" && work());

test("when the same version is registered meanwhile the update fails, and the old one stays registered", async () => {
  await using host = await openHost([version("1.0.0")]);
  await host.activate("acme.x");
  const [next, other] = [await record(version("2.0.0+b")), await record(version("2.0.0+a"))];
  meanwhile(host, () => host.register([other]));
  expect(await failureOf(() => host.update("acme.x", next))).toMatch(/^VMP_UPDATE_FAILED: .*there already/);
  expect(host.get("acme.x")).toMatchObject({ state: "running", manifest: { version: "1.0.0" } });
  expect(host.registry.versions("acme.x").map((one) => one.manifest.version)).toEqual(["2.0.0+a", "1.0.0"]);
  expect(calls()).toContain("stop 2.0.0+b");
});

test("a plugin that is taken out while it is updated does not come back", async () => {
  await using host = await openHost([version("1.0.0")]);
  await host.activate("acme.x");
  meanwhile(host, () => host.unregister("acme.x"));
  const next = await record(version("2.0.0", "start: () => new Promise((done) => setTimeout(done, 20)),"));
  expect(await failureOf(() => host.update("acme.x", next))).toMatch(/^VMP_UPDATE_FAILED: .*taken out/);
  expect(host.list()).toEqual([]);
  expect(calls()).toEqual(expect.arrayContaining(["stop 1.0.0", "stop 2.0.0"]));
});

test("what the version that runs of another plugin requires counts, not what its highest version does", async () => {
  const app = (number: string, range: string) =>
    plugin("app", { requires: [{ plugin: "acme.x", version: range }] }, "{}", { version: number });
  await using host = await openHost([version("1.0.0"), app("1.0.0", "^1.0")]);
  await host.activate("app");
  host.register([await record(app("2.0.0", ">=1"))]);
  const next = await record(version("2.0.0"));
  expect(await failureOf(() => host.update("acme.x", next))).toMatch(/^VMP_UPDATE_FAILED: .*app requires acme\.x \^1/);
});

test("a version without the point that another plugin requires of it is refused", async () => {
  const store = { provides: [{ point: "acme.store", name: "store", contract: "1.0" }] };
  const storing = `points: { "acme.store": { store: { create: () => ({ put() {} }) } } },`;
  const app = plugin("app", { requires: [{ point: "acme.store", version: "^1.0" }] });
  await using host = await openHost([version("1.0.0", storing, store), app]);
  const next = await record(version("2.0.0"));
  const refused = /^VMP_UPDATE_FAILED: .*app requires acme\.store \^1\.0/;
  expect(await failureOf(() => host.update("acme.x", next))).toMatch(refused);
  await host.activate("app");
  // Another one's would do for a plugin that does not hold this one yet.
  host.register([await record(version("1.0.0", storing, store, "acme.other"))]);
  expect(await failureOf(() => host.update("acme.x", next))).toMatch(refused);
  await host.unload("app");
  await host.update("acme.x", next);
  expect(versionOf(host)).toBe("2.0.0");
});

test("a plugin that failed holds nothing of what it requires, also after an update of that", async () => {
  const app = plugin("app", { requires: [{ plugin: "acme.x" }] }, "{ start() { throw new Error('broken'); } }");
  await using host = await openHost([version("1.0.0"), app]);
  for (let round = 0; round < 2; round++) await errorOf(() => host.activate("app"));
  await host.update("acme.x", await record(version("2.0.0")));
  await host.stop("acme.x");
  expect(calls()).toContain("stop 2.0.0");
});

test("what is activated while one of its requirements is updated holds the new version", async () => {
  const slow = plugin(
    "slow",
    {},
    `{ start: () => new Promise((done) => { calls.push("slow"); globalThis.go = done; }) }`,
  );
  const app = plugin("app", { requires: [{ plugin: "acme.x" }, { plugin: "slow" }] });
  await using host = await openHost([version("1.0.0"), slow, app]);
  await host.activate("acme.x");
  const seen = states(host);
  const activating = host.activate("app");
  await expect.poll(() => calls()).toContain("slow");
  await host.update("acme.x", await record(version("2.0.0")));
  await expect.poll(() => seen.at(-1)).toBe("1.0.0 unload unloaded");
  (globalThis as unknown as { go(): void }).go();
  await activating;
  expect(await failureOf(() => host.stop("acme.x"))).toMatch(/^VMP_PLUGIN_REQUIRED: .*required by app/);
});

test("a plugin that is updated while it waits for what it requires runs in its new version", async () => {
  const slow = plugin(
    "slow",
    {},
    `{ start: () => new Promise((done) => { calls.push("slow"); globalThis.go = done; }) }`,
  );
  const requires = { requires: [{ plugin: "slow" }] };
  await using host = await openHost([version("1.0.0", "", requires), slow]);
  const activating = host.activate("acme.x");
  await expect.poll(() => calls()).toContain("slow");
  const updating = host.update("acme.x", await record(version("2.0.0")));
  await updating;
  (globalThis as unknown as { go(): void }).go();
  await activating;
  expect(host.get("acme.x")).toMatchObject({ state: "running", manifest: { version: "2.0.0" } });
  expect(calls()).not.toContain("start 1.0.0");
});

test("an instance that goes over has the configuration of the new version, below its own", async () => {
  const saying = `points: { "debug.logger": { console: { create: ({ configuration: { a, b } }) => ({ log: () => void calls.push(a + b) }) } } },`;
  const withDefaults = (a: string) => ({
    ...logger,
    configuration: {
      type: "object",
      properties: { a: { type: "string", default: a }, b: { type: "string", default: "-" } },
    },
  });
  await using host = await openHost([version("1.0.0", saying, withDefaults("one"))]);
  const instance = await host.createInstance(host.choose("debug.logger"), { b: "!" });
  await host.update("acme.x", await record(version("2.0.0", saying, withDefaults("two"))));
  calls().length = 0;
  (instance.implementation as { log(record: unknown): void }).log({});
  expect(calls()).toEqual(["two!"]);
});

test("an instance that its plugin's stop has closed does not keep the old version", async () => {
  const clock = `points: { "device.virtual": { clock: { create: () => ({ regions: () => [], read: () => 1, write() {} }) } } },`;
  await using host = await openHost([version("1.0.0", clock, device)]);
  await host.createInstance(host.choose("device.virtual"));
  await host.stop("acme.x");
  expect(host.metrics("acme.x")).toMatchObject([{ instances: 0 }]);
  const seen = states(host);
  await host.update("acme.x", await record(version("2.0.0", clock, device)));
  await expect.poll(() => seen.at(-1)).toBe("1.0.0 unload unloaded");
});

test("the uptime is that of the version that is used, whatever becomes of the other", async () => {
  await using host = await openHost([version("1.0.0")]);
  await host.activate("acme.x");
  await errorOf(async () => host.update("acme.x", await record(version("2.0.0", "healthCheck: () => 1,"))));
  expect(host.metrics("acme.x")).toMatchObject([{ uptime: expect.any(Number) }]);
  const seen = states(host);
  await host.update("acme.x", await record(version("3.0.0")));
  await expect.poll(() => seen.at(-1)).toBe("1.0.0 unload unloaded");
  expect(host.metrics("acme.x")).toMatchObject([{ uptime: expect.any(Number) }]);
});

test("an update of a built-in plugin meets its own requirements, or is refused", async () => {
  const builtin = (id: string) => ({
    "package.json": packageJson({ id, type: "test", provides: [], entry: { module: "./index.ts" } }),
    "index.ts": `import { definePlugin } from "vm-plugin/sdk"; export default definePlugin({} as any);`,
  });
  const root = packageWith({ x: builtin("acme.x"), y: builtin("acme.y") });
  await writeBuiltinIndex(root, facts);
  await using host = await PluginManager.open({ packageRoot: root, native: recordedNative() });
  const next = await record(version("2.0.0", "", { requires: [{ plugin: "acme.y", version: "^9" }] }));
  expect(await failureOf(() => host.update("acme.x", next))).toMatch(/^VMP_UPDATE_FAILED: .*requires acme\.y \^9/);
});
