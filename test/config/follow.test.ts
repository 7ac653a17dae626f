/** Two managers over one store in memory, as two processes would be; with real ones in processes.test.ts. */
import { expect, test } from "vitest";
import type { Settled } from "../../src/config/follower.ts";
import { ConfigurationManager } from "../../src/config/manager.ts";
import { MemoryStore } from "../../src/config/memory-store.ts";
import type { Configuration } from "../../src/sdk/define-plugin.ts";

const id = "acme.disk";
const schema = { type: "object", properties: { port: { type: "integer", default: 80 } } };

function host(store: MemoryStore, refuses: (configuration: Configuration) => boolean = () => false) {
  const manager = new ConfigurationManager({
    store,
    author: "t",
    describe: (name) => (name === id ? { version: "1.0.0", schema } : undefined),
  });
  const offered: unknown[] = [];
  manager.on(({ configuration }) => {
    offered.push(configuration.port);
    if (refuses(configuration)) throw new Error("not this one");
  });
  const settled: Settled[] = [];
  let told = () => {};
  const follow = () =>
    manager.follow((change) => {
      settled.push(change);
      told();
    });
  const until = async (done: () => boolean) => {
    while (!done())
      await new Promise<void>((resolve) => {
        told = resolve;
      });
  };
  return { manager, offered, settled, follow, until };
}

test("what another process sets, first or not, and resets is offered and settled", async () => {
  const store = new MemoryStore();
  const [cli, running] = [host(store), host(store)];
  expect(await running.manager.effective(id)).toEqual({ port: 80 });
  running.follow();
  await cli.manager.set(id, { port: 1 });
  await running.until(() => running.settled.length === 1);
  await cli.manager.set(id, { port: 2 });
  await running.until(() => running.settled.length === 2);
  await cli.manager.reset(id);
  await running.until(() => running.settled.length === 3);
  expect(running.offered).toEqual([1, 2, 80]);
  expect(running.settled).toEqual([
    { id, revision: 1 },
    { id, revision: 2 },
    { id, revision: 3 },
  ]);
});

test("what was set between the first look and the following is not missed", async () => {
  const store = new MemoryStore();
  const [cli, running] = [host(store), host(store)];
  await running.manager.effective(id);
  await cli.manager.set(id, { port: 1 });
  running.follow();
  await running.until(() => running.settled.length === 1);
  expect(running.offered).toEqual([1]);
});

test("what was there before anybody asked, and what this process sets itself, is not offered again", async () => {
  const store = new MemoryStore();
  const [cli, running] = [host(store), host(store)];
  await cli.manager.set(id, { port: 1 });
  running.follow();
  await new Promise((resolve) => setTimeout(resolve, 10));
  await running.manager.set(id, { port: 2 });
  await cli.manager.set(id, { port: 3 });
  await running.until(() => running.settled.length === 1);
  expect(running.offered).toEqual([2, 3]);
  expect(running.settled).toEqual([{ id, revision: 3 }]);
});

test("what is refused, or is not valid here, is rolled back for everybody", async () => {
  const store = new MemoryStore();
  const [cli, running, other] = [host(store), host(store, ({ port }) => port === 13), host(store)];
  await running.manager.set(id, { port: 1 });
  running.follow();
  await other.manager.effective(id);
  other.follow();
  await cli.manager.set(id, { port: 13 });
  await running.until(() => running.settled.length === 1);
  expect(running.settled[0]).toMatchObject({ id, revision: 2, refused: expect.stringContaining("not this one") });
  expect(await cli.manager.entry(id)).toMatchObject({
    configuration: { port: 1 },
    metadata: { revision: 3, rollsBack: 2 },
  });
  await other.until(() => other.settled.at(-1)?.revision === 3);
  expect(other.offered.at(-1)).toBe(1);

  const entry = await store.read(id);
  if (entry === undefined) return expect.unreachable();
  await store.write({ id, configuration: { port: "x" }, metadata: { ...entry.metadata, revision: 4 } }, 3);
  await running.until(() => running.settled.some(({ revision }) => revision >= 4));
  await other.until(() => other.settled.some(({ revision }) => revision >= 4));
  expect((await store.read(id))?.configuration).toEqual({ port: 1 });
});

test("the first one, refused, is reset", async () => {
  const store = new MemoryStore();
  const [cli, running] = [host(store), host(store, ({ port }) => port === 13)];
  await running.manager.effective(id);
  running.follow();
  await cli.manager.set(id, { port: 13 });
  await running.until(() => running.settled.length === 1);
  expect(await store.read(id)).toBeUndefined();
  expect(await store.revision(id)).toBe(2);
});

test("hosts that refuse each other's configuration do not write for ever", async () => {
  const store = new MemoryStore();
  const one = host(store, ({ port }) => port === 2);
  await one.manager.set(id, { port: 1 });
  one.follow();
  // It has 2, and would not go back to 1.
  const other = host(store, ({ port }) => port === 1);
  await other.manager.set(id, { port: 2 });
  other.follow();
  await one.until(() => one.settled.length === 1);
  await other.until(() => other.settled.length === 1);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await store.revision(id)).toBe(3);
  expect((await store.read(id))?.configuration).toEqual({ port: 1 });
});

test("a plugin that is not here is nobody's business, and closing ends it all", async () => {
  const store = new MemoryStore();
  const running = host(store);
  const elsewhere = new ConfigurationManager({ store, author: "t", describe: () => ({ version: "1.0.0" }) });
  await running.manager.effective(id);
  running.follow();
  await elsewhere.set("other", { a: 1 });
  await elsewhere.set(id, { port: 1 });
  await running.until(() => running.settled.length === 1);
  running.manager.close();
  await elsewhere.set(id, { port: 2 });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(running.settled).toEqual([{ id, revision: 1 }]);
  expect(running.offered).toEqual([1]);
});
