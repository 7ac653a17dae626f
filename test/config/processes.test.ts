/** Several processes on one store. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeAll, expect, test } from "vitest";
import { FileStore } from "../../src/config/file-store.ts";
import { ConfigurationManager } from "../../src/config/manager.ts";
import { withLock } from "../../src/storage/lock.ts";
import { bundleProgram } from "../support/bundle.ts";
import { errorOf } from "../support/errors.ts";
import { folder } from "../support/folder.ts";

const id = "acme.disk";
let program = "";
const children: ChildProcessWithoutNullStreams[] = [];

beforeAll(async () => {
  program = await bundleProgram(join(import.meta.dirname, "programs", "peer.ts"), folder());
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** A peer; `next` gives what it says, in order. */
function peer(place: string, ...work: string[]) {
  const child = spawn(process.execPath, [program, place, ...work]);
  children.push(child);
  child.stderr.pipe(process.stderr);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async (): Promise<unknown[]> => JSON.parse((await lines.next()).value);
  return { child, next };
}

function here(place: string) {
  return new ConfigurationManager({
    store: new FileStore({ folder: place }),
    author: "here",
    describe: () => ({
      version: "1.0.0",
      schema: { type: "object", properties: { port: { type: "integer", default: 80 } } },
    }),
  });
}

test("processes that write at once lose nothing, and a reader never sees half of anything", async () => {
  const place = join(folder(), "configuration");
  const manager = here(place);
  await manager.set(id, {});
  const peers = ["a", "b", "c"].map((name) => peer(place, "keys", name));
  const ends = Promise.all(peers.map(({ next }) => next()));
  let done = false;
  ends.finally(() => {
    done = true;
  });
  let seen = 0;
  let revision = 0;
  while (!done) {
    // Each time by a store that remembers nothing.
    const entry = await here(place).entry(id);
    if (entry === undefined) return expect.unreachable();
    expect(Object.keys(entry.configuration).length).toBeGreaterThanOrEqual(seen);
    expect(entry.metadata.revision).toBeGreaterThanOrEqual(revision);
    for (const [key, value] of Object.entries(entry.configuration)) expect(value).toBe(key.charAt(0).repeat(2000));
    seen = Object.keys(entry.configuration).length;
    revision = entry.metadata.revision;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  expect((await ends).map(([word]) => word)).toEqual(["done", "done", "done"]);
  const entry = await manager.entry(id);
  expect(Object.keys(entry?.configuration ?? {})).toHaveLength(75);
  // Each success is one revision, no more: who was in conflict wrote nothing.
  expect(entry?.metadata.revision).toBe(76);
});

test("a change reaches a process that follows; what it refuses is rolled back", async () => {
  const place = join(folder(), "configuration");
  const manager = here(place);
  const { next, child } = peer(place, "follow");
  expect(await next()).toEqual(["effective", 80]);
  expect(await next()).toEqual(["following"]);
  await manager.set(id, { port: 1 });
  expect([await next(), await next()]).toEqual([
    ["offered", 1],
    ["settled", 1, ""],
  ]);
  await manager.set(id, { port: 2 }, { format: "yaml" });
  expect([await next(), await next()]).toEqual([
    ["offered", 2],
    ["settled", 2, ""],
  ]);
  await manager.set(id, { port: 13 });
  expect(await next()).toEqual(["offered", 13]);
  expect(await next()).toEqual(["settled", 3, expect.stringContaining("it brings bad luck")]);
  expect(await manager.entry(id)).toMatchObject({ configuration: { port: 2 }, metadata: { revision: 4 } });
  await manager.reset(id);
  expect([await next(), await next()]).toEqual([
    ["offered", 80],
    ["settled", 5, ""],
  ]);
  // Following alone keeps no process alive.
  child.stdin.end();
  const [status] = await once(child, "exit");
  expect(status).toBe(0);
});

test("a lock names its holder, and is free once that is killed", async () => {
  const place = join(folder(), "configuration");
  await here(place).set(id, {});
  const { child, next } = peer(place, "hold");
  expect(await next()).toEqual(["holding"]);
  const error = await errorOf(() => withLock(join(place, "lock"), () => "never", { timeout: 30 }));
  expect(error).toMatchObject({ code: "VMP_HOME_BUSY", values: { holder: String(child.pid) } });
  child.kill("SIGKILL");
  await once(child, "exit");
  expect((await here(place).set(id, { port: 1 })).metadata.revision).toBe(2);
});
