import { beforeAll, expect, test } from "vitest";
import { contentProblem } from "../../src/host/home/content.ts";
import type { Home } from "../../src/host/home/home.ts";
import { recordsOf } from "../../src/host/home/records.ts";
import { readState } from "../../src/host/home/state.ts";
import { buildDriver, run } from "./processes.ts";
import { context, freshHome, library, namesIn } from "./support.ts";

let driver = "";

beforeAll(async () => {
  driver = await buildDriver();
});

const operation = (...words: string[]) => run([process.execPath, driver, ...words]);

/** What is installed is whole, and nothing else lies about. */
async function expectSound(home: Home): Promise<void> {
  const state = readState(home);
  const { records, problems } = await recordsOf(home, state, context);
  expect(problems).toEqual([]);
  expect(records).toHaveLength(Object.keys(state.plugins).length);
  for (const { hash } of Object.values(state.plugins))
    expect(await contentProblem(home.contentFolder(hash), hash)).toBeUndefined();
  expect(namesIn(home.stagingFolder)).toEqual([]);
}

test("of two processes that install the same plugin one succeeds, whichever package is whose", async () => {
  for (const paths of [
    [library("acme.x", "1.0.0"), library("acme.x", "1.0.0")],
    [library("acme.x", "1.0.0"), library("acme.x", "2.0.0")],
  ]) {
    const home = freshHome();
    const outcomes = await Promise.all(paths.map((path) => operation("install", home.path, path)));
    const failures = outcomes.flatMap(({ failure }) => failure ?? []);
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatch(/^VMP_PLUGIN_INSTALLED: /);
    const winner = outcomes.find(({ failure }) => failure === undefined);
    expect(readState(home)).toMatchObject({ revision: 1, plugins: { "acme.x": winner?.result } });
    await operation("uninstall", home.path, "no.such");
    await expectSound(home);
  }
});

test("processes that install different plugins into a home that is missing all succeed", async () => {
  const home = freshHome();
  const ids = ["a", "b", "c", "d"];
  const outcomes = await Promise.all(ids.map((id) => operation("install", home.path, library(id, "1.0.0"))));
  expect(outcomes.map(({ failure }) => failure)).toEqual([undefined, undefined, undefined, undefined]);
  expect(Object.keys(readState(home).plugins).sort()).toEqual(ids);
  expect(readState(home).revision).toBe(4);
  await expectSound(home);
});

test("of two processes that update a plugin one succeeds, or one after the other", async () => {
  const home = freshHome();
  await operation("install", home.path, library("acme.x", "1.0.0"));
  const versions = ["2.0.0", "3.0.0"];
  const outcomes = await Promise.all(
    versions.map((version) => operation("update", home.path, library("acme.x", version))),
  );
  for (const { failure } of outcomes) if (failure) expect(failure).toMatch(/^VMP_PLUGIN_CHANGED_MEANWHILE: /);
  expect(outcomes.some(({ failure }) => failure === undefined)).toBe(true);
  expect(versions).toContain(readState(home).plugins["acme.x"]?.version);
  await expectSound(home);
});
