import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FileStore } from "../../src/config/file-store.ts";
import { MemoryStore } from "../../src/config/memory-store.ts";
import type { ConfigurationStore } from "../../src/config/store.ts";
import { disable, enable, setDisabled } from "../../src/host/home/disable.ts";
import type { Home } from "../../src/host/home/home.ts";
import { install } from "../../src/host/home/install.ts";
import { recordsOf } from "../../src/host/home/records.ts";
import { removeTree } from "../../src/host/home/remove-tree.ts";
import { stage } from "../../src/host/home/stage.ts";
import { readState } from "../../src/host/home/state.ts";
import { uninstall } from "../../src/host/home/uninstall.ts";
import { commitUpdate, previousRecord, rollBack } from "../../src/host/home/update.ts";
import { tryLock } from "../../src/storage/lock.ts";
import { errorOf } from "../support/errors.ts";
import { builtin, context, facts, failureOf, freshHome, library, namesIn, type Parts } from "./support.ts";

const schema = {
  configuration: {
    type: "object",
    properties: { level: { type: "integer", minimum: 1 } },
    additionalProperties: false,
  },
};

function storeOf(home: Home): ConfigurationStore {
  return new FileStore({ folder: home.configurationFolder, lockFile: home.configurationLockFile });
}

const withStore = (store: ConfigurationStore = new MemoryStore()) => ({ ...context, store });

async function homeWith(...paths: string[]): Promise<Home> {
  const home = freshHome();
  for (const path of paths) await install(home, path, withStore());
  return home;
}

async function update(home: Home, id: string, path: string, changes: Parts = {}): Promise<void> {
  using staged = await stage(home, path, facts);
  const expected = readState(home).plugins[id]?.hash ?? "";
  await commitUpdate(home, id, staged, expected, { ...context, ...changes });
}

const requiring = (id: string, range = "*") => ({ requires: [{ plugin: id, version: range }] });

test("an installed plugin is in the state and among the records, and its package may go", async () => {
  const home = freshHome();
  const path = library("acme.x", "1.2.3");
  const plugin = await install(home, path, withStore());
  removeTree(path);
  expect(readState(home)).toMatchObject({ revision: 1, plugins: { "acme.x": plugin } });
  const { records, problems } = await recordsOf(home, readState(home), context);
  expect(problems).toEqual([]);
  expect(records).toMatchObject([
    { folder: home.contentFolder(plugin.hash), manifest: { id: "acme.x", version: "1.2.3" } },
  ]);
  expect(records[0]?.installed?.hash).toBe(plugin.hash);
  expect(namesIn(home.stagingFolder)).toEqual([]);
});

test("an id that is installed is not installed again, and what is there stays", async () => {
  const home = await homeWith(library("acme.x", "1.0.0"));
  const before = readFileSync(home.stateFile, "utf8");
  expect(await failureOf(() => install(home, library("acme.x", "2.0.0"), withStore()))).toMatch(
    /^VMP_PLUGIN_INSTALLED: .*version 1\.0\.0\. Fix: vm-plugin update acme\.x PATH/,
  );
  expect(readFileSync(home.stateFile, "utf8")).toBe(before);
  await uninstall(home, "acme.x", withStore());
  expect(namesIn(home.pluginsFolder)).toEqual([]);
});

test("a built-in's id is taken by a higher version only", async () => {
  const home = freshHome();
  const others = [await builtin("acme.x", "1.5.0")];
  for (const version of ["1.4.9", "1.5.0", "1.5.0-rc.1"])
    expect(await failureOf(() => install(home, library("acme.x", version), { ...withStore(), others }))).toMatch(
      /^VMP_PLUGIN_SHADOWED: .*version 1\.5\.0 is built in/,
    );
  await install(home, library("acme.x", "1.6.0-rc.1"), { ...withStore(), others });
  expect((await errorOf(() => update(home, "acme.x", library("acme.x", "1.0.0"), { others }))).code).toBe(
    "VMP_PLUGIN_SHADOWED",
  );
  expect(readState(home).plugins["acme.x"]?.version).toBe("1.6.0-rc.1");
});

test("a plugin that lacks what it requires is refused, with what would satisfy it", async () => {
  const home = await homeWith(library("acme.base", "1.0.0"));
  expect((await errorOf(() => install(home, library("a", "1.0.0", requiring("no.such")), withStore()))).code).toMatch(
    /^VMP_DEPENDENCY_/,
  );
  expect(
    await failureOf(() => install(home, library("a", "1.0.0", requiring("acme.base", "^2")), withStore())),
  ).toMatch(/^VMP_DEPENDENCY_.*acme\.base \^2/);
  const optional = { requires: [{ plugin: "no.such", version: "*", optional: true }] };
  await install(home, library("b", "1.0.0", optional), withStore());
  await install(home, library("c", "1.0.0", requiring("acme.base", "^1")), withStore());
  const others = [await builtin("in.built", "1.0.0")];
  await install(home, library("d", "1.0.0", requiring("in.built")), { ...withStore(), others });
  expect(Object.keys(readState(home).plugins)).toEqual(["acme.base", "b", "c", "d"]);
});

test("a configuration is validated before anything is committed, and stored with the plugin", async () => {
  const home = freshHome();
  const store = storeOf(home);
  const path = library("acme.x", "1.0.0", schema);
  const failure = await failureOf(() => install(home, path, withStore(store), { configuration: { level: 0 } }));
  expect(failure).toMatch(/^VMP_CONFIGURATION_INVALID: .*level/);
  expect(readState(home).revision).toBe(0);
  expect(await store.read("acme.x")).toBeUndefined();
  await install(home, path, withStore(store), { configuration: { level: 3 } });
  expect(await store.read("acme.x")).toMatchObject({
    configuration: { level: 3 },
    metadata: { revision: 1, pluginVersion: "1.0.0" },
  });
});

test("a configuration is taken back when the state cannot be written", async () => {
  const home = await homeWith();
  const store = storeOf(home);
  await install(home, library("first", "1.0.0"), withStore(store));
  const broken: ConfigurationStore = Object.assign(Object.create(store), {
    async write(...parts: Parameters<ConfigurationStore["write"]>) {
      await store.write(...parts);
      // From here on the state cannot be replaced.
      removeTree(home.stateFile);
      await import("node:fs").then((fs) => fs.mkdirSync(home.stateFile));
    },
    read: (id: string) => store.read(id),
    revision: (id: string) => store.revision(id),
    remove: (...parts: Parameters<ConfigurationStore["remove"]>) => store.remove(...parts),
  });
  const path = library("acme.x", "1.0.0", schema);
  const failure = await failureOf(() => install(home, path, withStore(broken), { configuration: { level: 3 } }));
  expect(failure).toMatch(/^VMP_HOME_UNUSABLE: /);
  expect(await store.read("acme.x")).toBeUndefined();
});

test("a configuration is forgotten before anybody can install its plugin again with another", async () => {
  const home = freshHome();
  const store = new MemoryStore();
  await install(home, library("acme.x", "1.0.0"), { ...context, store });
  const locked: boolean[] = [];
  store.forget = async () => {
    const unlock = tryLock(home.lockFile);
    locked.push(unlock === undefined);
    unlock?.();
  };
  await uninstall(home, "acme.x", { ...context, store });
  expect(locked).toEqual([true]);
});

test("a plugin that others require is not uninstalled, or with them", async () => {
  const home = await homeWith(
    library("base", "1.0.0"),
    library("middle", "1.0.0", requiring("base")),
    library("top", "1.0.0", requiring("middle")),
    library("other", "1.0.0", { requires: [{ plugin: "base", version: "*", optional: true }] }),
  );
  expect(await failureOf(() => uninstall(home, "base", withStore()))).toMatch(
    /^VMP_PLUGIN_REQUIRED: plugin base is required by middle, top\./,
  );
  expect(readState(home).revision).toBe(4);
  expect(await uninstall(home, "base", withStore(), { dependents: true })).toEqual(["base", "middle", "top"]);
  expect(Object.keys(readState(home).plugins)).toEqual(["other"]);
  expect(namesIn(home.pluginsFolder)).toHaveLength(1);
});

test("a plugin that something else stands in for is uninstalled", async () => {
  const provides = (id: string) => ({ provides: [{ point: "debug.logger", name: id, contract: "1.0" }] });
  const home = await homeWith(
    library("one", "1.0.0", provides("one")),
    library("two", "1.0.0", provides("two")),
    library("user", "1.0.0", { requires: [{ point: "debug.logger", version: "^1" }] }),
  );
  expect(await uninstall(home, "one", withStore())).toEqual(["one"]);
  expect((await errorOf(() => uninstall(home, "two", withStore()))).code).toBe("VMP_PLUGIN_REQUIRED");
});

test("what is not installed cannot be uninstalled, and no id becomes a path", async () => {
  const home = await homeWith(library("acme.console", "1.0.0"));
  expect(await failureOf(() => uninstall(home, "acme.consol", withStore()))).toMatch(
    /^VMP_PLUGIN_NOT_INSTALLED: .*Did you mean "acme\.console"\?/,
  );
  for (const id of ["../../x", "x".repeat(200), "constructor", "__proto__", "", "/"]) {
    expect((await errorOf(() => uninstall(home, id, withStore()))).code).toBe("VMP_PLUGIN_NOT_INSTALLED");
    expect((await errorOf(() => disable(home, id, context))).code).toBe("VMP_PLUGIN_NOT_FOUND");
    expect((await errorOf(() => rollBack(home, id, "", context))).code).toBe("VMP_PLUGIN_NOT_INSTALLED");
  }
  const missing = freshHome();
  await errorOf(() => uninstall(missing, "x", withStore()));
  expect(missing.exists()).toBe(false);
});

test("a configuration goes with its plugin unless it is kept", async () => {
  const home = freshHome();
  const store = storeOf(home);
  const path = library("acme.x", "1.0.0", schema);
  const options = { configuration: { level: 3 } };
  await install(home, path, withStore(store), options);
  await uninstall(home, "acme.x", withStore(store), { keepConfiguration: true });
  expect((await store.read("acme.x"))?.configuration).toEqual({ level: 3 });
  await install(home, path, withStore(store));
  expect((await store.read("acme.x"))?.configuration).toEqual({ level: 3 });
  await uninstall(home, "acme.x", withStore(store));
  expect(await store.read("acme.x")).toBeUndefined();
});

test("an update remembers the previous version, a roll-back goes back to it, and back again", async () => {
  const home = await homeWith(library("acme.x", "1.0.0"));
  const [first] = namesIn(home.pluginsFolder);
  await update(home, "acme.x", library("acme.x", "2.0.0"));
  const updated = readState(home).plugins["acme.x"];
  expect(updated).toMatchObject({ version: "2.0.0", previous: { version: "1.0.0", hash: first } });
  expect(namesIn(home.pluginsFolder)).toHaveLength(2);
  expect((await previousRecord(home, "acme.x", facts)).manifest.version).toBe("1.0.0");
  await rollBack(home, "acme.x", updated?.hash ?? "", context);
  expect(readState(home).plugins["acme.x"]).toMatchObject({ version: "1.0.0", previous: { version: "2.0.0" } });
  await rollBack(home, "acme.x", first ?? "", context);
  expect(readState(home).plugins["acme.x"]).toMatchObject({ version: "2.0.0", previous: { version: "1.0.0" } });
  await update(home, "acme.x", library("acme.x", "3.0.0"));
  expect(namesIn(home.pluginsFolder)).toHaveLength(2);
  expect(namesIn(home.pluginsFolder)).not.toContain(first);
});

test("an update to what is installed changes nothing", async () => {
  const path = library("acme.x", "1.0.0");
  const home = await homeWith(path);
  await update(home, "acme.x", path);
  expect(readState(home).revision).toBe(1);
  expect(readState(home).plugins["acme.x"]?.previous).toBeUndefined();
});

test("an update that lost the race, is of another plugin, or has no predecessor is refused", async () => {
  const home = await homeWith(library("acme.x", "1.0.0"));
  using staged = await stage(home, library("acme.x", "2.0.0"), facts);
  const failures = [
    () => commitUpdate(home, "acme.x", staged, "0".repeat(64), context),
    () => commitUpdate(home, "acme.y", staged, "", context),
    () => rollBack(home, "acme.x", readState(home).plugins["acme.x"]?.hash ?? "", context),
    () => rollBack(home, "acme.x", "0".repeat(64), context),
    () => previousRecord(home, "acme.x", facts),
  ];
  const codes = await Promise.all(failures.map(async (failure) => (await errorOf(failure)).code));
  expect(codes).toEqual([
    "VMP_PLUGIN_CHANGED_MEANWHILE",
    "VMP_PLUGIN_OTHER",
    "VMP_PLUGIN_NO_PREVIOUS",
    "VMP_PLUGIN_CHANGED_MEANWHILE",
    "VMP_PLUGIN_NO_PREVIOUS",
  ]);
  expect(readState(home).revision).toBe(1);
});

test("an update that others could not do with is refused, and so is one that lacks what it requires", async () => {
  const home = await homeWith(library("base", "1.0.0"), library("user", "1.0.0", requiring("base", "^1")));
  expect(await failureOf(() => update(home, "base", library("base", "2.0.0")))).toMatch(
    /^VMP_PLUGIN_REQUIRED: plugin base is required by user\./,
  );
  await update(home, "base", library("base", "1.1.0"));
  const lacking = library("base", "1.2.0", requiring("no.such"));
  expect((await errorOf(() => update(home, "base", lacking))).code).toMatch(/^VMP_DEPENDENCY_/);
  expect(readState(home).plugins.base?.version).toBe("1.1.0");
});

test("a previous version that is damaged is not gone back to", async () => {
  const home = await homeWith(library("acme.x", "1.0.0"));
  const [first = ""] = namesIn(home.pluginsFolder);
  await update(home, "acme.x", library("acme.x", "2.0.0"));
  const file = join(home.contentFolder(first), "lib/plugin.node");
  chmodSync(file, 0o600);
  writeFileSync(file, "x");
  const current = readState(home).plugins["acme.x"]?.hash ?? "";
  expect((await errorOf(() => rollBack(home, "acme.x", current, context))).code).toBe("VMP_PLUGIN_DAMAGED");
  expect(readState(home).plugins["acme.x"]?.hash).toBe(current);
});

test("a disabled plugin, built-in or installed, stays disabled until it is enabled", async () => {
  const home = await homeWith(library("acme.x", "1.0.0"));
  const all = { facts, others: [await builtin("in.built", "1.0.0")] };
  expect(await disable(home, "acme.x", all)).toEqual(["acme.x"]);
  expect(await disable(home, "in.built", all)).toEqual(["in.built"]);
  expect(await disable(home, "in.built", all)).toEqual([]);
  expect(readState(home)).toMatchObject({ revision: 3, disabled: ["acme.x", "in.built"] });
  expect([await enable(home, "acme.x", all), await enable(home, "acme.x", all)]).toEqual([true, false]);
  expect(readState(home).disabled).toEqual(["in.built"]);
  await setDisabled(home, "in.built", false);
  expect(readState(home).disabled).toEqual([]);
  expect(await failureOf(() => disable(home, "in.bulit", all))).toMatch(/^VMP_PLUGIN_NOT_FOUND: .*"in\.built"/);
});

test("what enabled plugins require is not disabled, or with them; what is disabled meets no requirement", async () => {
  const home = await homeWith(library("base", "1.0.0"), library("user", "1.0.0", requiring("base")));
  expect(await failureOf(() => disable(home, "base", context))).toMatch(/^VMP_PLUGIN_REQUIRED: .*required by user/);
  expect(await disable(home, "base", context, { dependents: true })).toEqual(["base", "user"]);
  expect((await errorOf(() => install(home, library("more", "1.0.0", requiring("base")), withStore()))).code).toMatch(
    /^VMP_(DEPENDENCY_|PLUGIN_DISABLED)/,
  );
  await uninstall(home, "user", withStore());
  expect(readState(home).disabled).toEqual(["base"]);
});

test("an uninstalled plugin is forgotten as disabled, unless a built-in has its id", async () => {
  const others = [await builtin("acme.x", "1.0.0")];
  for (const [there, left] of [
    [[], []],
    [others, ["acme.x"]],
  ] as const) {
    const home = freshHome();
    const all = { ...withStore(), others: [...there] };
    await install(home, library("acme.x", "2.0.0"), all);
    await disable(home, "acme.x", all);
    await uninstall(home, "acme.x", all);
    expect(readState(home).disabled).toEqual(left);
  }
});

test("a damaged plugin is a problem of its own, hides no other, and is mended by installing it again", async () => {
  const damages: [string, (folder: string) => void, RegExp][] = [
    ["its folder removed", removeTree, /missing/],
    ["its manifest removed", (folder) => removeTree(join(folder, "package.json")), /missing/],
    [
      "its manifest changed",
      (folder) => {
        chmodSync(join(folder, "package.json"), 0o600);
        writeFileSync(
          join(folder, "package.json"),
          readFileSync(join(folder, "package.json"), "utf8").replace("1.0", "1.1"),
        );
      },
      /package\.json was changed/,
    ],
  ];
  for (const [what, damage, reason] of damages) {
    const path = library("acme.x", "1.0.0");
    const home = await homeWith(path, library("acme.y", "1.0.0"));
    // The cache knows the sound one.
    expect((await recordsOf(home, readState(home), context)).problems, what).toEqual([]);
    const plugin = readState(home).plugins["acme.x"];
    const folder = home.contentFolder(plugin?.hash ?? "");
    chmodSync(folder, 0o700);
    damage(folder);
    for (let again = 0; again < 2; again++) {
      const { records, problems } = await recordsOf(home, readState(home), context);
      expect(records.map(({ manifest }) => manifest.id)).toEqual(["acme.y"]);
      expect(problems).toMatchObject([{ code: "VMP_PLUGIN_DAMAGED", values: { id: "acme.x" } }]);
      expect(problems[0]?.message).toMatch(reason);
    }
    const mended = await install(home, path, withStore());
    expect(mended.hash).toBe(plugin?.hash);
    expect((await recordsOf(home, readState(home), context)).records).toHaveLength(2);
  }
});

test("an installed plugin that this vm-plugin is too old for says so", async () => {
  const home = await homeWith(
    library("acme.x", "1.0.0"),
    library("acme.y", "1.0.0", { engines: { vm: "*", abi: "*" } }),
  );
  const { records, problems } = await recordsOf(home, readState(home), {
    ...context,
    facts: { ...facts, vm: "0.0.1" },
  });
  expect(records.map(({ manifest }) => manifest.id)).toEqual(["acme.y"]);
  expect(problems).toMatchObject([{ code: "VMP_PLUGIN_INCOMPATIBLE", values: { id: "acme.x" } }]);
});
