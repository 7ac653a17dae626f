import { expect, test } from "vitest";
import type { StateEvent } from "../../src/host/lifecycle/states.ts";
import { errorOf } from "../support/errors.ts";
import { afterTimeOut, calls, failureOf, loggerBody, loggerParts, noting, openHost, plugin } from "./support.ts";

test("what a plugin requires is started before it and stopped after it", async () => {
  const requires = (...ids: string[]) => ({ requires: ids.map((id) => ({ plugin: id })) });
  const host = await openHost([
    plugin("acme.app", requires("acme.left", "acme.right"), noting("app")),
    plugin("acme.left", requires("acme.base"), noting("left")),
    plugin("acme.right", requires("acme.base"), noting("right")),
    plugin("acme.base", {}, noting("base")),
    plugin("acme.other", {}, noting("other")),
  ]);
  await Promise.all([host.activate("acme.app"), host.activate("acme.right"), host.activate("acme.app")]);
  const started = calls().filter((call) => call.startsWith("start"));
  expect(started[0]).toBe("start base");
  expect(started.slice(1, 3).sort()).toEqual(["start left", "start right"]);
  expect(started[3]).toBe("start app");
  expect(started).toHaveLength(4);
  expect(await failureOf(() => host.stop("acme.base"))).toMatch(
    /^VMP_PLUGIN_REQUIRED: .*acme\.base is required by acme\.(left, acme\.right|right, acme\.left)/,
  );
  calls().length = 0;
  await host.close();
  const stopped = calls().filter((call) => call.startsWith("stop"));
  expect([stopped[0], stopped[3]]).toEqual(["stop app", "stop base"]);
  expect(stopped).toHaveLength(4);
});

test("a requirement whose version is not in the range is told before anything starts", async () => {
  const base = () => plugin("base", {}, noting("base"), { version: "1.4.0" });
  await using host = await openHost([plugin("app", { requires: [{ plugin: "base", version: "^2.0" }] }), base()]);
  expect(await failureOf(() => host.activate("app"))).toMatch(/^VMP_DEPENDENCY_VERSION: .*base \^2\.0, found 1\.4\.0/);
  expect(calls()).toEqual([]);
  await using other = await openHost([plugin("app", { requires: [{ plugin: "base", version: "^1.2" }] }), base()]);
  await other.activate("app");
  expect(calls()).toContain("start base");
});

test("a plugin can be stopped once those that required it have ended", async () => {
  await using host = await openHost([plugin("a", { requires: [{ plugin: "b" }] }), plugin("b")]);
  await host.activate("a");
  await host.stop("a");
  await host.stop("b");
  await host.activate("a");
  expect(host.list({ state: "running" })).toHaveLength(2);
  await host.unload("a");
  await host.unload("b");
});

test("when a requirement fails the plugin is not started, when an optional one fails it is", async () => {
  const broken = () => plugin("broken", {}, `{ start() { throw new PluginError("NO_LICENSE", "no license"); } }`);
  await using host = await openHost([plugin("needs", { requires: [{ plugin: "broken" }] }), broken()]);
  const failure = await errorOf(() => host.activate("needs"));
  expect(failure).toMatchObject({ code: "VMP_LIFECYCLE_FAILED", cause: { code: "broken/NO_LICENSE" } });
  expect(host.get("needs").state).toBe("unloaded");
  await using other = await openHost([plugin("likes", { requires: [{ plugin: "broken", optional: true }] }), broken()]);
  await other.activate("likes");
  expect(other.get("likes").state).toBe("running");
});

test("a method that hangs leads to error with the plugin and the method named", async () => {
  const body = `{ initialize: ({ signal }) => { signal.addEventListener("abort", () => calls.push("abandoned")); },
    start: () => new Promise(() => { calls.push("start"); }) }`;
  await using host = await openHost([plugin("acme.slow", {}, body)]);
  expect(await afterTimeOut("start", () => host.activate("acme.slow"))).toMatch(
    /^VMP_LIFECYCLE_TIMED_OUT: plugin acme\.slow did not finish start in 10000 ms/,
  );
  expect(host.get("acme.slow").state).toBe("error");
  expect(calls()).toEqual(["start", "abandoned"]);
  await host.unload("acme.slow");
  expect(host.get("acme.slow")).toMatchObject({ state: "unloaded", error: undefined });
});

test("disabling a required plugin says who requires it, or takes them along when told to", async () => {
  await using host = await openHost([
    plugin("a", { requires: [{ plugin: "b" }] }),
    plugin("b", { requires: [{ plugin: "c" }] }),
    plugin("c"),
  ]);
  await host.activate("a");
  expect(await failureOf(() => host.disable("c"))).toMatch(/^VMP_PLUGIN_REQUIRED: plugin c is required by b/);
  expect(host.get("c")).toMatchObject({ state: "running", disabled: false });
  await host.disable("c", { dependents: true });
  expect(host.list().map((info) => [info.state, info.disabled])).toEqual(Array(3).fill(["unloaded", true]));
  expect(await failureOf(() => host.activate("a"))).toMatch(/^VMP_PLUGIN_DISABLED: /);
  await host.enable("c");
  expect(host.get("c").state).toBe("running");
});

test("enable brings a plugin back only if it ran, and needs those that it requires", async () => {
  await using host = await openHost([plugin("a", { requires: [{ plugin: "b" }] }), plugin("b")]);
  await host.disable("b");
  await host.enable("b");
  expect(host.get("b").state).toBe("unloaded");
  await host.activate("a");
  await host.disable("b", { dependents: true });
  expect(await failureOf(() => host.enable("a"))).toMatch(/^VMP_DEPENDENCY_DISABLED: plugin a requires b/);
});

test("a plugin that an earlier host disabled is passed over and not loaded", async () => {
  const disabled = new Set(["acme.logger"]);
  await using host = await openHost([plugin("acme.logger", loggerParts, loggerBody)], { disabled });
  expect(await failureOf(() => host.choose("debug.logger"))).toMatch(
    /^VMP_NO_IMPLEMENTATION: .*its plugin is disabled/,
  );
  await host.enable("acme.logger");
  expect(disabled.size).toBe(0);
  expect(host.choose("debug.logger").name).toBe("console");
});

test("a plugin that is held is not stopped until it is let go", async () => {
  await using host = await openHost([plugin("a")]);
  const { release } = await host.hold("a");
  expect(await failureOf(() => host.stop("a"))).toMatch(/^VMP_PLUGIN_IN_USE: /);
  release();
  await host.stop("a");
});

test("every change of state is heard, also when a listener throws", async () => {
  await using host = await openHost([plugin("a")]);
  const events: StateEvent[] = [];
  const warned = new Promise<Error>((resolve) => process.once("warning", resolve));
  host.on("state", () => {
    throw new Error("a listener's own");
  });
  const off = host.on("state", (event) => void events.push(event));
  await host.activate("a");
  off();
  await host.stop("a");
  expect(events.map((event) => `${event.plugin} ${event.to}`)).toEqual(["a loaded", "a initialized", "a running"]);
  expect((await warned).message).toBe("a listener's own");
});

test("startup plugins are activated on demand, all of them, and the first failure is told", async () => {
  await using host = await openHost([
    plugin("broken", { activation: "startup" }, "{ start() { throw new Error('no'); } }"),
    plugin("fine", { activation: "startup" }),
    plugin("lazy"),
  ]);
  expect(await failureOf(() => host.activateStartup())).toMatch(/^VMP_LIFECYCLE_FAILED: plugin broken/);
  expect(host.list().map((info) => info.state)).toEqual(["error", "running", "unloaded"]);
});

test("the configuration of a plugin reaches initialize, and a change is offered to it", async () => {
  const body = `{ initialize: ({ id, configuration }) => void calls.push(id + " " + configuration.level),
    configurationChanged: ({ level }) => { if (level === "loud") throw new PluginError("NO_SUCH_LEVEL", "no level loud"); calls.push("now " + level); } }`;
  await using host = await openHost([plugin("a", {}, body)], { configuration: () => ({ level: "info" }) });
  await host.activate("a");
  await host.configure("a", { level: "debug" });
  expect(await failureOf(() => host.configure("a", { level: "loud" }))).toMatch(
    /^VMP_CONFIGURATION_REFUSED: .*no level loud/,
  );
  expect(calls()).toEqual(["a info", "now debug"]);
});

test("health is asked of the plugin, and what is no health is its failure", async () => {
  const health = (what: string) => `{ healthCheck: async () => (${what}) }`;
  await using host = await openHost([
    plugin("well", {}, health(`{ status: "degraded", message: "slow disk" }`)),
    plugin("silent"),
    plugin("odd", {}, health("'fine'")),
  ]);
  expect(await host.healthCheck("well")).toEqual({ status: "degraded", message: "slow disk" });
  expect(await host.healthCheck("silent")).toBeUndefined();
  expect(await failureOf(() => host.healthCheck("odd"))).toMatch(
    /^VMP_LIFECYCLE_FAILED: plugin odd failed in healthCheck/,
  );
});

test("a closed host starts nothing, and closing it again does nothing", async () => {
  const host = await openHost([plugin("a", {}, noting("a"))]);
  const starting = host.activate("a");
  await host.close();
  await host.close();
  await starting.catch(() => {});
  expect(host.get("a").state).toBe("unloaded");
  expect((await errorOf(() => host.activate("a"))).code).toBe("VMP_HOST_CLOSED");
});

test("closing unloads every plugin even if one refuses, and tells of that one", async () => {
  const host = await openHost([plugin("stuck", {}, "{ stop() { throw new Error('no'); } }"), plugin("fine")]);
  await host.activate("stuck");
  await host.activate("fine");
  expect(await failureOf(() => host.close())).toMatch(/^VMP_LIFECYCLE_FAILED: plugin stuck failed in stop/);
  expect(host.get("fine").state).toBe("unloaded");
});

test("a plugin that is stopped before it could be held is not started behind the back of those that it requires", async () => {
  await using host = await openHost([plugin("a", { requires: [{ plugin: "b" }] }), plugin("b")]);
  await host.activate("a");
  const stopping = host.stop("a");
  expect(await failureOf(() => host.hold("a"))).toMatch(/^VMP_LIFECYCLE_INVALID_OPERATION: .*it is stopped/);
  await stopping;
  expect(host.get("a").state).toBe("stopped");
  await host.stop("b");
  const { release } = await host.hold("a");
  expect(host.list({ state: "running" })).toHaveLength(2);
  expect(await failureOf(() => host.stop("b"))).toMatch(/^VMP_PLUGIN_REQUIRED: /);
  release();
});

test("an instance that is asked for while its plugin stops is not made", async () => {
  await using host = await openHost([plugin("acme.logger", loggerParts, loggerBody)]);
  await host.activate("acme.logger");
  const stopping = host.stop("acme.logger");
  expect(await failureOf(() => host.createInstance(host.choose("debug.logger"), { prefix: "" }))).toMatch(
    /^VMP_LIFECYCLE_INVALID_OPERATION: plugin acme\.logger cannot answer: it is stopped/,
  );
  await stopping;
});

test("a health check that hangs leads to the state error, out of which unload leads", async () => {
  const body = `{ initialize: ({ signal }) => {
      calls.push("initialize " + signal.aborted);
      signal.addEventListener("abort", () => calls.push("abort"));
    },
    healthCheck: () => new Promise(() => { calls.push("healthCheck"); }) }`;
  await using host = await openHost([plugin("a", {}, body)]);
  await host.activate("a");
  expect(await afterTimeOut("healthCheck", () => host.healthCheck("a"))).toMatch(/^VMP_LIFECYCLE_TIMED_OUT: /);
  expect(host.get("a")).toMatchObject({ state: "error", error: { code: "VMP_LIFECYCLE_TIMED_OUT" } });
  expect(calls()).toEqual(["initialize false", "healthCheck"]);
  await host.unload("a");
  await host.activate("a");
  await host.unload("a");
  expect(calls().slice(2)).toEqual(["abort", "initialize false", "abort"]);
});

test("a preloaded plugin gets what it would like when another one's activation starts it", async () => {
  const base = plugin("base", { requires: [{ plugin: "extra", optional: true }] });
  await using host = await openHost([plugin("app", { requires: [{ plugin: "base" }] }), base, plugin("extra")]);
  await host.preload(["base"]);
  await host.activate("app");
  expect(host.get("extra").state).toBe("running");
});

test("an asynchronous listener that fails is a warning; one given twice is told twice; a new one hears of the next", async () => {
  await using host = await openHost([plugin("a")]);
  const warning = new Promise((resolve) => process.once("warning", resolve));
  host.on("state", async () => Promise.reject(new Error("a listener's own")));
  const heard: string[] = [];
  const listener = ({ operation }: StateEvent) => void heard.push(operation);
  const off = host.on("state", listener);
  host.on("state", listener);
  off();
  let again = () => {};
  const renewing = () => {
    again();
    again = host.on("state", renewing);
  };
  again = host.on("state", renewing);
  await host.load("a");
  expect(heard).toEqual(["load"]);
  expect(await warning).toMatchObject({ message: "a listener's own" });
});
