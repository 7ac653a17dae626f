import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { FileStore } from "../../src/config/file-store.ts";
import type { Change } from "../../src/config/listeners.ts";
import { ConfigurationManager, type ConfigurationManagerOptions } from "../../src/config/manager.ts";
import { MemoryStore } from "../../src/config/memory-store.ts";
import type { ConfigurationEntry } from "../../src/config/metadata.ts";
import type { Backup, ConfigurationStore } from "../../src/config/store.ts";
import { errorOf } from "../support/errors.ts";
import { folder } from "../support/folder.ts";

const schema = {
  type: "object",
  additionalProperties: false,
  properties: {
    port: { type: "integer", minimum: 1, maximum: 65535, default: 80 },
    names: { type: "array", items: { type: "string" } },
  },
};

function manage(store: ConfigurationStore, options: Partial<ConfigurationManagerOptions> = {}) {
  const manager = new ConfigurationManager({
    store,
    author: "tester",
    describe: (id) => (id === "acme.disk" ? { version: "1.0.0", schema } : undefined),
    ...options,
  });
  const heard: Change[] = [];
  manager.on((change) => void heard.push(change));
  return { manager, heard, configurations: () => heard.map(({ configuration }) => configuration) };
}

describe.each([
  ["in memory", () => new MemoryStore()],
  ["in files", () => new FileStore({ folder: join(folder(), "configuration") })],
])("configurations %s", (_, open) => {
  const id = "acme.disk";

  test("without one stored are the defaults; those of a plugin without a schema are empty", async () => {
    const { manager } = manage(open(), {
      describe: (name) => (name === "plain" ? { version: "1.0.0" } : { version: "1.0.0", schema }),
    });
    expect(await manager.effective(id)).toEqual({ port: 80 });
    expect(await manager.effective("plain")).toEqual({});
    expect(await manager.entry(id)).toBeUndefined();
  });

  test("are stored as they were set, with their metadata, and used with their defaults", async () => {
    const store = open();
    const { manager } = manage(store);
    const entry = await manager.set(id, { names: ["a"] }, { description: "first", tags: ["x"] });
    expect(entry.configuration).toEqual({ names: ["a"] });
    const { created, updated, ...metadata } = entry.metadata;
    expect(metadata).toEqual({
      revision: 1,
      author: "tester",
      description: "first",
      tags: ["x"],
      pluginVersion: "1.0.0",
    });
    expect(new Date(created).toISOString()).toBe(updated);
    expect(await manage(store).manager.entry(id)).toEqual(entry);
    expect(await manager.effective(id)).toEqual({ names: ["a"], port: 80 });
    const second = await manager.set(id, { port: 1 });
    expect(second.metadata).toMatchObject({ revision: 2, created, tags: ["x"], description: "" });
  });

  test("that are given out cannot be changed by who has them", async () => {
    const { manager } = manage(open());
    const given = { names: ["a"] };
    await manager.set(id, given);
    given.names.push("b");
    const effective = (await manager.effective(id)) as { names: string[] };
    expect(() => effective.names.push("c")).toThrow(TypeError);
    expect(await manager.effective(id)).toEqual({ names: ["a"], port: 80 });
  });

  test("the first one notifies, before it is stored", async () => {
    const store = open();
    const { manager, heard } = manage(store);
    let stored: unknown = "not asked";
    manager.on(async () => {
      stored = await store.read(id);
    });
    await manager.set(id, {});
    expect(stored).toBeUndefined();
    expect(heard).toMatchObject([
      { id, configuration: { port: 80 }, previous: undefined, entry: { configuration: {} } },
    ]);
    await manager.set(id, { port: 1 });
    expect(heard[1]).toMatchObject({ configuration: { port: 1 }, previous: { port: 80 } });
  });

  test("that are not valid change nothing and are heard of by nobody", async () => {
    const { manager, heard } = manage(open());
    await manager.set(id, { port: 1 });
    heard.length = 0;
    const cases: [unknown, RegExp][] = [
      [{ port: 70000 }, /port is 70000, the maximum is 65535/],
      [{ prot: 1 }, /did you mean port/],
      [[], /not an object/],
      [null, /not an object/],
      [{ port: Number.NaN }, /port: it is NaN/],
      [{ port: 1n }, /port: it is a bigint/],
      [{ names: [new Date()] }, /names\[0\]: it is a Date/],
      [JSON.parse('{"names": [{"__proto__": {}}]}'), /__proto__/],
    ];
    for (const [configuration, reason] of cases) {
      const error = await errorOf(() => manager.set(id, configuration as never));
      expect(error).toMatchObject({ code: "VMP_CONFIGURATION_INVALID", values: { id } });
      expect(error.message).toMatch(reason);
      expect((await manager.check(id, configuration as never)).errors.length).toBeGreaterThan(0);
    }
    const circle: Record<string, unknown> = {};
    circle.circle = circle;
    expect((await errorOf(() => manager.set(id, circle as never))).message).toMatch(/deeper than 64/);
    expect(heard).toEqual([]);
    expect(await manager.entry(id)).toMatchObject({ configuration: { port: 1 }, metadata: { revision: 1 } });
  });

  test("of a plugin that nobody knows are refused", async () => {
    const { manager } = manage(open());
    for (const work of [() => manager.set("x", {}), () => manager.effective("x"), () => manager.check("x", {})])
      expect(await errorOf(work)).toMatchObject({ code: "VMP_PLUGIN_NOT_FOUND", values: { id: "x" } });
  });

  test("that a listener refuses are not stored; those who had accepted get the old one back", async () => {
    const { manager, configurations } = manage(open());
    await manager.set(id, { port: 1 });
    const last: unknown[] = [];
    const stop = manager.on(({ configuration }) => {
      if (configuration.port === 2) throw new Error("port 2 is taken");
    });
    manager.on(({ configuration }) => void last.push(configuration));
    const error = await errorOf(() => manager.set(id, { port: 2 }));
    expect(error).toMatchObject({ code: "VMP_CONFIGURATION_REFUSED", values: { id, reason: "port 2 is taken" } });
    expect(configurations()).toEqual([{ port: 1 }, { port: 2 }, { port: 1 }]);
    expect(last).toEqual([]);
    expect(await manager.entry(id)).toMatchObject({ configuration: { port: 1 }, metadata: { revision: 1 } });
    stop();
    await manager.set(id, { port: 2 });
    expect(await manager.effective(id)).toEqual({ port: 2 });
  });

  test("the first one, refused, leaves the defaults; who cannot go back says so", async () => {
    const { manager, configurations } = manage(open());
    manager.on(({ entry }) => {
      if (entry === undefined) throw new Error("no way back");
    });
    manager.on(() => Promise.reject(new Error("never")));
    const error = await errorOf(() => manager.set(id, { port: 2 }));
    expect(error.message).toMatch(/never; the old one was not taken back: no way back$/);
    expect(configurations()).toEqual([{ port: 2 }, { port: 80 }]);
  });

  test("that cannot be written are taken back from those who had accepted", async () => {
    const store = open();
    const { manager, configurations } = manage(store);
    await manager.set(id, { port: 1 });
    store.write = () => Promise.reject(new Error("no space is left"));
    await expect(manager.set(id, { port: 2 })).rejects.toThrow("no space is left");
    expect(configurations()).toEqual([{ port: 1 }, { port: 2 }, { port: 1 }]);
    expect(await manager.effective(id)).toEqual({ port: 1 });
  });

  test("that somebody else changed meanwhile are in conflict, and nothing is lost", async () => {
    const store = open();
    const [one, other] = [manage(store), manage(store)];
    await one.manager.set(id, { port: 1 });
    one.manager.on(async ({ configuration }) => {
      if (configuration.port === 2) await other.manager.set(id, { port: 3 });
    });
    const error = await errorOf(() => one.manager.set(id, { port: 2 }));
    expect(error).toMatchObject({ code: "VMP_CONFIGURATION_CONFLICT", values: { id, expected: 1, found: 2 } });
    expect(one.configurations()).toEqual([{ port: 1 }, { port: 2 }, { port: 1 }]);
    expect(await one.manager.effective(id)).toEqual({ port: 3 });
  });

  test("changes of one process come one after the other", async () => {
    const { manager, heard } = manage(open());
    await Promise.all(Array.from({ length: 8 }, (_, index) => manager.set(id, { port: index + 1 })));
    await Promise.all(
      Array.from({ length: 8 }, (_, index) => manager.change(id, [{ path: `names[${index}]`, value: `${index}` }])),
    );
    expect(heard).toHaveLength(16);
    expect(await manager.entry(id)).toMatchObject({
      configuration: { port: 8, names: ["0", "1", "2", "3", "4", "5", "6", "7"] },
      metadata: { revision: 16 },
    });
  });

  test("values are changed by their path", async () => {
    const { manager } = manage(open());
    await manager.change(id, [
      { path: "names[0]", value: "a" },
      { path: "names[1]", value: "b" },
      { path: "port", value: 1 },
    ]);
    await manager.change(id, [
      { path: "names[0]", value: undefined },
      { path: "port", value: undefined },
    ]);
    expect((await manager.entry(id))?.configuration).toEqual({ names: ["b"] });
    const endless = `${"a.".repeat(9000)}a`;
    for (const path of ["", "names[2]", "names.x", "port.x", "a..b", "a[", '["x', "__proto__.x", "names[x]", endless])
      expect((await errorOf(() => manager.change(id, [{ path, value: 1 }]))).code).toMatch(
        /VMP_CONFIGURATION_(PATH|INVALID)/,
      );
    expect((await manager.entry(id))?.metadata.revision).toBe(2);
  });

  test("a reset goes back to the defaults, is heard of, and never brings a revision back", async () => {
    const store = open();
    const { manager, heard } = manage(store);
    await manager.reset(id);
    expect(heard).toEqual([]);
    await manager.set(id, { port: 1 });
    await manager.reset(id);
    expect(heard[1]).toMatchObject({
      configuration: { port: 80 },
      previous: { port: 1 },
      revision: 2,
      entry: undefined,
    });
    expect(await manager.entry(id)).toBeUndefined();
    expect(await manager.effective(id)).toEqual({ port: 80 });
    expect(await store.revision(id)).toBe(2);
    expect((await manager.set(id, { port: 3 })).metadata.revision).toBe(3);
    manager.on(() => Promise.reject(new Error("no")));
    expect((await errorOf(() => manager.reset(id))).code).toBe("VMP_CONFIGURATION_REFUSED");
    expect(await manager.effective(id)).toEqual({ port: 3 });
  });

  test("exactly the backup that is named is restored, through the same checks", async () => {
    const { manager, heard } = manage(open());
    expect((await errorOf(() => manager.backup(id))).code).toBe("VMP_CONFIGURATION_NOT_FOUND");
    const made: Backup[] = [];
    for (const port of [1, 2, 3]) {
      await manager.set(id, { port }, { tags: [`t${port}`] });
      made.push(await manager.backup(id, { description: `port ${port}` }));
    }
    // Within one millisecond, too.
    made.push(...(await Promise.all([manager.backup(id), manager.backup(id), manager.backup(id)])));
    expect(new Set(made.map(({ name }) => name)).size).toBe(6);
    const listed = await manager.backups(id);
    expect(listed.map(({ name }) => name).sort()).toEqual(made.map(({ name }) => name).sort());
    expect(listed.slice(0, 3)).toEqual(made.slice(0, 3));
    expect(listed[1]).toMatchObject({ description: "port 2", revision: 2, pluginVersion: "1.0.0" });

    heard.length = 0;
    const entry = await manager.restore(id, made[0]?.name ?? "");
    expect(entry).toMatchObject({ configuration: { port: 1 }, metadata: { revision: 4, tags: ["t1"] } });
    expect(heard).toMatchObject([{ configuration: { port: 1 }, previous: { port: 3 } }]);
    const stop = manager.on(() => Promise.reject(new Error("no")));
    expect((await errorOf(() => manager.restore(id, made[1]?.name ?? ""))).code).toBe("VMP_CONFIGURATION_REFUSED");
    stop();
    const error = await errorOf(() => manager.restore(id, `${made[0]?.name}x`));
    expect(error).toMatchObject({ code: "VMP_BACKUP_NOT_FOUND" });
    expect(error.fix).toContain(made[0]?.name);
    for (const name of ["../x", "", "/etc/passwd"])
      expect((await errorOf(() => manager.restore(id, name))).code).toBe("VMP_BACKUP_NOT_FOUND");
    expect(await manager.effective(id)).toEqual({ port: 1 });
    await manager.reset(id);
    expect((await manager.restore(id, made[2]?.name ?? "")).configuration).toEqual({ port: 3 });
  });

  test("what another version wrote is migrated, once, and stored in the new form by the next change", async () => {
    const store = open();
    await manage(store).manager.set(id, { port: 7 });
    const backup = await manage(store).manager.backup(id);
    const calls: unknown[] = [];
    const newer = {
      type: "object",
      additionalProperties: false,
      properties: { ports: { type: "array" }, name: { type: "string" } },
    };
    const describe = () => ({ version: "2.0.0", schema: newer });
    const options: Partial<ConfigurationManagerOptions> = {
      describe,
      migrate: async (name, from, configuration) => {
        calls.push([name, from, configuration]);
        return { ports: [configuration.port ?? null] };
      },
    };
    const { manager } = manage(store, options);
    expect(await manager.effective(id)).toEqual({ ports: [7] });
    expect(await manager.effective(id)).toEqual({ ports: [7] });
    expect(calls).toEqual([[id, "1.0.0", { port: 7 }]]);
    expect((await manager.entry(id))?.configuration).toEqual({ port: 7 });
    const changed = await manager.change(id, [{ path: "name", value: "x" }]);
    expect(changed).toMatchObject({ configuration: { ports: [7], name: "x" }, metadata: { pluginVersion: "2.0.0" } });
    expect((await manager.restore(id, backup.name)).configuration).toEqual({ ports: [7] });
    // Without a migration it is what it is.
    expect((await errorOf(() => manage(open(), { describe }).manager.set(id, { port: 7 }))).code).toBe(
      "VMP_CONFIGURATION_INVALID",
    );
  });

  test("a version that is prepared brings what it is given and its own migration", async () => {
    const store = open();
    const { manager } = manage(store);
    const facts = { described: { version: "1.0.0", schema }, given: { port: 5 } };
    expect(await manager.prepare(id, facts)).toEqual({ effective: { port: 5 }, revision: 0 });
    expect(await manager.effective(id)).toEqual({ port: 5 });
    await manager.set(id, { port: 6 });
    await manager.reset(id);
    expect(await manager.effective(id)).toEqual({ port: 5 });
    await manager.set(id, { port: 6 });
    const next = { described: { version: "2.0.0", schema }, migrate: async () => ({ port: 7 }) };
    expect(await manager.prepare(id, next)).toEqual({ effective: { port: 7 }, revision: 3 });
    // describe still names the first version: the second was only tried out.
    expect(await manager.effective(id)).toEqual({ port: 6 });
    const broken = { ...next, migrate: () => Promise.reject(new Error("too old")) };
    await expect(manager.prepare(id, broken)).rejects.toThrow("too old");
  });

  test("what was resolved before the plugin's code was there is migrated by it all the same", async () => {
    const store = open();
    await manage(store).manager.set(id, { port: 1 });
    const described = { version: "2.0.0", schema };
    const { manager } = manage(store, { describe: () => described });
    expect(await manager.effective(id)).toEqual({ port: 1 });
    const migrate = async () => ({ port: 2 });
    expect(await manager.prepare(id, { described, migrate })).toEqual({ effective: { port: 2 }, revision: 1 });
    expect(await manager.effective(id)).toEqual({ port: 2 });
  });

  test("a plugin that is prepared during a change gets what is stored in the end", async () => {
    const store = open();
    const facts = { described: { version: "1.0.0", schema } };
    const { manager, configurations } = manage(store, { describe: () => facts.described });
    await manager.set(id, { port: 1 });
    const write = store.write.bind(store);
    // Between the offer and the write, ...
    store.write = async (entry: ConfigurationEntry, expected: number) => {
      expect(await manager.prepare(id, facts)).toMatchObject({ effective: { port: 1 } });
      await write(entry, expected);
    };
    await manager.set(id, { port: 2 });
    expect(configurations().at(-1)).toEqual({ port: 2 });
    expect(configurations()).toHaveLength(3);
    // ... and between its look at the store and its use of it.
    store.write = write;
    const read = store.read.bind(store);
    store.read = async (name) => {
      const found = await read(name);
      store.read = read;
      await manage(store).manager.set(id, { port: 3 });
      return found;
    };
    expect(await manager.prepare(id, facts)).toMatchObject({ effective: { port: 3 }, revision: 3 });
  });

  test("a version that is only tried out does not hide a change from the one that runs", async () => {
    const store = new MemoryStore();
    const { manager, configurations } = manage(store);
    await manager.prepare(id, { described: { version: "1.0.0", schema } });
    await manage(store).manager.set(id, { port: 2 });
    await manager.prepare(id, { described: { version: "2.0.0", schema } });
    const settled = new Promise((resolve) => manager.follow(resolve));
    expect(await settled).toEqual({ id, revision: 1 });
    expect(configurations()).toEqual([{ port: 2 }]);
  });

  test("that cannot be written, nor taken back, say both", async () => {
    const store = open();
    const { manager } = manage(store);
    manager.on(({ entry }) => {
      if (entry === undefined) throw new Error("no way back");
    });
    store.write = () => Promise.reject(new Error("no space is left"));
    const error = await errorOf(() => manager.set(id, { port: 2 }));
    expect(error).toMatchObject({ code: "VMP_CONFIGURATION_REFUSED" });
    expect(error.message).toMatch(/no space is left; the old one was not taken back: no way back/);
  });

  test("rules of the embedder count, as errors and as warnings", async () => {
    const { manager } = manage(open(), {
      rules: () => [
        ({ port }) => (port === 6666 ? [{ path: "port", message: "port 6666 is blocked by browsers" }] : []),
        ({ port }) => (Number(port) < 1024 ? [{ path: "port", message: "port needs root", severity: "warning" }] : []),
      ],
    });
    expect((await errorOf(() => manager.set(id, { port: 6666 }))).message).toMatch(/blocked by browsers/);
    expect((await manager.check(id, { port: 1 })).warnings).toEqual([
      { path: "port", message: "port needs root", keyword: "rule" },
    ]);
    await manager.set(id, { port: 1 });
  });
});
