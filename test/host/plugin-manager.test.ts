import { join } from "node:path";
import { expect, test } from "vitest";
import { platform } from "../../src/host/manifest/manifest.ts";
import { errorOf } from "../support/errors.ts";
import {
  afterTimeOut,
  calls,
  failureOf,
  folderWith,
  loggerBody,
  loggerParts,
  openHost,
  packageJson,
  plugin,
  recordedNative,
} from "./support.ts";

const record = { level: "info", nanoseconds: 1n, source: "test", message: "hello" } as const;

interface Logger {
  log(entry: typeof record): void;
}
test("a TypeScript plugin of a folder is used without a build and without node_modules", async () => {
  const lines: string[] = [];
  const log = (level: string, source: string, message: string) => void lines.push(`${level} ${source} ${message}`);
  await using host = await openHost([plugin("acme.logger", loggerParts, loggerBody)], { log });
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
  await using host = await openHost([plugin("acme.logger", loggerParts, loggerBody)]);
  const make = () => host.createInstance(host.choose("debug.logger"), { prefix: "" });
  const [closed, stopped] = [await make(), (await make()).implementation as Logger];
  await closed.close();
  expect(await failureOf(() => (closed.implementation as Logger).log(record))).toMatch(/^VMP_REVOKED: /);
  await host.stop("acme.logger");
  expect(await failureOf(() => stopped.log(record))).toMatch(/^VMP_REVOKED: debug\.logger of plugin acme\.logger/);
  expect(calls()).not.toContain("hello");
  ((await make()).implementation as Logger).log(record);
  expect(calls()).toContain("hello");
});

test("an instance that the plugin refuses is told with the plugin's own code and leaves nothing", async () => {
  await using host = await openHost([plugin("acme.logger", loggerParts, loggerBody)]);
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
    await using host = await openHost([plugin("acme.logger", loggerParts, body(made))]);
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
  await using host = await openHost([plugin("acme.logger", loggerParts, body)]);
  const failure = await afterTimeOut("create", () => host.createInstance(host.choose("debug.logger")));
  expect(failure).toMatch(
    /^VMP_TIMED_OUT: making debug\.logger console of plugin acme\.logger did not finish in 10000 ms/,
  );
  await new Promise(setImmediate);
  expect(calls()).toEqual(["create", "destroy"]);
});

test("a host that counts tells how an instance was called", async () => {
  await using host = await openHost([plugin("acme.logger", loggerParts, loggerBody)], { counted: true });
  const instance = await host.createInstance(host.choose("debug.logger"), { prefix: "" });
  for (let call = 0; call < 3; call++) (instance.implementation as Logger).log(record);
  expect(instance.statistics()).toMatchObject({ calls: 3, errors: 0 });
});

test("nothing of a plugin is loaded until it is used", async () => {
  await using host = await openHost([plugin("acme.broken", {}, "(() => { throw new Error('loaded'); })()")]);
  expect(host.list().map((info) => info.state)).toEqual(["unloaded"]);
  expect(await failureOf(() => host.activate("acme.broken"))).toMatch(/^VMP_MODULE_FAILED: .*loaded/);
  expect(host.get("acme.broken")).toMatchObject({ state: "error", error: { code: "VMP_MODULE_FAILED" } });
});

test("a plugin without the inline tier is passed over by choice and refused by name", async () => {
  await using host = await openHost([plugin("acme.logger", { ...loggerParts, tiers: ["process", "vm"] }, loggerBody)]);
  expect(await failureOf(() => host.choose("debug.logger"))).toMatch(/^VMP_NO_IMPLEMENTATION: .*inline tier/);
  expect(await failureOf(() => host.activate("acme.logger"))).toMatch(/^VMP_PLUGIN_TIER_REFUSED: .*process, vm/);
});

test("a plugin that failed is passed over by the next choice", async () => {
  const failing = plugin(
    "acme.first",
    { provides: [{ ...loggerParts.provides[0], priority: 9 }] },
    `{ start() { throw 1; }, points: { "debug.logger": { console: { create: () => ({ log() {} }) } } } }`,
  );
  await using host = await openHost([failing, plugin("acme.logger", loggerParts, loggerBody)]);
  const first = host.choose("debug.logger");
  expect(first.plugin.manifest.id).toBe("acme.first");
  await errorOf(() => host.createInstance(first));
  expect(host.choose("debug.logger").plugin.manifest.id).toBe("acme.logger");
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
  await using host = await openHost([folder], { native: recordedNative(seen) });
  const { native, release } = await host.hold("acme.native");
  expect(native).toMatchObject({ id: "acme.native", path: join(folder, "lib/x.node") });
  release();
  expect(seen).toEqual(["load acme.native", "initialize acme.native", "start acme.native"]);
});

test("a library that does not exist, and a platform without one, are told", async () => {
  const native = (files: Record<string, string>) =>
    folderWith({ "package.json": packageJson({ id: "n", engines: { vm: "*", abi: "*" }, entry: { native: files } }) });
  await using missing = await openHost([native({ [platform]: "x.node" })]);
  expect(await failureOf(() => missing.activate("n"))).toMatch(/^VMP_NATIVE_LIBRARY_NOT_FOUND: .*x\.node/);
  await using foreign = await openHost([native({ "aix-ppc64": "x.node" })]);
  expect(await failureOf(() => foreign.activate("n"))).toMatch(/^VMP_PLUGIN_NO_ENTRY: .*aix-ppc64/);
});

test("an unknown plugin or point is answered with the nearest", async () => {
  await using host = await openHost([plugin("acme.logger", loggerParts, loggerBody)]);
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
  const failure = await failureOf(() => openHost([first, second]));
  expect(failure).toMatch(/^VMP_PLUGIN_DUPLICATE_ID: /);
  expect(failure).toContain(`${first} and ${second}`);
});

test("there is one state: whoever asks while an event is told hears what the event says", async () => {
  await using host = await openHost([plugin("a", { requires: [{ plugin: "b" }] }), plugin("b")]);
  const seen: string[] = [];
  host.on("state", ({ plugin, operation, to, disabled }) => {
    const listed = host.list().find((info) => info.manifest.id === plugin);
    seen.push(`${plugin} ${operation}`);
    expect([host.get(plugin).state, listed?.state]).toEqual([to, to]);
    expect([host.get(plugin).disabled, listed?.disabled]).toEqual([disabled, disabled]);
    expect(host.list({ state: to }).map((info) => info.manifest.id)).toContain(plugin);
    expect(host.metrics(plugin)[0]?.uptime === undefined).toBe(to !== "running");
  });
  const warnings: Error[] = [];
  const warned = (warning: Error) => warnings.push(warning);
  process.on("warning", warned);
  await host.activate("a");
  await host.disable("b", { dependents: true });
  await host.enable("b");
  await new Promise(setImmediate);
  process.off("warning", warned);
  expect(warnings).toEqual([]);
  expect(seen.length).toBeGreaterThan(10);
});
