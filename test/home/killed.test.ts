/** An operation that dies, at every one of its steps. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { FileStore } from "../../src/config/file-store.ts";
import { withState } from "../../src/host/home/change-state.ts";
import { contentProblem } from "../../src/host/home/content.ts";
import { Home } from "../../src/host/home/home.ts";
import { recordsOf } from "../../src/host/home/records.ts";
import { removeTree } from "../../src/host/home/remove-tree.ts";
import { readState } from "../../src/host/home/state.ts";
import { folder } from "../support/folder.ts";
import { buildDriver, type Outcome, run } from "./processes.ts";
import { context, freshHome, library, namesIn } from "./support.ts";

const compiler = ["cc", "gcc", "clang"].find((name) => spawnSync(name, ["--version"]).status === 0);
const reason = compiler === undefined ? " (needs a C compiler)" : "";

let driver = "";
let killer = "";

const schema = { configuration: { type: "object", properties: { level: { type: "integer" } } } };
const old = library("acme.x", "1.0.0", schema);
const next = library("acme.x", "2.0.0", schema, {}, { "data.txt": "data" });
const configuration = JSON.stringify({ level: 3 });

interface Case {
  readonly name: string;
  /** What was done before. */
  readonly before: readonly (readonly string[])[];
  readonly operation: readonly string[];
  readonly versions: readonly [before: string | undefined, after: string | undefined];
}

const cases: readonly Case[] = [
  { name: "installs", before: [], operation: ["install", old, configuration], versions: [undefined, "1.0.0"] },
  { name: "updates", before: [["install", old]], operation: ["update", next], versions: ["1.0.0", "2.0.0"] },
  {
    name: "goes back",
    before: [
      ["install", old],
      ["update", next],
    ],
    operation: ["rollback", "acme.x"],
    versions: ["2.0.0", "1.0.0"],
  },
  {
    name: "uninstalls",
    before: [
      ["install", old, configuration],
      ["update", next],
    ],
    operation: ["uninstall", "acme.x"],
    versions: ["2.0.0", undefined],
  },
];

beforeAll(async () => {
  driver = await buildDriver();
  if (compiler === undefined) return;
  killer = join(folder(), "kill_after.so");
  const source = join(import.meta.dirname, "kill_after.c");
  const { status, stderr } = spawnSync(compiler, ["-O1", "-shared", "-fPIC", "-o", killer, source, "-ldl"]);
  expect(status, String(stderr)).toBe(0);
});

function operate(home: Home, [operation = "", ...words]: readonly string[], after?: number): Promise<Outcome> {
  const command = [process.execPath, driver, operation, home.path, ...words];
  if (after === undefined) return run(command);
  return run(command, { env: { LD_PRELOAD: killer, VMP_KILL_BELOW: home.path, VMP_KILL_AFTER: String(after) } });
}

/** Whole at every moment; what was done is remembered by the revision. */
async function expectSound(home: Home, { versions: [before, after] }: Case, revision: number): Promise<void> {
  const state = readState(home);
  const plugin = state.plugins["acme.x"];
  expect([revision, revision + 1]).toContain(state.revision);
  expect(plugin?.version).toBe(state.revision === revision ? before : after);
  const { records, problems } = await recordsOf(home, state, context);
  expect(problems).toEqual([]);
  expect(records.map(({ manifest }) => manifest.version)).toEqual(plugin ? [plugin.version] : []);
  for (const hash of [plugin?.hash, plugin?.previous?.hash])
    if (hash) expect(await contentProblem(home.contentFolder(hash), hash)).toBeUndefined();
  const store = new FileStore({ folder: home.configurationFolder, lockFile: home.configurationLockFile });
  const stored = await store.read("acme.x");
  if (stored) expect(stored.configuration).toEqual({ level: 3 });
  // Nobody ever sees the plugin without what it was installed with.
  if (plugin?.version === "1.0.0" && before === undefined) expect(stored).toBeDefined();
}

/** After the next operation nothing is left of the dead one. */
async function expectSwept(home: Home): Promise<void> {
  await withState(home, () => {});
  const { plugins } = readState(home);
  const named = Object.values(plugins).flatMap(({ hash, previous }) => [hash, ...(previous ? [previous.hash] : [])]);
  expect(namesIn(home.pluginsFolder)).toEqual(named.sort());
  expect(namesIn(home.stagingFolder)).toEqual([]);
  const expected = ["cache", "configuration", "lock", "plugins", "staging", "state.json"];
  for (const name of namesIn(home.path)) expect(expected).toContain(name);
}

describe.skipIf(reason !== "")(`a process that is killed at any change that it makes${reason}`, () => {
  test.each(cases.map((one) => [one.name, one] as const))(
    "while it %s leaves the old or the new",
    { timeout: 600_000 },
    async (_, one) => {
      const prepared = freshHome();
      for (const words of one.before) expect(await operate(prepared, words)).not.toHaveProperty("failure");
      const { revision } = readState(prepared);
      let next = 1;
      let ended = 0;
      const seen = new Set<number>();
      const work = async () => {
        while (ended === 0 || next < ended) {
          const after = next++;
          const home = new Home(join(folder(), "home"));
          if (prepared.exists()) spawnSync("cp", ["-a", prepared.path, home.path]);
          const { signal, failure } = await operate(home, one.operation, after);
          expect(failure).toBeUndefined();
          if (signal === undefined) ended = Math.min(ended || after, after);
          await expectSound(home, one, revision);
          seen.add(readState(home).revision);
          await expectSwept(home);
          await expectSound(home, one, revision);
          // What did not happen can be done now.
          if (readState(home).revision === revision && after % 5 === 0) {
            expect(await operate(home, one.operation)).not.toHaveProperty("failure");
            expect(readState(home).plugins["acme.x"]?.version).toBe(one.versions[1]);
          }
          removeTree(home.path);
        }
      };
      await Promise.all([work(), work()]);
      // Both were met: there was more than one step to die at.
      expect([...seen].sort()).toEqual([revision, revision + 1]);
    },
  );
});
