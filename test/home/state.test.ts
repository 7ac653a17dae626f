import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { changeState, withState } from "../../src/host/home/change-state.ts";
import { Home } from "../../src/host/home/home.ts";
import { readState } from "../../src/host/home/state.ts";
import { errorOf } from "../support/errors.ts";
import { failureOf, freshHome, namesIn } from "./support.ts";

const hash = "a".repeat(64);
const plugin = { id: "acme.x", version: "1.0.0", hash, manifestHash: hash, installed: "2026-01-02T03:04:05.678Z" };

function written(state: unknown): Home {
  const home = freshHome();
  mkdirSync(home.path, { recursive: true, mode: 0o700 });
  writeFileSync(home.stateFile, typeof state === "string" ? state : JSON.stringify(state), { mode: 0o600 });
  return home;
}

test("the default home comes from VM_PLUGIN_HOME, then XDG_DATA_HOME, then HOME", async () => {
  const all = { VM_PLUGIN_HOME: "/own", XDG_DATA_HOME: "/data", HOME: "/user" };
  expect(Home.defaultPath(all)).toBe("/own");
  expect(Home.defaultPath({ ...all, VM_PLUGIN_HOME: "here" })).toBe(join(process.cwd(), "here"));
  expect(Home.defaultPath({ ...all, VM_PLUGIN_HOME: "" })).toBe("/data/vm-plugin");
  expect(Home.defaultPath({ XDG_DATA_HOME: "relative", HOME: "/user" })).toBe("/user/.local/share/vm-plugin");
  for (const none of [{}, { HOME: "" }, { HOME: "relative" }])
    expect((await errorOf(() => Home.defaultPath(none))).code).toBe("VMP_HOME_UNKNOWN");
});

test("a home that is missing is empty, and reading makes nothing", () => {
  const home = freshHome();
  expect(readState(home)).toEqual({ format: 1, revision: 0, plugins: {}, disabled: [] });
  expect(home.exists()).toBe(false);
});

test("a change is readable by its user alone, counts up, and comes back as it was written", async () => {
  const home = freshHome();
  await changeState(home, (state) => ({ ...state, plugins: { "acme.x": plugin }, disabled: ["b"] }));
  const previous = { version: "0.9.0-rc.1+x", hash, manifestHash: hash };
  const changed = await changeState(home, (state) => ({ ...state, plugins: { "acme.x": { ...plugin, previous } } }));
  expect(changed).toEqual({ format: 1, revision: 2, plugins: { "acme.x": { ...plugin, previous } }, disabled: ["b"] });
  expect(readState(home)).toEqual(changed);
  expect([statSync(home.path).mode & 0o777, statSync(home.stateFile).mode & 0o777]).toEqual([0o700, 0o600]);
});

test("no id is taken for what every object has", async () => {
  const home = freshHome();
  const state = await changeState(home, (old) => ({ ...old, disabled: ["x"] }));
  for (const found of [state, readState(home)]) expect(found.plugins.constructor).toBeUndefined();
});

test("a change that answers its state, or throws, writes nothing", async () => {
  const home = freshHome();
  await changeState(home, (state) => state);
  await expect(
    changeState(home, () => {
      throw new Error("no");
    }),
  ).rejects.toThrow("no");
  expect(readState(home).revision).toBe(0);
  expect(namesIn(home.path)).not.toContain("state.json");
});

test("what could not be read again is not written", async () => {
  const home = freshHome();
  const bad = { ...plugin, hash: "../../x" };
  await expect(changeState(home, (state) => ({ ...state, plugins: { "acme.x": bad } }))).rejects.toThrow(/hash/);
  expect(readState(home).revision).toBe(0);
});

test("changes that come at once all come true", async () => {
  const home = freshHome();
  const ids = ["a", "b", "c", "d", "e", "f"];
  await Promise.all(
    ids.map((id) => changeState(home, (state) => ({ ...state, disabled: [...state.disabled, id].sort() }))),
  );
  expect(readState(home)).toMatchObject({ revision: 6, disabled: ids });
});

test("a temporary file that a killed writer left is removed by the next change", async () => {
  const home = written({ format: 1, revision: 3, plugins: {}, disabled: [] });
  writeFileSync(join(home.path, ".state.json.123-abc.writing"), "{");
  await withState(home, () => {});
  expect(namesIn(home.path)).toEqual(["lock", "state.json"]);
  expect(readState(home).revision).toBe(3);
});

const good = { format: 1, revision: 1, plugins: { "acme.x": plugin }, disabled: [] };
const withPlugin = (changes: object) => ({ ...good, plugins: { "acme.x": { ...plugin, ...changes } } });

test.each([
  ["no JSON", "{", /JSON/],
  ["nothing", "", /JSON/],
  ["a list", [], /the file is not an object/],
  ["no format", { ...good, format: undefined }, /format is not 1/],
  ["an unknown key", { ...good, extra: 1 }, /unknown key extra/],
  ["a broken revision", { ...good, revision: 1.5 }, /revision/],
  ["a negative revision", { ...good, revision: -1 }, /revision/],
  ["plugins in a list", { ...good, plugins: [] }, /plugins is not an object/],
  ["a plugin that is null", { ...good, plugins: { a: null } }, /plugins\.a is not an object/],
  ["an id that is a path", { ...good, plugins: { "../../x": { ...plugin, id: "../../x" } } }, /not named by an id/],
  ["an id of 200 letters", { ...good, plugins: { ["x".repeat(200)]: plugin } }, /not named by an id/],
  ["another id inside", withPlugin({ id: "acme.y" }), /acme\.x\.id is not acme\.x/],
  ["a hash that is a path", withPlugin({ hash: "../../../etc" }), /hash is not a SHA-256/],
  ["a hash in capitals", withPlugin({ hash: "A".repeat(64) }), /hash/],
  ["a version that is a path", withPlugin({ version: "../1" }), /version/],
  ["a time of another form", withPlugin({ installed: "yesterday" }), /time/],
  ["a previous version without a hash", withPlugin({ previous: { version: "1.0.0" } }), /previous\.hash/],
  ["disabled that are not ids", { ...good, disabled: ["../x"] }, /disabled/],
  ["the same id disabled twice", { ...good, disabled: ["x", "x"] }, /disabled/],
])("a state file with %s is damaged, and stays as it is", async (_, state, reason) => {
  const home = written(state);
  const before = readFileSync(home.stateFile, "utf8");
  const failure = await failureOf(() => readState(home));
  expect(failure).toMatch(/^VMP_HOME_STATE_DAMAGED: .*state\.json is damaged: /);
  expect(failure).toMatch(reason);
  expect((await errorOf(() => changeState(home, () => good as never))).code).toBe("VMP_HOME_STATE_DAMAGED");
  expect(readFileSync(home.stateFile, "utf8")).toBe(before);
});

test("a newer format is named, and not touched", async () => {
  const home = written({ format: 2, anything: true });
  expect(await failureOf(() => readState(home))).toMatch(/^VMP_HOME_STATE_NEWER: .*format 2\./);
  expect((await errorOf(() => withState(home, () => {}))).code).toBe("VMP_HOME_STATE_NEWER");
});

test("a state file that is a link, a folder or others' to write is not believed", async () => {
  const link = freshHome();
  mkdirSync(link.path, { mode: 0o700 });
  symlinkSync(written(good).stateFile, link.stateFile);
  expect(await failureOf(() => readState(link))).toMatch(/^VMP_HOME_UNUSABLE: .*it is a link/);
  const inFolder = freshHome();
  mkdirSync(inFolder.stateFile, { recursive: true, mode: 0o700 });
  expect(await failureOf(() => readState(inFolder))).toMatch(/^VMP_HOME_STATE_DAMAGED: .*it is not a file/);
});

test("whatever the file holds, it is a state or a coded error", () => {
  const home = written(good);
  const json = fc.oneof(
    fc.json(),
    fc.string(),
    fc
      .record({
        format: fc.constantFrom(1, 2, 1.5, "1"),
        revision: fc.oneof(fc.integer(), fc.jsonValue()),
        plugins: fc.oneof(
          fc.dictionary(
            fc.constantFrom("a", "acme.x", "__proto__", "../x"),
            fc.oneof(fc.constant(plugin), fc.jsonValue()),
          ),
          fc.jsonValue(),
        ),
        disabled: fc.oneof(fc.array(fc.string()), fc.jsonValue()),
      })
      .map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(json, (text) => {
      writeFileSync(home.stateFile, text);
      try {
        expect(readState(home).format).toBe(1);
      } catch (error) {
        expect((error as { code?: string }).code).toMatch(/^VMP_HOME_STATE_(DAMAGED|NEWER)$/);
      }
    }),
    { numRuns: 300 },
  );
});
