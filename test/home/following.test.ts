/** What is done in a home by others reaches the hosts that run. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { chmodSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FileStore } from "../../src/config/file-store.ts";
import { ConfigurationManager } from "../../src/config/manager.ts";
import { changeState } from "../../src/host/home/change-state.ts";
import { disable, enable, setDisabled } from "../../src/host/home/disable.ts";
import type { Home } from "../../src/host/home/home.ts";
import { type HostReport, liveHosts, waitForHosts } from "../../src/host/home/hosts.ts";
import { install } from "../../src/host/home/install.ts";
import { stage } from "../../src/host/home/stage.ts";
import { readState } from "../../src/host/home/state.ts";
import { uninstall } from "../../src/host/home/uninstall.ts";
import { commitUpdate } from "../../src/host/home/update.ts";
import type { PluginManager } from "../../src/host/plugin-manager.ts";
import { calls, facts, openHost, plugin } from "../host/support.ts";
import { freshHome } from "./support.ts";

const others: never[] = [];

function contextOf(home: Home) {
  return { facts, others, store: new FileStore({ folder: home.configurationFolder }) };
}

const schema = { type: "object", properties: { level: { type: "string" }, depth: { type: "integer", default: 3 } } };

/** Notes what it is told, with its version, and refuses the level "loud". */
const noting = (version: string, more = "") => `{
  initialize: ({ configuration }) => void calls.push("initialize ${version} " + JSON.stringify(configuration)),
  configurationChanged: (configuration) => {
    if (configuration.level === "loud") throw new PluginError("NO_SUCH_LEVEL", "no level loud");
    calls.push("changed ${version} " + JSON.stringify(configuration));
  },
  stop: () => void calls.push("stop ${version}"), ${more}
}`;

const source = (version: string, more = "", id = "acme.x") =>
  plugin(id, { configuration: schema }, noting(version, more), { version });

/** What another process does. */
async function updateTo(home: Home, folder: string): Promise<void> {
  using staged = await stage(home, folder, facts);
  const { id } = staged.record.manifest;
  await commitUpdate(home, id, staged, readState(home).plugins[id]?.hash ?? "", contextOf(home));
}

/** A host that has taken over all that is in the home. */
async function hostOf(home: Home, plugins: string[] = []): Promise<{ host: PluginManager; lines: string[] }> {
  const lines: string[] = [];
  const log = (level: string, source: string, message: string) => void lines.push(`${level} ${source} ${message}`);
  const host = await openHost(plugins, { home: home.path, log });
  await expect.poll(() => liveHosts(home).length).toBe(1);
  await settled(home);
  return { host, lines };
}

/** Until every host has done what the state says; answers what it says. */
async function settled(home: Home): Promise<HostReport | undefined> {
  const { revision } = readState(home);
  expect(await waitForHosts(home, (report) => report.stateRevision >= revision, 60_000)).toEqual([]);
  return liveHosts(home)[0];
}

/** The configurations of the home, as another process changes them. */
function configurationsOf(home: Home): ConfigurationManager {
  const { store } = contextOf(home);
  return new ConfigurationManager({ store, describe: () => ({ version: "1.0.0", schema }) });
}

test("a plugin that is installed can be used by a host that runs, and one that is uninstalled no longer", async () => {
  const home = freshHome();
  const { host } = await hostOf(home);
  await using _ = host;
  await install(home, source("1.0.0"), contextOf(home));
  await settled(home);
  expect(host.get("acme.x")).toMatchObject({ source: "installed", state: "unloaded" });
  await host.activate("acme.x");
  expect(calls()).toEqual(['initialize 1.0.0 {"depth":3}']);
  await uninstall(home, "acme.x", contextOf(home));
  await settled(home);
  expect(host.list()).toEqual([]);
  await expect.poll(() => calls().at(-1)).toBe("stop 1.0.0");
});

test("an update reaches a plugin that runs, which is replaced without being stopped first", async () => {
  const home = freshHome();
  await install(home, source("1.0.0"), contextOf(home));
  const { host } = await hostOf(home);
  await using _ = host;
  await host.activate("acme.x");
  await updateTo(home, source("1.1.0"));
  const report = await settled(home);
  expect(host.get("acme.x")).toMatchObject({ state: "running", manifest: { version: "1.1.0" } });
  await expect.poll(() => calls().at(-1)).toBe("stop 1.0.0");
  expect(calls()).toEqual(['initialize 1.0.0 {"depth":3}', 'initialize 1.1.0 {"depth":3}', "stop 1.0.0"]);
  expect(report?.plugins["acme.x"]).toMatchObject({ version: "1.1.0", state: "running" });
  expect(report?.plugins["acme.x"]?.refused).toBeUndefined();
});

test("an update that comes while the plugin is being started replaces it all the same", async () => {
  const home = freshHome();
  const slow = `start: () => new Promise((resolve) => { calls.push("starting"); globalThis.letStart = resolve; }),`;
  await install(home, source("1.0.0", slow), contextOf(home));
  const { host } = await hostOf(home);
  await using _ = host;
  const starting = host.activate("acme.x");
  await expect.poll(() => calls()).toContain("starting");
  await updateTo(home, source("1.1.0"));
  await expect.poll(() => calls().some((call) => call.startsWith("initialize 1.1.0"))).toBe(true);
  (globalThis as { letStart?: () => void }).letStart?.();
  await starting;
  await settled(home);
  expect(host.get("acme.x")).toMatchObject({ state: "running", manifest: { version: "1.1.0" } });
});

test("an update that the running host cannot start is refused there, and the old version goes on", async () => {
  const home = freshHome();
  await install(home, source("1.0.0"), contextOf(home));
  const { host, lines } = await hostOf(home);
  await using _ = host;
  await host.activate("acme.x");
  await updateTo(home, source("2.0.0", `start() { throw new PluginError("NO_LICENCE", "no licence"); }`));
  const report = await settled(home);
  expect(host.get("acme.x")).toMatchObject({ state: "running", manifest: { version: "1.0.0" } });
  expect(report?.plugins["acme.x"]).toMatchObject({
    version: "1.0.0",
    refused: { what: "update", reason: expect.stringContaining("no licence") },
  });
  expect(lines.join("\n")).toContain("acme.x was not updated from 1.0.0 to 2.0.0");
});

test("a plugin that is not loaded is exchanged without being run", async () => {
  const home = freshHome();
  await install(home, source("1.0.0"), contextOf(home));
  const { host } = await hostOf(home);
  await using _ = host;
  await updateTo(home, source("2.0.0"));
  await settled(home);
  expect(host.get("acme.x")).toMatchObject({ state: "unloaded", manifest: { version: "2.0.0" } });
  expect(calls()).toEqual([]);
});

test("a plugin that is disabled is stopped in a host that runs, and comes back when it is enabled", async () => {
  const home = freshHome();
  await install(home, source("1.0.0"), contextOf(home));
  const { host } = await hostOf(home);
  await using _ = host;
  await host.activate("acme.x");
  await disable(home, "acme.x", contextOf(home));
  await settled(home);
  expect(host.get("acme.x")).toMatchObject({ state: "unloaded", disabled: true });
  await enable(home, "acme.x", contextOf(home));
  await settled(home);
  expect(host.get("acme.x")).toMatchObject({ state: "running", disabled: false });
});

test("a plugin that is in use when it is disabled gets no new user, and is stopped when it is let go", async () => {
  const home = freshHome();
  await install(home, source("1.0.0"), contextOf(home));
  const { host } = await hostOf(home);
  await using _ = host;
  const { release } = await host.hold("acme.x");
  await disable(home, "acme.x", contextOf(home));
  await settled(home);
  expect(host.get("acme.x")).toMatchObject({ state: "running", disabled: true });
  release();
  await expect.poll(() => host.get("acme.x").state).toBe("unloaded");
});

test("a plugin that nobody installed is disabled and enabled again, too", async () => {
  const home = freshHome();
  const { host } = await hostOf(home, [source("1.0.0")]);
  await using _ = host;
  await host.activate("acme.x");
  await setDisabled(home, "acme.x", true);
  await settled(home);
  expect(host.get("acme.x")).toMatchObject({ source: "folder", state: "unloaded", disabled: true });
  await setDisabled(home, "acme.x", false);
  await settled(home);
  expect(host.get("acme.x")).toMatchObject({ state: "running", disabled: false });
});

test("a plugin that is enabled again while the host still stops it runs again, and stays enabled for all", async () => {
  const home = freshHome();
  const slow = plugin(
    "acme.x",
    {},
    `{
    start: () => void calls.push("start"),
    stop: async () => { calls.push("stop"); await new Promise((resolve) => setTimeout(resolve, 300)); },
  }`,
  );
  await install(home, slow, contextOf(home));
  const { host } = await hostOf(home);
  await using _ = host;
  await host.activate("acme.x");
  await disable(home, "acme.x", contextOf(home));
  await expect.poll(() => calls().at(-1)).toBe("stop");
  await enable(home, "acme.x", contextOf(home));
  await settled(home);
  expect(readState(home).disabled).toEqual([]);
  expect(host.get("acme.x")).toMatchObject({ state: "running", disabled: false });
});

test("a plugin that is installed and disabled at once is disabled in a host that runs", async () => {
  const home = freshHome();
  const { host } = await hostOf(home);
  await using _ = host;
  using staged = await stage(home, source("1.0.0"), facts);
  const { version, hash, manifestHash } = staged;
  const installed = new Date().toISOString();
  await changeState(home, (state) => ({
    ...state,
    plugins: { "acme.x": { id: "acme.x", version, hash, manifestHash, installed } },
    disabled: ["acme.x"],
  }));
  await settled(home);
  expect(host.get("acme.x")).toMatchObject({ state: "unloaded", disabled: true });
  await expect(host.activate("acme.x")).rejects.toMatchObject({ code: "VMP_PLUGIN_DISABLED" });
});

test("a plugin that can do without one that is disabled goes on without it, and is not disabled itself", async () => {
  const home = freshHome();
  const requires = [{ plugin: "acme.x", version: "*", optional: true }];
  await install(home, plugin("acme.y", { requires }, noting("of y")), contextOf(home));
  await install(home, source("1.0.0"), contextOf(home));
  const { host } = await hostOf(home);
  await using _ = host;
  await host.activate("acme.y");
  expect(host.get("acme.x").state).toBe("running");
  expect(await disable(home, "acme.x", contextOf(home))).toEqual(["acme.x"]);
  const { revision } = readState(home);
  await settled(home);
  expect(readState(home).revision).toBe(revision);
  await expect.poll(() => host.get("acme.y")).toMatchObject({ state: "running", disabled: false });
  expect(host.get("acme.x")).toMatchObject({ state: "unloaded", disabled: true });
  expect(readState(home).disabled).toEqual(["acme.x"]);
});

test("a disabled plugin that is uninstalled is not started for it", async () => {
  const home = freshHome();
  await install(home, source("1.0.0"), contextOf(home));
  const { host, lines } = await hostOf(home);
  await using _ = host;
  await host.activate("acme.x");
  await disable(home, "acme.x", contextOf(home));
  await settled(home);
  await uninstall(home, "acme.x", contextOf(home));
  await settled(home);
  expect(calls()).toEqual(['initialize 1.0.0 {"depth":3}', "stop 1.0.0"]);
  expect(host.list()).toEqual([]);
  expect(lines).toEqual([]);
});

test("a plugin that fails when it is disabled is disabled all the same", async () => {
  const home = freshHome();
  await install(home, source("1.0.0", `disable() { throw new PluginError("NO", "not now"); },`), contextOf(home));
  const { host, lines } = await hostOf(home);
  await using _ = host;
  await host.activate("acme.x");
  await disable(home, "acme.x", contextOf(home));
  await settled(home);
  expect(host.get("acme.x").disabled).toBe(true);
  expect(lines.join("\n")).toContain("not now");
});

test("an update that was refused is taken when it is asked for again and works, and nothing is refused any longer", async () => {
  const home = freshHome();
  await install(home, source("1.0.0"), contextOf(home));
  const before = readState(home).plugins["acme.x"];
  const { host } = await hostOf(home);
  await using _ = host;
  await host.activate("acme.x");
  const next = source(
    "2.0.0",
    `start() { if (!calls.includes("licence")) throw new PluginError("NO", "no licence"); },`,
  );
  await updateTo(home, next);
  expect((await settled(home))?.plugins["acme.x"]?.refused).toMatchObject({ what: "update" });
  await changeState(home, (state) => ({ ...state, plugins: { "acme.x": before as NonNullable<typeof before> } }));
  expect((await settled(home))?.plugins["acme.x"]).toMatchObject({ version: "1.0.0" });
  expect((await settled(home))?.plugins["acme.x"]?.refused).toBeUndefined();
  calls().push("licence");
  await updateTo(home, next);
  expect((await settled(home))?.plugins["acme.x"]?.refused).toBeUndefined();
  expect(host.get("acme.x")).toMatchObject({ state: "running", manifest: { version: "2.0.0" } });
});

test("a home that is exchanged for another of the same revision is taken over, and the host is seen there", async () => {
  const home = freshHome();
  await install(home, source("1.0.0"), contextOf(home));
  const other = freshHome();
  await install(other, source("1.0.0", "", "acme.y"), contextOf(other));
  expect(readState(other).revision).toBe(readState(home).revision);
  const { host } = await hostOf(home);
  await using _ = host;
  renameSync(home.path, `${home.path}.gone`);
  renameSync(other.path, home.path);
  await expect.poll(() => host.list().map(({ manifest }) => manifest.id)).toEqual(["acme.y"]);
  await expect.poll(() => liveHosts(home).map(({ pid }) => pid)).toEqual([process.pid]);
});

test("a host that is closed while it updates plugins complains of nothing", async () => {
  const home = freshHome();
  await install(home, source("1.0.0"), contextOf(home));
  await install(home, source("1.0.0", "", "acme.y"), contextOf(home));
  const { host, lines } = await hostOf(home);
  await host.activate("acme.x");
  await host.activate("acme.y");
  const slow = `async start() { calls.push("starting"); await new Promise((resolve) => setTimeout(resolve, 300)); },`;
  using x = await stage(home, source("2.0.0", slow), facts);
  using y = await stage(home, source("2.0.0", slow, "acme.y"), facts);
  await changeState(home, ({ plugins, ...state }) => {
    const next = Object.entries({ "acme.x": x, "acme.y": y }).map(([id, { version, hash, manifestHash }]) => {
      return [id, { ...plugins[id], version, hash, manifestHash }];
    });
    return { ...state, plugins: Object.fromEntries(next) };
  });
  await expect.poll(() => calls()).toContain("starting");
  await host.close();
  expect(lines).toEqual([]);
});

test("what a host disables holds for the next one", async () => {
  const home = freshHome();
  await install(home, source("1.0.0"), contextOf(home));
  const { host } = await hostOf(home);
  await host.disable("acme.x");
  await host.close();
  expect(readState(home).disabled).toEqual(["acme.x"]);
  const { host: next } = await hostOf(home);
  expect(next.get("acme.x").disabled).toBe(true);
  await next.enable("acme.x");
  await next.close();
  expect(readState(home).disabled).toEqual([]);
});

test("a configuration that is set reaches the plugin that runs, the first included", async () => {
  const home = freshHome();
  await install(home, source("1.0.0"), contextOf(home));
  const { host } = await hostOf(home);
  await using _ = host;
  await host.activate("acme.x");
  const { metadata } = await configurationsOf(home).set("acme.x", { level: "debug" });
  await expect.poll(() => calls().at(-1)).toBe('changed 1.0.0 {"level":"debug","depth":3}');
  await expect.poll(() => liveHosts(home)[0]?.plugins["acme.x"]?.configurationRevision).toBe(metadata.revision);
});

test("a configuration that the running plugin refuses is rolled back for all", async () => {
  const home = freshHome();
  await install(home, source("1.0.0"), contextOf(home));
  const configurations = configurationsOf(home);
  await configurations.set("acme.x", { level: "info" });
  const { host } = await hostOf(home);
  await using _ = host;
  await host.activate("acme.x");
  const { metadata } = await configurations.set("acme.x", { level: "loud" });
  await expect
    .poll(() => liveHosts(home)[0]?.plugins["acme.x"]?.refused)
    .toMatchObject({
      what: "configuration",
      revision: metadata.revision,
      reason: expect.stringContaining("no level loud"),
    });
  await expect.poll(async () => (await configurations.entry("acme.x"))?.configuration).toEqual({ level: "info" });
  await configurations.set("acme.x", { level: "warn" });
  await expect.poll(() => calls().at(-1)).toBe('changed 1.0.0 {"level":"warn","depth":3}');
  await expect.poll(() => liveHosts(home)[0]?.plugins["acme.x"]?.refused).toBeUndefined();
});

test("a stored configuration that does not fit the schema keeps the plugin from running, and says what is wrong", async () => {
  const home = freshHome();
  await install(home, source("1.0.0"), contextOf(home));
  const { store } = contextOf(home);
  const lax = new ConfigurationManager({ store, describe: () => ({ version: "1.0.0" }) });
  await lax.set("acme.x", { depth: "deep" });
  const { host } = await hostOf(home);
  await using _ = host;
  await expect(host.activate("acme.x")).rejects.toMatchObject({
    code: "VMP_CONFIGURATION_INVALID",
    message: expect.stringMatching(/acme\.x.*depth/),
  });
  expect(host.get("acme.x").state).toBe("error");
  expect(calls()).toEqual([]);
});

test("a newer version turns the stored configuration into its own; the older one still finds its own when it is back", async () => {
  const home = freshHome();
  await install(home, source("1.0.0"), contextOf(home));
  await configurationsOf(home).set("acme.x", { level: "debug" });
  const { host } = await hostOf(home);
  await using _ = host;
  await host.activate("acme.x");
  const migrating = `migrateConfiguration: (from, { level }) => ({ level: level + " of " + from, depth: 9 })`;
  await updateTo(home, source("2.0.0", migrating));
  await settled(home);
  expect(calls()).toContain('initialize 2.0.0 {"level":"debug of 1.0.0","depth":9}');
  await updateTo(home, source("1.0.1"));
  await settled(home);
  expect(calls()).toContain('initialize 1.0.1 {"level":"debug","depth":3}');
});

test("a plugin that is used from a folder hides what is installed under its id", async () => {
  const home = freshHome();
  await install(home, source("1.0.0"), contextOf(home));
  const { host } = await hostOf(home, [source("3.0.0")]);
  await using _ = host;
  expect(host.get("acme.x")).toMatchObject({ source: "folder", manifest: { version: "3.0.0" } });
  await updateTo(home, source("2.0.0"));
  await settled(home);
  expect(host.get("acme.x").manifest.version).toBe("3.0.0");
});

test("a file of an installed plugin that was changed is not loaded", async () => {
  const home = freshHome();
  await install(home, source("1.0.0"), contextOf(home));
  const { host } = await hostOf(home);
  await using _ = host;
  const module = join(
    host.get("acme.x").folder,
    readdirSync(host.get("acme.x").folder).find((name) => name.endsWith(".mjs")) ?? "",
  );
  chmodSync(module, 0o600);
  writeFileSync(module, "export default 1;");
  await expect(host.activate("acme.x")).rejects.toMatchObject({ code: "VMP_PLUGIN_DAMAGED" });
});

test("another process's host hears of it too, and is gone from the list when it is killed", async () => {
  const home = freshHome();
  await install(home, source("1.0.0"), contextOf(home));
  const child = fork(join(import.meta.dirname, "host-process.ts"), [home.path, "acme.x"], {
    execArgv: ["--import", "tsx"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  try {
    expect((await once(child, "message"))[0]).toBe("running 1.0.0");
    await expect.poll(() => liveHosts(home)[0]?.plugins["acme.x"]?.state).toBe("running");
    expect(liveHosts(home)[0]?.pid).toBe(child.pid);
    await updateTo(home, source("1.1.0"));
    expect((await once(child, "message"))[0]).toBe("running 1.1.0");
  } finally {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  expect(liveHosts(home)).toEqual([]);
});
