import { expect, test } from "vitest";
import { Configurations } from "../../src/host/configurations.ts";

test("a host says which revision a plugin was given, that of a reset too", async () => {
  const offered: unknown[] = [];
  const configurations = new Configurations({
    home: undefined,
    given: undefined,
    rules: undefined,
    describe: (id) => (id === "acme.disk" ? ({ version: "1.0.0" } as never) : undefined),
    offer: async (_, configuration) => void offered.push(configuration),
  });
  const manager = await configurations.manager();
  expect(configurations.revisionOf("acme.disk")).toBe(0);
  await manager.set("acme.disk", { port: 1 });
  expect(configurations.revisionOf("acme.disk")).toBe(1);
  await manager.reset("acme.disk");
  expect(configurations.revisionOf("acme.disk")).toBe(2);
  expect(offered).toEqual([{ port: 1 }, {}]);
  configurations.close();
});
