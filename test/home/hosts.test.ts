import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { MemoryStore } from "../../src/config/memory-store.ts";
import { changeState, withState } from "../../src/host/home/change-state.ts";
import type { Home } from "../../src/host/home/home.ts";
import { type HostPlugin, liveHosts, registerHost, waitForHosts } from "../../src/host/home/hosts.ts";
import { install } from "../../src/host/home/install.ts";
import { enter, sweepPresences } from "../../src/host/home/presence.ts";
import { readState } from "../../src/host/home/state.ts";
import { uninstall } from "../../src/host/home/uninstall.ts";
import { watchHome } from "../../src/host/home/watch.ts";
import { buildDriver, run, start } from "./processes.ts";
import { context, freshHome, library, namesIn } from "./support.ts";

let driver = "";

beforeAll(async () => {
  driver = await buildDriver();
});

async function hostOf(home: Home, subject: string) {
  const child = start([process.execPath, driver, "host", home.path, subject]);
  await once(child.stdout as NodeJS.ReadableStream, "data");
  return child;
}

const plugin: HostPlugin = {
  version: "1.0.0",
  state: "running",
  stateRevision: 3,
  configurationRevision: 2,
  contents: [],
};

test("a host says what it has taken over, and is gone when it is closed", () => {
  const home = freshHome();
  expect(liveHosts(home)).toEqual([]);
  const host = registerHost(home, "test");
  const who = { id: host.id, pid: process.pid, title: "test" };
  expect(liveHosts(home)).toEqual([{ ...who, stateRevision: 0, plugins: {} }]);
  host.report({ stateRevision: 3, plugins: { a: plugin, b: plugin } });
  const refused = { what: "configuration", revision: 4, reason: "no" } as const;
  host.report({ plugins: { a: { ...plugin, refused }, b: undefined } });
  expect(liveHosts(home)).toEqual([{ ...who, stateRevision: 3, plugins: { a: { ...plugin, refused } } }]);
  const other = registerHost(home, "other");
  expect(
    liveHosts(home)
      .map(({ title }) => title)
      .sort(),
  ).toEqual(["other", "test"]);
  host.close();
  host.close();
  expect(liveHosts(home).map(({ title }) => title)).toEqual(["other"]);
  other.close();
  expect(namesIn(home.hostsFolder)).toEqual([]);
});

test("a host of another process lives until it is killed, and what it left is swept", async () => {
  const home = freshHome();
  const child = await hostOf(home, "acme.x -");
  expect(liveHosts(home)).toMatchObject([
    { pid: child.pid, title: "a host", plugins: { "acme.x": { version: "1.0.0" } } },
  ]);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(namesIn(home.hostsFolder)).not.toEqual([]);
  expect(liveHosts(home)).toEqual([]);
  expect(namesIn(home.hostsFolder)).toEqual([]);
});

test("a content that a living host uses stays until that host is gone", async () => {
  const home = freshHome();
  const all = { ...context, store: new MemoryStore() };
  const { hash } = await install(home, library("acme.x", "1.0.0"), all);
  const child = await hostOf(home, `acme.x ${hash}`);
  await uninstall(home, "acme.x", all);
  expect(readState(home).plugins).toEqual({});
  expect(namesIn(home.pluginsFolder)).toEqual([hash]);
  child.kill("SIGKILL");
  await once(child, "exit");
  await withState(home, () => {});
  expect(namesIn(home.pluginsFolder)).toEqual([]);
});

test("hosts are waited for until they have done it, have ended, or the time is over", async () => {
  const home = freshHome();
  expect(await waitForHosts(home, () => false, 10_000)).toEqual([]);
  const child = await hostOf(home, "a -");
  const host = registerHost(home, "slow");
  const done = ({ stateRevision }: { stateRevision: number }) => stateRevision >= 7;
  expect((await waitForHosts(home, done, 1)).map(({ title }) => title).sort()).toEqual(["a host", "slow"]);
  const waiting = waitForHosts(home, done, 60_000);
  child.kill("SIGKILL");
  await once(child, "exit");
  host.report({ stateRevision: 7 });
  expect(await waiting).toEqual([]);
  host.close();
});

test("a host's report that makes no sense hides no other, and keeps nobody from working", () => {
  const home = freshHome();
  const host = registerHost(home, "sound");
  const odd = registerHost(home, "odd");
  for (const text of [
    "{",
    "null",
    "[]",
    `{"id":1}`,
    JSON.stringify({ id: "x", pid: 1, title: "", stateRevision: 1, plugins: 7 }),
  ]) {
    writeFileSync(join(home.hostsFolder, `${odd.id}.json`), text);
    expect(liveHosts(home).map(({ title }) => title)).toEqual(["sound"]);
  }
  for (const entry of [host, odd]) entry.close();
});

test("what nobody holds is swept, a folder too, and what somebody holds is not", () => {
  const folder = freshHome().stagingFolder;
  const present = enter(folder);
  writeFileSync(present.file(".claim"), "x");
  mkdirSync(join(folder, "7-dead-1.content/below"), { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, "7-dead-1.lock"), "999999");
  writeFileSync(join(folder, "8-orphan-1.json"), "");
  expect(sweepPresences(folder)).toEqual([present.name]);
  expect(namesIn(folder)).toEqual([`${present.name}.claim`, `${present.name}.lock`]);
  present.leave();
  expect(namesIn(folder)).toEqual([]);
});

test("what was never ours is not swept, whatever folder is given as a home", async () => {
  const home = freshHome();
  const foreign = ["plugins/linux/package.json", "plugins/a", "staging/mine", "hosts/mine.lock", "hosts/mine.json"];
  for (const path of foreign) {
    mkdirSync(dirname(join(home.path, path)), { recursive: true, mode: 0o700 });
    writeFileSync(join(home.path, path), "mine");
  }
  await changeState(home, (state) => ({ ...state, disabled: ["a"] }));
  for (const path of foreign) expect(readFileSync(join(home.path, path), "utf8")).toBe("mine");
});

test("a change that another process commits is heard of, and only a change of the state", async () => {
  const home = freshHome();
  await changeState(home, (state) => ({ ...state, disabled: ["a"] }));
  let heard = 0;
  let wake = () => {};
  const stop = watchHome(home, () => {
    heard += 1;
    wake();
  });
  const next = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  const first = next();
  expect(await run([process.execPath, driver, "install", home.path, library("acme.x", "1.0.0")])).not.toHaveProperty(
    "failure",
  );
  await first;
  expect(readState(home).plugins["acme.x"]?.version).toBe("1.0.0");
  const before = heard;
  // The lock and the staging folder change, the state does not.
  await withState(home, () => {});
  const second = next();
  await changeState(home, (state) => ({ ...state, disabled: [] }));
  await second;
  stop();
  expect(heard).toBe(before + 1);
  expect(readFileSync(home.stateFile, "utf8")).toContain('"revision": 3');
});
