import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { writeBuiltinIndex } from "../../src/host/builtin-index.ts";
import type { StateEvent } from "../../src/host/lifecycle.ts";
import { platform } from "../../src/host/manifest.ts";
import { PluginHost, type PluginHostOptions } from "../../src/host/plugin-host.ts";
import {
  errorOf,
  facts,
  failureOf,
  folderWith,
  type ManifestParts,
  packageJson,
  packageWith,
  recordedNative,
} from "./support.ts";

/** A module plugin in a folder of its own; `body` is what definePlugin gets. */
function plugin(id: string, parts: ManifestParts = {}, body = "{}", npm: ManifestParts = {}): string {
  return folderWith({
    "package.json": packageJson({ id, type: "test", provides: [], ...parts }, npm),
    "index.ts": `import { definePlugin, PluginError } from "vm-plugin/sdk";
const calls: string[] = ((globalThis as any).calls ??= []);
void PluginError;
export default definePlugin(${body} as any);`,
  });
}

/** What the plugins of a test wrote down. */
function calls(): string[] {
  const scope = globalThis as { calls?: string[] };
  scope.calls ??= [];
  return scope.calls;
}

const noting = (id: string) =>
  `{ ${["initialize", "start", "stop", "cleanup"].map((name) => `${name}: async () => { await null; calls.push("${name} ${id}"); }`).join(", ")} }`;

const loggerBody = `{ points: { "debug.logger": { console: {
  create: ({ name, configuration, log, signal }) => {
    if (configuration.fail) throw new PluginError("NO_TERMINAL", "there is no terminal");
    log.info("made " + name);
    signal.addEventListener("abort", () => calls.push("abort"));
    return { seen: [], log(record) { calls.push(configuration.prefix + record.message); return this; } };
  },
  validateConfiguration: (configuration) => {
    if (configuration.prefix === undefined) throw new PluginError("NO_PREFIX", "prefix is missing");
  },
  destroy: () => void calls.push("destroy"),
} } } }`;
const loggerParts = { provides: [{ point: "debug.logger", name: "console", contract: "1.0", priority: 5 }] };

async function open(plugins: string[], options: Partial<PluginHostOptions> = {}): Promise<PluginHost> {
  calls().length = 0;
  const root = packageWith({});
  await writeBuiltinIndex(root, facts);
  return PluginHost.open({ packageRoot: root, native: recordedNative(), plugins, ...options });
}

/** The failure of `work` when the time-out strikes while a plugin's method hangs, after it noted `call`. */
async function afterTimeOut(call: string, work: () => Promise<unknown>): Promise<string> {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const failure = failureOf(work);
    while (!calls().includes(call)) await new Promise(setImmediate);
    vi.advanceTimersByTime(10_000);
    return await failure;
  } finally {
    vi.useRealTimers();
  }
}

const record = { level: "info", nanoseconds: 1n, source: "test", message: "hello" } as const;

interface Logger {
  log(entry: typeof record): void;
}

test("a TypeScript plugin of a folder is used without a build and without node_modules", async () => {
  const lines: string[] = [];
  const log = (level: string, source: string, message: string) => void lines.push(`${level} ${source} ${message}`);
  await using host = await open([plugin("acme.logger", loggerParts, loggerBody)], { log });
  const instance = await host.createInstance(host.choose("debug.logger"), { prefix: "> " });
  expect(instance).toMatchObject({ plugin: "acme.logger", point: "debug.logger", name: "console" });
  (instance.implementation as Logger).log(record);
  expect(calls()).toEqual(["> hello"]);
  expect(lines).toEqual(["info acme.logger made console"]);
  await instance.close();
  await instance.close();
  expect(calls()).toEqual(["> hello", "abort", "destroy"]);
});

test("an instance that was closed, or whose plugin was stopped, is not called any more", async () => {
  await using host = await open([plugin("acme.logger", loggerParts, loggerBody)]);
  const make = () => host.createInstance(host.choose("debug.logger"), { prefix: "" });
  const closed = (await make()).implementation as Logger;
  await (await make()).close();
  const stopped = closed;
  await host.stop("acme.logger");
  expect(await failureOf(() => stopped.log(record))).toMatch(/^VMP_REVOKED: debug\.logger of plugin acme\.logger/);
  expect(calls()).not.toContain("hello");
  ((await make()).implementation as Logger).log(record);
  expect(calls()).toContain("hello");
});

test("an instance that the plugin refuses is told with the plugin's own code and leaves nothing", async () => {
  await using host = await open([plugin("acme.logger", loggerParts, loggerBody)]);
  const logger = host.choose("debug.logger");
  expect(await failureOf(() => host.createInstance(logger, {}))).toMatch(
    /^VMP_CONFIGURATION_REFUSED: .*prefix is missing/,
  );
  const failed = await errorOf(() => host.createInstance(logger, { prefix: "", fail: true }));
  expect(failed.code).toBe("VMP_INSTANCE_FAILED");
  expect(failed.cause).toMatchObject({ code: "acme.logger/NO_TERMINAL", message: "there is no terminal" });
  expect(host.get("acme.logger").state).toBe("running");
});

test("an implementation without a method that its contract has, or that is no object, is refused", async () => {
  const body = (made: string) => `{ points: { "debug.logger": { console: { create: () => (${made}) } } } }`;
  for (const [made, reason] of [
    ["{}", /no method log/],
    ["{ log: 1 }", /no method log/],
    ["undefined", /no object/],
    ["'text'", /no object/],
  ] as const) {
    await using host = await open([plugin("acme.logger", loggerParts, body(made))]);
    const failure = await failureOf(() => host.createInstance(host.choose("debug.logger")));
    expect(failure).toMatch(/^VMP_INSTANCE_SHAPE: /);
    expect(failure).toMatch(reason);
  }
});

test("a factory that never ends is given up, and what it makes too late is destroyed", async () => {
  const body = `{ points: { "debug.logger": { console: {
    create: ({ signal }) => new Promise((resolve) => {
      calls.push("create");
      signal.addEventListener("abort", () => resolve({ log() {} }));
    }),
    destroy: () => void calls.push("destroy"),
  } } } }`;
  await using host = await open([plugin("acme.logger", loggerParts, body)]);
  const failure = await afterTimeOut("create", () => host.createInstance(host.choose("debug.logger")));
  expect(failure).toMatch(
    /^VMP_TIMED_OUT: making debug\.logger console of plugin acme\.logger did not finish in 10000 ms/,
  );
  await new Promise(setImmediate);
  expect(calls()).toEqual(["create", "destroy"]);
});

test("a host that counts tells how an instance was called", async () => {
  await using host = await open([plugin("acme.logger", loggerParts, loggerBody)], { counted: true });
  const instance = await host.createInstance(host.choose("debug.logger"), { prefix: "" });
  for (let call = 0; call < 3; call++) (instance.implementation as Logger).log(record);
  expect(instance.statistics()).toMatchObject({ calls: 3, errors: 0 });
});

test("nothing of a plugin is loaded until it is used", async () => {
  await using host = await open([plugin("acme.broken", {}, "(() => { throw new Error('loaded'); })()")]);
  expect(host.list().map((info) => info.state)).toEqual(["unloaded"]);
  expect(await failureOf(() => host.activate("acme.broken"))).toMatch(/^VMP_MODULE_FAILED: .*loaded/);
  expect(host.get("acme.broken")).toMatchObject({ state: "error", error: { code: "VMP_MODULE_FAILED" } });
});

test("a plugin without the inline tier is passed over by choice and refused by name", async () => {
  await using host = await open([plugin("acme.logger", { ...loggerParts, tiers: ["process", "vm"] }, loggerBody)]);
  expect(await failureOf(() => host.choose("debug.logger"))).toMatch(/^VMP_NO_IMPLEMENTATION: .*inline tier/);
  expect(await failureOf(() => host.activate("acme.logger"))).toMatch(/^VMP_PLUGIN_TIER_REFUSED: .*process, vm/);
});

test("what a plugin requires is started before it and stopped after it", async () => {
  const requires = (...ids: string[]) => ({ requires: ids.map((id) => ({ plugin: id })) });
  const host = await open([
    plugin("acme.app", requires("acme.left", "acme.right"), noting("app")),
    plugin("acme.left", requires("acme.base"), noting("left")),
    plugin("acme.right", requires("acme.base"), noting("right")),
    plugin("acme.base", {}, noting("base")),
    plugin("acme.other", {}, noting("other")),
  ]);
  await Promise.all([host.activate("acme.app"), host.activate("acme.right"), host.activate("acme.app")]);
  const started = calls().filter((call) => call.startsWith("start"));
  expect(started[0]).toBe("start base");
  expect(started.slice(1, 3).sort()).toEqual(["start left", "start right"]);
  expect(started[3]).toBe("start app");
  expect(started).toHaveLength(4);
  expect(await failureOf(() => host.stop("acme.base"))).toMatch(
    /^VMP_PLUGIN_REQUIRED: .*acme\.base is required by acme\.(left, acme\.right|right, acme\.left)/,
  );
  calls().length = 0;
  await host.close();
  const stopped = calls().filter((call) => call.startsWith("stop"));
  expect([stopped[0], stopped[3]]).toEqual(["stop app", "stop base"]);
  expect(stopped).toHaveLength(4);
});

test("a requirement whose version is not in the range is told before anything starts", async () => {
  const base = () => plugin("base", {}, noting("base"), { version: "1.4.0" });
  await using host = await open([plugin("app", { requires: [{ plugin: "base", version: "^2.0" }] }), base()]);
  expect(await failureOf(() => host.activate("app"))).toMatch(/^VMP_DEPENDENCY_VERSION: .*base \^2\.0, found 1\.4\.0/);
  expect(calls()).toEqual([]);
  await using other = await open([plugin("app", { requires: [{ plugin: "base", version: "^1.2" }] }), base()]);
  await other.activate("app");
  expect(calls()).toContain("start base");
});

test("a plugin can be stopped once those that required it have ended", async () => {
  await using host = await open([plugin("a", { requires: [{ plugin: "b" }] }), plugin("b")]);
  await host.activate("a");
  await host.stop("a");
  await host.stop("b");
  await host.activate("a");
  expect(host.list({ state: "running" })).toHaveLength(2);
  await host.unload("a");
  await host.unload("b");
});

test("when a requirement fails the plugin is not started, when an optional one fails it is", async () => {
  const broken = () => plugin("broken", {}, `{ start() { throw new PluginError("NO_LICENSE", "no license"); } }`);
  await using host = await open([plugin("needs", { requires: [{ plugin: "broken" }] }), broken()]);
  const failure = await errorOf(() => host.activate("needs"));
  expect(failure).toMatchObject({ code: "VMP_LIFECYCLE_FAILED", cause: { code: "broken/NO_LICENSE" } });
  expect(host.get("needs").state).toBe("unloaded");
  await using other = await open([plugin("likes", { requires: [{ plugin: "broken", optional: true }] }), broken()]);
  await other.activate("likes");
  expect(other.get("likes").state).toBe("running");
});

test("a method that hangs leads to error with the plugin and the method named", async () => {
  const body = `{ initialize: ({ signal }) => { signal.addEventListener("abort", () => calls.push("abandoned")); },
    start: () => new Promise(() => { calls.push("start"); }) }`;
  await using host = await open([plugin("acme.slow", {}, body)]);
  expect(await afterTimeOut("start", () => host.activate("acme.slow"))).toMatch(
    /^VMP_LIFECYCLE_TIMED_OUT: plugin acme\.slow did not finish start in 10000 ms/,
  );
  expect(host.get("acme.slow").state).toBe("error");
  expect(calls()).toEqual(["start", "abandoned"]);
  await host.unload("acme.slow");
  expect(host.get("acme.slow")).toMatchObject({ state: "unloaded", error: undefined });
});

test("disabling a required plugin says who requires it, or takes them along when told to", async () => {
  await using host = await open([
    plugin("a", { requires: [{ plugin: "b" }] }),
    plugin("b", { requires: [{ plugin: "c" }] }),
    plugin("c"),
  ]);
  await host.activate("a");
  expect(await failureOf(() => host.disable("c"))).toMatch(/^VMP_PLUGIN_REQUIRED: plugin c is required by b/);
  expect(host.get("c")).toMatchObject({ state: "running", disabled: false });
  await host.disable("c", { dependents: true });
  expect(host.list().map((info) => [info.state, info.disabled])).toEqual(Array(3).fill(["unloaded", true]));
  expect(await failureOf(() => host.activate("a"))).toMatch(/^VMP_PLUGIN_DISABLED: /);
  await host.enable("c");
  expect(host.get("c").state).toBe("running");
});

test("enable brings a plugin back only if it ran, and needs those that it requires", async () => {
  await using host = await open([plugin("a", { requires: [{ plugin: "b" }] }), plugin("b")]);
  await host.disable("b");
  await host.enable("b");
  expect(host.get("b").state).toBe("unloaded");
  await host.activate("a");
  await host.disable("b", { dependents: true });
  expect(await failureOf(() => host.enable("a"))).toMatch(/^VMP_PLUGIN_DISABLED: plugin b/);
});

test("a plugin that an earlier host disabled is passed over and not loaded", async () => {
  const disabled = new Set(["acme.logger"]);
  await using host = await open([plugin("acme.logger", loggerParts, loggerBody)], { disabled });
  expect(await failureOf(() => host.choose("debug.logger"))).toMatch(
    /^VMP_NO_IMPLEMENTATION: .*its plugin is disabled/,
  );
  await host.enable("acme.logger");
  expect(disabled.size).toBe(0);
  expect(host.choose("debug.logger").name).toBe("console");
});

test("a plugin that failed is passed over by the next choice", async () => {
  const failing = plugin(
    "acme.first",
    { provides: [{ ...loggerParts.provides[0], priority: 9 }] },
    `{ start() { throw 1; }, points: { "debug.logger": { console: { create: () => ({ log() {} }) } } } }`,
  );
  await using host = await open([failing, plugin("acme.logger", loggerParts, loggerBody)]);
  const first = host.choose("debug.logger");
  expect(first.plugin.manifest.id).toBe("acme.first");
  await errorOf(() => host.createInstance(first));
  expect(host.choose("debug.logger").plugin.manifest.id).toBe("acme.logger");
});

test("a plugin that is held is not stopped until it is let go", async () => {
  await using host = await open([plugin("a")]);
  const release = await host.hold("a");
  expect(await failureOf(() => host.stop("a"))).toMatch(/^VMP_PLUGIN_IN_USE: /);
  release();
  await host.stop("a");
});

test("every change of state is heard, also when a listener throws", async () => {
  await using host = await open([plugin("a")]);
  const events: StateEvent[] = [];
  const warned = new Promise<Error>((resolve) => process.once("warning", resolve));
  host.on("state", () => {
    throw new Error("a listener's own");
  });
  const off = host.on("state", (event) => void events.push(event));
  await host.activate("a");
  off();
  await host.stop("a");
  expect(events.map((event) => `${event.plugin} ${event.to}`)).toEqual(["a loaded", "a initialized", "a running"]);
  expect((await warned).message).toBe("a listener's own");
});

test("startup plugins are activated on demand, all of them, and the first failure is told", async () => {
  await using host = await open([
    plugin("broken", { activation: "startup" }, "{ start() { throw new Error('no'); } }"),
    plugin("fine", { activation: "startup" }),
    plugin("lazy"),
  ]);
  expect(await failureOf(() => host.activateStartup())).toMatch(/^VMP_LIFECYCLE_FAILED: plugin broken/);
  expect(host.list().map((info) => info.state)).toEqual(["error", "running", "unloaded"]);
});

test("the configuration of a plugin reaches initialize, and a change is offered to it", async () => {
  const body = `{ initialize: ({ id, configuration }) => void calls.push(id + " " + configuration.level),
    configurationChanged: ({ level }) => { if (level === "loud") throw new PluginError("NO_SUCH_LEVEL", "no level loud"); calls.push("now " + level); } }`;
  await using host = await open([plugin("a", {}, body)], { configuration: () => ({ level: "info" }) });
  await host.activate("a");
  await host.configure("a", { level: "debug" });
  expect(await failureOf(() => host.configure("a", { level: "loud" }))).toMatch(
    /^VMP_CONFIGURATION_REFUSED: .*no level loud/,
  );
  expect(calls()).toEqual(["a info", "now debug"]);
});

test("health is asked of the plugin, and what is no health is its failure", async () => {
  const health = (what: string) => `{ healthCheck: async () => (${what}) }`;
  await using host = await open([
    plugin("well", {}, health(`{ status: "degraded", message: "slow disk" }`)),
    plugin("silent"),
    plugin("odd", {}, health("'fine'")),
  ]);
  expect(await host.healthCheck("well")).toEqual({ status: "degraded", message: "slow disk" });
  expect(await host.healthCheck("silent")).toBeUndefined();
  expect(await failureOf(() => host.healthCheck("odd"))).toMatch(
    /^VMP_LIFECYCLE_FAILED: plugin odd failed in healthCheck/,
  );
});

test("a native plugin is loaded through the addon by its real path", async () => {
  const folder = folderWith({
    "package.json": packageJson({
      id: "acme.native",
      engines: { vm: "*", abi: "^1.0" },
      entry: { native: { [platform]: "lib/x.node" } },
    }),
    "lib/x.node": "",
  });
  const seen: string[] = [];
  await using host = await open([folder], { native: recordedNative(seen) });
  expect((await host.activate("acme.native")).native).toMatchObject({
    id: "acme.native",
    path: join(folder, "lib/x.node"),
  });
  expect(seen).toEqual(["load acme.native", "initialize acme.native", "start acme.native"]);
});

test("a library that does not exist, and a platform without one, are told", async () => {
  const native = (files: Record<string, string>) =>
    folderWith({ "package.json": packageJson({ id: "n", engines: { vm: "*", abi: "*" }, entry: { native: files } }) });
  await using missing = await open([native({ [platform]: "x.node" })]);
  expect(await failureOf(() => missing.activate("n"))).toMatch(/^VMP_NATIVE_LIBRARY_NOT_FOUND: .*x\.node/);
  await using foreign = await open([native({ "aix-ppc64": "x.node" })]);
  expect(await failureOf(() => foreign.activate("n"))).toMatch(/^VMP_PLUGIN_NO_ENTRY: .*aix-ppc64/);
});

test("an unknown plugin or point is answered with the nearest", async () => {
  await using host = await open([plugin("acme.logger", loggerParts, loggerBody)]);
  expect(await failureOf(() => host.activate("acme.loger"))).toMatch(
    /^VMP_PLUGIN_NOT_FOUND: .*Did you mean "acme\.logger"\?/,
  );
  expect(await failureOf(() => host.choose("debug.loger"))).toMatch(
    /^VMP_POINT_UNKNOWN: .*Did you mean "debug\.logger"\?/,
  );
  expect(await failureOf(() => host.choose("gc.algorithm"))).toMatch(/^VMP_NO_IMPLEMENTATION: /);
});

test("two folders with one id are refused and both are named", async () => {
  const [first, second] = [plugin("twin"), plugin("twin")];
  const failure = await failureOf(() => open([first, second]));
  expect(failure).toMatch(/^VMP_PLUGIN_DUPLICATE_ID: /);
  expect(failure).toContain(`${first} and ${second}`);
});

test("a closed host starts nothing, and closing it again does nothing", async () => {
  const host = await open([plugin("a", {}, noting("a"))]);
  const starting = host.activate("a");
  await host.close();
  await host.close();
  await starting.catch(() => {});
  expect(host.get("a").state).toBe("unloaded");
  expect((await errorOf(() => host.activate("a"))).code).toBe("VMP_HOST_CLOSED");
});

test("closing unloads every plugin even if one refuses, and tells of that one", async () => {
  const host = await open([plugin("stuck", {}, "{ stop() { throw new Error('no'); } }"), plugin("fine")]);
  await host.activate("stuck");
  await host.activate("fine");
  expect(await failureOf(() => host.close())).toMatch(/^VMP_LIFECYCLE_FAILED: plugin stuck failed in stop/);
  expect(host.get("fine").state).toBe("unloaded");
});
