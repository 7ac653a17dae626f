/** What a host counts, checks on a schedule and loads ahead of time. */
import { expect, test, vi } from "vitest";
import { VmPluginError } from "../../src/errors.ts";
import { type HealthEvent, scheduleHealthChecks } from "../../src/host/monitoring/health.ts";
import { errorOf } from "../support/errors.ts";
import { calls, failureOf, loggerBody, loggerParts, noting, openHost, plugin } from "./support.ts";

test("metrics tell how often and how long each operation was done, and what is open", async () => {
  await using host = await openHost([
    plugin("acme.logger", loggerParts, loggerBody),
    plugin("broken", {}, "{ start() { throw 1; } }"),
  ]);
  await host.activate("acme.logger");
  await host.unload("acme.logger");
  const instance = await host.createInstance(host.choose("debug.logger"), { prefix: "" });
  await errorOf(() => host.activate("broken"));
  const [logger, broken] = host.metrics();
  expect(logger).toMatchObject({ plugin: "acme.logger", instances: 1, uptime: expect.any(Number) });
  expect(logger?.operations.load).toMatchObject({ count: 2, failures: 0 });
  expect(logger?.operations.unload).toMatchObject({ count: 1, failures: 0 });
  const load = logger?.operations.load;
  expect(load?.slowest).toBeGreaterThan(0);
  expect(load?.total).toBeGreaterThanOrEqual(load?.slowest ?? Number.NaN);
  expect(broken).toMatchObject({
    plugin: "broken",
    uptime: undefined,
    operations: { start: { count: 1, failures: 1 } },
  });
  await instance.close();
  expect(host.metrics("acme.logger")).toMatchObject([{ instances: 0 }]);
  expect(await failureOf(() => host.metrics("acme.loger"))).toMatch(/^VMP_PLUGIN_NOT_FOUND: .*acme\.logger/);
});

test("a host that counts tells how its plugins' instances were called", async () => {
  await using host = await openHost([plugin("acme.logger", loggerParts, loggerBody)], { counted: true });
  const instance = await host.createInstance(host.choose("debug.logger"), { prefix: "" });
  const record = { level: "info", nanoseconds: 1n, source: "test", message: "hello" };
  for (let call = 0; call < 3; call++) (instance.implementation as { log(entry: unknown): void }).log(record);
  expect(host.metrics("acme.logger")).toMatchObject([{ calls: 3, errors: 0 }]);
});

test("plugins that run are checked on a schedule; what is not well is told and logged", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const health = (status: string) =>
      `{ healthCheck: () => { calls.push("check ${status}"); return { status: "${status}", message: "as told" }; } }`;
    const lines: string[] = [];
    const log = (level: string, source: string, message: string) => void lines.push(`${level} ${source} ${message}`);
    const host = await openHost(
      [
        plugin("well", {}, health("healthy")),
        plugin("ill", {}, health("degraded")),
        plugin("odd", {}, "{ healthCheck: () => { throw new Error('no answer'); } }"),
        plugin("idle", {}, health("unloaded")),
      ],
      { healthInterval: 1000, log },
    );
    const events: HealthEvent[] = [];
    host.on("health", (event) => events.push(event));
    for (const id of ["well", "ill", "odd"]) await host.activate(id);
    expect(calls()).toEqual([]);
    await vi.advanceTimersByTimeAsync(1000);
    while (events.length < 3) await new Promise(setImmediate);
    expect(calls().sort()).toEqual(["check degraded", "check healthy"]);
    expect(lines.sort()).toEqual([
      expect.stringMatching(/^warn host plugin ill is degraded: as told$/),
      expect.stringMatching(/^warn host the health check failed: plugin odd failed in healthCheck: no answer$/),
    ]);
    expect(host.get("odd").state).toBe("error");
    // A failed plugin does not run: the next round leaves it out.
    await vi.advanceTimersByTimeAsync(1000);
    while (events.length < 5) await new Promise(setImmediate);
    await host.close();
    await vi.advanceTimersByTimeAsync(5000);
    expect(events).toHaveLength(5);
  } finally {
    vi.useRealTimers();
  }
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])(
  "an interval of %s is refused",
  async (healthInterval) => {
    expect(await failureOf(() => openHost([], { healthInterval }))).toMatch(/^VMP_INVALID_ARGUMENT: interval/);
  },
);

test("plugins that are preloaded have their code and nothing has run; a failure hides no other", async () => {
  await using host = await openHost([
    plugin("a", {}, noting("a")),
    plugin("broken", {}, "(() => { throw new Error('no code'); })()"),
    plugin("b", {}, noting("b")),
  ]);
  expect(await failureOf(() => host.preload(["a", "broken", "b"]))).toMatch(/^VMP_MODULE_FAILED: .*no code/);
  expect(host.list().map((info) => info.state)).toEqual(["loaded", "error", "loaded"]);
  expect(calls()).toEqual([]);
  await host.activate("b");
  expect(host.metrics("b")[0]?.operations.load?.count).toBe(1);
});

test("a plugin that was stopped before its turn has not failed its check", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const events: HealthEvent[] = [];
    let checks = 0;
    const invalid = new VmPluginError("VMP_LIFECYCLE_INVALID_OPERATION", {
      id: "a",
      operation: "answer",
      state: "stopped",
      from: "running",
    });
    const end = scheduleHealthChecks({
      interval: 5,
      running: () => ["a", "b"],
      check: async (id) => {
        checks++;
        throw id === "a" ? invalid : new Error("broken");
      },
      checked: (event) => void events.push(event),
    });
    await vi.advanceTimersByTimeAsync(5);
    end();
    expect(checks).toBe(2);
    expect(events.map(({ plugin }) => plugin)).toEqual(["b"]);
  } finally {
    vi.useRealTimers();
  }
});
