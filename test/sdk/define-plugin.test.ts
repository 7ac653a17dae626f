import { expect, test } from "vitest";
import {
  definePlugin,
  type LogRecord,
  type PluginDefinition,
  PluginError,
  type PointMap,
} from "../../src/sdk/index.ts";

/** A package that defines a point of its own. */
declare module "../../src/sdk/index.ts" {
  interface PointMap {
    "acme.greeter": { greet(name: string): string };
  }
}

test("definePlugin gives back what it was given, with its methods and types", () => {
  const seen: LogRecord[] = [];
  const plugin = definePlugin({
    start() {},
    points: { "debug.logger": { memory: { create: () => ({ log: (record) => void seen.push(record) }) } } },
  });
  const record: LogRecord = { level: "info", nanoseconds: 1n, source: "test", message: "hello" };
  plugin.points["debug.logger"].memory.create().log(record);
  expect(seen).toEqual([record]);
  expect(Object.keys(plugin)).toEqual(["start", "points"]);
});

test("a point of another package is typed by declaration merging", () => {
  const greeter: PointMap["acme.greeter"] = { greet: (name) => `hello ${name}` };
  const plugin: PluginDefinition = definePlugin({ points: { "acme.greeter": { polite: { create: () => greeter } } } });
  expect(plugin.points?.["acme.greeter"]?.polite).toBeDefined();
});

test("wrong shapes do not compile", () => {
  // @ts-expect-error: a logger has the method log
  definePlugin({ points: { "debug.logger": { bad: { create: () => ({}) } } } });
  // @ts-expect-error: there is no such point
  definePlugin({ points: { "debug.loger": { bad: { create: () => ({ log() {} }) } } } });
  // @ts-expect-error: engines are native
  definePlugin({ points: { "arch.simulator": { bad: { create: () => ({}) } } } });
  // @ts-expect-error: start takes nothing
  definePlugin({ start(_context: object) {} });
});

test("an error of a plugin's own has a code and keeps its cause", () => {
  const cause = new Error("deeper");
  const error = new PluginError("DISK_FULL", "no space", { cause });
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ name: "PluginError", code: "DISK_FULL", message: "no space", cause });
});
