import { expect, test } from "vitest";
import { VmPluginError } from "../../src/errors.ts";
import { Lifecycle } from "../../src/host/lifecycle/lifecycle.ts";
import type { StateEvent } from "../../src/host/lifecycle/states.ts";
import type { LoadedPlugin } from "../../src/runtime/loaded-plugin.ts";
import type { LifecycleMethod } from "../../src/sdk/define-plugin.ts";
import { errorOf } from "../support/errors.ts";
import { failureOf } from "./support.ts";

type Methods = Partial<Record<LifecycleMethod | "unload" | "closeInstances", () => Promise<void> | void>>;

/** A plugin whose methods write down that they ran. */
function pluginWith(methods: Methods = {}, load: () => Promise<void> | void = () => {}) {
  const calls: string[] = [];
  const events: StateEvent[] = [];
  const disabled = new Set<string>();
  const record = async (method: keyof Methods): Promise<void> => {
    calls.push(method);
    await methods[method]?.();
  };
  const code: LoadedPlugin = {
    native: undefined,
    call: (method) => record(method),
    healthCheck: async () => undefined,
    exportState: async () => undefined,
    importState: async () => {},
    migrateConfiguration: async () => undefined,
    createInstance: () => Promise.reject(new Error("it makes none")),
    closeInstances: () => record("closeInstances"),
    unload: () => record("unload"),
  };
  const lifecycle = new Lifecycle({
    id: "acme.x",
    version: "1.2.3",
    configuration: () => ({ level: "stored" }),
    disabled,
    load: async () => {
      calls.push("load");
      await load();
      return code;
    },
    changed: (event) => events.push(event),
  });
  return { lifecycle, calls, events, disabled };
}

function gate() {
  let open = () => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}

test("the operations lead through the states in order, each announced with a rising time", async () => {
  const { lifecycle, events } = pluginWith();
  for (const operation of ["load", "initialize", "start", "stop", "cleanup", "unload"] as const)
    await lifecycle.run(operation);
  expect(events.map(({ operation, from, to }) => `${from} -${operation}-> ${to}`)).toEqual([
    "unloaded -load-> loaded",
    "loaded -initialize-> initialized",
    "initialized -start-> running",
    "running -stop-> stopped",
    "stopped -cleanup-> loaded",
    "loaded -unload-> unloaded",
  ]);
  const times = events.map((event) => event.time);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(times.at(-1)).toBeLessThanOrEqual(Number(process.hrtime.bigint()) / 1e6);
});

test.each([
  ["unloaded", ["initialize", "start", "stop", "cleanup", "unload"], []],
  ["loaded", ["load", "start", "stop", "cleanup"], ["load"]],
  ["initialized", ["load", "initialize", "stop", "unload"], ["load", "initialize"]],
  ["running", ["load", "initialize", "start", "cleanup", "unload"], ["load", "initialize", "start"]],
  ["stopped", ["load", "initialize", "start", "stop", "unload"], ["load", "initialize", "start", "stop"]],
] as const)(
  "from %s an operation that the diagram does not have is refused and changes nothing",
  async (state, refused, way) => {
    const { lifecycle, calls } = pluginWith();
    for (const operation of way) await lifecycle.run(operation);
    const before = [...calls];
    for (const operation of refused) {
      const failure = await failureOf(() => lifecycle.run(operation));
      expect(failure).toMatch(`VMP_LIFECYCLE_INVALID_OPERATION: plugin acme.x cannot ${operation}: it is ${state}`);
      expect(lifecycle.state).toBe(state);
    }
    expect(calls).toEqual(before);
  },
);

test("the state changes only after the plugin's method has succeeded", async () => {
  const initialize = gate();
  const { lifecycle, events } = pluginWith({ initialize: () => initialize.passed });
  await lifecycle.run("load");
  const initializing = lifecycle.run("initialize");
  await new Promise(setImmediate);
  expect(lifecycle.state).toBe("loaded");
  expect(events).toHaveLength(1);
  initialize.open();
  await initializing;
  expect(lifecycle.state).toBe("initialized");
});

test("a plugin is not called loaded while it is being loaded, nor when loading failed", async () => {
  const loading = gate();
  const { lifecycle, events } = pluginWith({}, async () => {
    await loading.passed;
    throw new Error("no such code");
  });
  const load = lifecycle.run("load");
  await new Promise(setImmediate);
  expect(lifecycle.state).toBe("unloaded");
  loading.open();
  expect((await errorOf(() => load)).code).toBe("VMP_LIFECYCLE_FAILED");
  expect(lifecycle.state).toBe("error");
  expect(events.map((event) => event.to)).toEqual(["error"]);
});

test("concurrent operations on one plugin run one after the other", async () => {
  let inside = 0;
  let most = 0;
  const method = async () => {
    most = Math.max(most, ++inside);
    await new Promise(setImmediate);
    inside--;
  };
  const { lifecycle, calls } = pluginWith({ initialize: method, start: method, stop: method, cleanup: method }, method);
  const operations = ["load", "initialize", "start", "stop", "cleanup", "unload"] as const;
  await Promise.all(operations.map((operation) => lifecycle.run(operation)));
  expect(most).toBe(1);
  expect(calls.filter((call) => call !== "closeInstances")).toEqual([...operations]);
});

test("ten callers who want it running load and start it once", async () => {
  const { lifecycle, calls } = pluginWith();
  await Promise.all(Array.from({ length: 10 }, () => lifecycle.ensureRunning()));
  expect(calls).toEqual(["load", "initialize", "start"]);
});

test.each(["initialize", "start", "stop", "cleanup"] as const)(
  "a method %s that throws leads to error with the plugin named, and cleanup and unload lead out",
  async (method) => {
    let broken = true;
    const fail = () => {
      if (broken) throw new Error("out of paper");
    };
    const { lifecycle, events } = pluginWith({ [method]: fail });
    const way = ["load", "initialize", "start", "stop", "cleanup"] as const;
    const failure = await failureOf(async () => {
      for (const operation of way) await lifecycle.run(operation);
    });
    expect(failure).toMatch(`VMP_LIFECYCLE_FAILED: plugin acme.x failed in ${method}: out of paper`);
    expect(lifecycle.state).toBe("error");
    expect(events.at(-1)).toMatchObject({ operation: method, to: "error", error: { code: "VMP_LIFECYCLE_FAILED" } });
    broken = false;
    await lifecycle.run("cleanup");
    expect(lifecycle.state).toBe("loaded");
    await lifecycle.run("unload");
    expect(lifecycle.state).toBe("unloaded");
    expect(lifecycle.error).toBeUndefined();
    await lifecycle.ensureRunning();
  },
);

test("what failed while it was loaded has nothing to clean up and is unloaded", async () => {
  let broken = true;
  const { lifecycle, calls } = pluginWith({}, () => {
    if (broken) throw new Error("damaged");
  });
  await errorOf(() => lifecycle.run("load"));
  await lifecycle.run("cleanup");
  expect(lifecycle.state).toBe("unloaded");
  expect(calls).toEqual(["load"]);
  broken = false;
  await lifecycle.run("load");
  expect(lifecycle.state).toBe("loaded");
});

test("a plugin in error is not started again by itself: the first failure is told", async () => {
  const { lifecycle, calls } = pluginWith({
    start: () => {
      throw new Error("port taken");
    },
  });
  const first = await errorOf(() => lifecycle.ensureRunning());
  const second = await errorOf(() => lifecycle.ensureRunning());
  expect(second).toBe(first);
  expect(calls).toEqual(["load", "initialize", "start"]);
});

test("instances are closed before the plugin's own method stop is called", async () => {
  const { lifecycle, calls } = pluginWith();
  await lifecycle.ensureRunning();
  await lifecycle.run("stop");
  expect(calls.slice(-2)).toEqual(["closeInstances", "stop"]);
});

test("a stopped plugin is brought back by way of cleanup", async () => {
  const { lifecycle, calls } = pluginWith();
  await lifecycle.ensureRunning();
  await lifecycle.run("stop");
  await lifecycle.ensureRunning();
  expect(calls.slice(-5)).toEqual(["stop", "closeInstances", "cleanup", "initialize", "start"]);
});

test("disable stops, cleans up and unloads, and load is refused until enable", async () => {
  const { lifecycle, calls, disabled } = pluginWith();
  await lifecycle.ensureRunning();
  await lifecycle.disable();
  expect(calls.filter((call) => call !== "closeInstances").slice(3)).toEqual(["disable", "stop", "cleanup", "unload"]);
  expect(lifecycle.state).toBe("unloaded");
  expect(disabled).toEqual(new Set(["acme.x"]));
  expect(await failureOf(() => lifecycle.run("load"))).toMatch(/^VMP_PLUGIN_DISABLED: /);
  expect(await failureOf(() => lifecycle.ensureRunning())).toMatch(/^VMP_PLUGIN_DISABLED: /);
  expect(await lifecycle.enable()).toBe(true);
  calls.length = 0;
  await lifecycle.ensureRunning();
  expect(calls).toEqual(["load", "enable", "initialize", "start"]);
  await lifecycle.ensureUnloaded();
  await lifecycle.ensureRunning();
  expect(calls.filter((call) => call === "enable")).toHaveLength(1);
});

test("enable says that a plugin that did not run is not to be started", async () => {
  const { lifecycle, calls } = pluginWith();
  await lifecycle.disable();
  await lifecycle.disable();
  expect(await lifecycle.enable()).toBe(false);
  expect(await lifecycle.enable()).toBe(false);
  expect(calls).toEqual([]);
});

test("a plugin that was disabled in an earlier host is not loaded", async () => {
  const { lifecycle, disabled, calls } = pluginWith();
  disabled.add("acme.x");
  expect(await failureOf(() => lifecycle.ensureRunning())).toMatch(/^VMP_PLUGIN_DISABLED: /);
  expect(calls).toEqual([]);
});

test("a plugin that refuses to stop is not marked as disabled, and a broken one can be disabled for good", async () => {
  const { lifecycle, disabled } = pluginWith({
    stop: () => {
      throw new Error("busy");
    },
    unload: () => {
      throw new Error("stuck");
    },
  });
  await lifecycle.ensureRunning();
  await errorOf(() => lifecycle.disable());
  expect(lifecycle.state).toBe("error");
  expect(disabled.size).toBe(0);
  await errorOf(() => lifecycle.disable());
  expect(disabled.size).toBe(1);
});

test("a plugin that another requires is neither stopped nor disabled, and the other is named", async () => {
  const { lifecycle } = pluginWith();
  await lifecycle.ensureRunning();
  const { release } = await lifecycle.hold({ plugin: "acme.y" });
  expect(lifecycle.state).toBe("running");
  for (const work of [() => lifecycle.run("stop"), () => lifecycle.disable(), () => lifecycle.ensureUnloaded()])
    expect(await failureOf(work)).toMatch(/^VMP_PLUGIN_REQUIRED: plugin acme\.x is required by acme\.y/);
  expect(lifecycle.state).toBe("running");
  release();
  release();
  await lifecycle.run("stop");
});

test("a plugin whose instances a machine uses is not stopped", async () => {
  const { lifecycle } = pluginWith();
  await lifecycle.ensureRunning();
  await lifecycle.hold({});
  expect(await failureOf(() => lifecycle.run("stop"))).toMatch(/^VMP_PLUGIN_IN_USE: .*1 instances/);
  expect(lifecycle.state).toBe("running");
});

test("a configuration that the plugin refuses is not kept", async () => {
  const seen: unknown[] = [];
  const { lifecycle } = pluginWith();
  await lifecycle.configure({ level: "none yet: it is asked for when the plugin is initialized" });
  await lifecycle.ensureRunning();
  await lifecycle.configure({ level: "debug" });
  await lifecycle.with(async (code) => {
    code.call = async (method, configuration) => {
      seen.push([method, configuration]);
      if (method === "configurationChanged") throw VmPluginError.fromPlugin("acme.x", "NO_SUCH_LEVEL", "no level loud");
    };
  });
  expect(await failureOf(() => lifecycle.configure({ level: "loud" }))).toMatch(
    /^VMP_CONFIGURATION_REFUSED: .*no level loud/,
  );
  expect(lifecycle.state).toBe("running");
  expect(lifecycle.configuration).toEqual({ level: "debug" });
  await lifecycle.run("stop");
  await lifecycle.run("cleanup");
  await lifecycle.run("initialize");
  expect(seen.at(-1)).toEqual(["initialize", { level: "stored" }]);
});

test("a plugin that hangs over a changed configuration is broken", async () => {
  const late = new VmPluginError("VMP_LIFECYCLE_TIMED_OUT", {
    id: "acme.x",
    method: "configurationChanged",
    milliseconds: 5,
  });
  const { lifecycle } = pluginWith({
    configurationChanged: () => {
      throw late;
    },
  });
  await lifecycle.ensureRunning();
  expect(await errorOf(() => lifecycle.configure({}))).toBe(late);
  expect(lifecycle.state).toBe("error");
});

test("how long a failed operation took is told", async () => {
  const { lifecycle, events } = pluginWith({
    start: async () => {
      const end = process.hrtime.bigint() + 2_000_000n;
      while (process.hrtime.bigint() < end) await new Promise(setImmediate);
      throw new Error("late");
    },
  });
  await errorOf(() => lifecycle.ensureRunning());
  expect(events.at(-1)).toMatchObject({ operation: "start", to: "error" });
  expect(events.at(-1)?.duration).toBeGreaterThanOrEqual(2);
});

test("what was retired is not loaded again by who is late; what is held is not retired", async () => {
  const { lifecycle, calls } = pluginWith();
  await lifecycle.ensureRunning();
  const { release } = await lifecycle.hold({});
  expect(await failureOf(() => lifecycle.retire())).toMatch(/^VMP_PLUGIN_IN_USE: /);
  release();
  calls.length = 0;
  const [, late] = await Promise.allSettled([lifecycle.retire(), lifecycle.ensureRunning()]);
  expect(late).toMatchObject({ reason: { code: "VMP_PLUGIN_NOT_FOUND" } });
  expect(calls).not.toContain("load");
  expect(lifecycle.state).toBe("unloaded");
});
