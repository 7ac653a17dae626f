import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { PluginManager } from "../../src/host/plugin-manager.ts";
import type { GuestProcess } from "../../src/machine/guest-process.ts";
import { Machine } from "../../src/machine/machine.ts";
import { runProgram } from "../../src/machine/run-program.ts";
import { nativePlugins } from "../../src/native.ts";
import { guest, root, vmPlugin } from "../cli/vm-plugin.ts";
import { buildNativeTests } from "../native/build-native-tests.ts";
import { errorOf } from "../support/errors.ts";
import { folder } from "../support/folder.ts";
import { pluginFolder } from "./plugin-folder.ts";

function outputOf({ stdout }: GuestProcess): Promise<string> {
  if (stdout === null) throw new Error("its standard output is no pipe");
  return text(stdout);
}

describe("a program from TypeScript", () => {
  test("has streams and an exit, and the event loop stays free meanwhile", async () => {
    const running = await runProgram(guest("echo"), [], { stdin: "pipe" });
    const { process, exit } = running;
    await process.started;
    expect(process.pid).toBeGreaterThan(0);
    const output = outputOf(process);
    const input = "a line of text\n".repeat(100_000);
    process.stdin?.end(input);
    expect(await output).toBe(input);
    expect(await exit).toMatchObject({ code: 0, signal: null, status: 0 });
    expect((await exit).statistics.instructions).toBeGreaterThan(0n);
  });

  test("is ended by an AbortSignal out of an endless loop", async () => {
    const abort = new AbortController();
    const { process, exit } = await runProgram(guest("fault"), ["loop"], { signal: abort.signal });
    await process.started;
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    await new Promise((resolve) => setTimeout(resolve, 100));
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(2);
    abort.abort();
    expect((await errorOf(() => exit)).code).toBe("VMP_CANCELLED");
  });

  test("is ended by an AbortSignal while it waits for input", async () => {
    const abort = new AbortController();
    const { process, exit } = await runProgram(guest("echo"), [], { stdin: "pipe", signal: abort.signal });
    await process.started;
    await new Promise((resolve) => setTimeout(resolve, 50));
    abort.abort();
    expect((await errorOf(() => exit)).code).toBe("VMP_CANCELLED");
  });

  test("does not begin under a signal that is aborted already", async () => {
    const failure = await runProgram(guest("hello"), [], { signal: AbortSignal.abort() }).catch(
      (error: Error) => error,
    );
    expect(failure).toMatchObject({ name: "AbortError" });
  });

  test.each(["SIGTERM", "SIGKILL"] as const)("is killed by %s", async (signal) => {
    const { process, exit } = await runProgram(guest("fault"), ["loop"]);
    await process.started;
    expect(process.kill(signal)).toBe(true);
    expect(await exit).toMatchObject({ code: null, signal });
    expect(process.kill()).toBe(false);
  });

  test("that the personality refuses rejects with the plugin's own code", async () => {
    const path = join(folder(), "cut");
    writeFileSync(path, readFileSync(guest("hello")).subarray(0, 100), { mode: 0o755 });
    const { process, exit } = await runProgram(path);
    const error = await errorOf(() => exit);
    expect(error.code).toMatch(/^linux\/ELF_/);
    expect((await errorOf(() => process.started)).code).toBe(error.code);
  });
});

describe("a machine", () => {
  test("gives its memory without a copy: JavaScript changes what the guest then writes", async () => {
    await using machine = await Machine.create({ architecture: "riscv64", memory: "16M" });
    const process = machine.spawn(guest("echo"), ["a marker in the arguments"], { stdin: "pipe" });
    await process.started;
    const memory = Buffer.from(machine.memory);
    expect(memory.length).toBe(16 << 20);
    expect(memory.includes("a marker in the arguments")).toBe(true);
    const output = outputOf(process);
    process.stdin?.end("some input");
    expect(await output).toBe("some input");
    await process.exit;
  });

  test("runs several programs, one after the other and at once", async () => {
    await using machine = await Machine.create({ architecture: "riscv64", memory: "64M" });
    for (let round = 0; round < 3; round++) {
      const statuses = [1, 2, 3, 4].map((code) => machine.spawn(guest("exit-code"), [String(code)]).exit);
      expect((await Promise.all(statuses)).map((exit) => exit.code)).toEqual([1, 2, 3, 4]);
    }
  });

  test("gives back threads and descriptors", async () => {
    const descriptors = () => readdirSync("/proc/self/fd").length;
    const threads = () => readdirSync("/proc/self/task").length;
    const once = async () => {
      const { exit } = await runProgram(guest("hello"), [], { memory: "4M" });
      await exit;
    };
    for (let round = 0; round < 5; round++) await once();
    const before = { descriptors: descriptors(), threads: threads() };
    for (let round = 0; round < 50; round++) await once();
    // A thread that has reported its run's end may still be on its way out.
    await expect.poll(threads, { timeout: 5000 }).toBeLessThanOrEqual(before.threads + 1);
    await expect.poll(descriptors, { timeout: 5000 }).toBeLessThanOrEqual(before.descriptors + 2);
  });

  test("twenty at once do not disturb each other", async () => {
    const runs = Array.from({ length: 20 }, async (_, index) => {
      const { process, exit } = await runProgram(guest("arguments"), [`number ${index}`], { memory: "4M" });
      const output = await outputOf(process);
      expect(output).toContain(`number ${index}`);
      return (await exit).code;
    });
    expect(await Promise.all(runs)).toEqual(Array(20).fill(0));
  });
});

describe("plugins from a folder", () => {
  const engineFolder = () => {
    const path = folder();
    copyFileSync(join(buildNativeTests().plugins, "other_engine.node"), join(path, "engine.node"));
    const manifest = {
      name: "other-engine",
      version: "1.0.0",
      description: "An engine for a test",
      author: "a test",
      vmPlugin: {
        id: "other-engine",
        type: "arch",
        engines: { vm: "^0.1.0", abi: "^1.0" },
        entry: { native: { "linux-x64": "engine.node" } },
        tiers: ["inline"],
        provides: [{ point: "arch.simulator", name: "other", contract: "1.0", priority: 1000, guests: ["riscv64"] }],
      },
    };
    writeFileSync(join(path, "package.json"), JSON.stringify(manifest));
    return path;
  };

  test("an engine of higher priority changes what auto takes, and only that", () => {
    const folder = engineFolder();
    expect(vmPlugin(["run", guest("exit-code"), "5"]).status).toBe(5);
    expect(vmPlugin(["run", "--plugin", folder, guest("exit-code"), "5"]).status).toBe(77);
    expect(vmPlugin(["run", "--plugin", folder, "--engine", "auto", guest("exit-code"), "5"]).status).toBe(77);
    expect(vmPlugin(["run", "--plugin", folder, "--engine", "interpreter", guest("exit-code"), "5"]).status).toBe(5);
  });

  test("a device in TypeScript answers the guest, and one that throws stops it by name", () => {
    const device = join(root, "test/examples/typescript-device");
    const { stdout, stderr, status } = vmPlugin(["run", "--plugin", device, guest("mmio"), "0x2000001000"]);
    expect(stdout).toMatch(/8 bits: before 0[1-6]/);
    expect(stderr).toContain("device dice/dice: a die takes no 136");
    expect(status).toBe(125);
  });
});

describe("what is added is meant to be used", () => {
  const device = "{ regions: () => [], read: () => 0n, write() {} }";
  const options = { architecture: "riscv64", memory: "4M" } as const;

  test("a device that cannot work here is told with the reason, and the machine is not made", async () => {
    const plugins = [pluginFolder("device.virtual", device, { provision: { needs: { devices: ["/dev/no-such"] } } })];
    const { code, message } = await errorOf(() => Machine.create({ ...options, plugins }));
    expect(code).toBe("VMP_IMPLEMENTATION_UNSUITABLE");
    expect(message).toMatch(/test of plugin test-plugin .*\/dev\/no-such/);
  });

  test("a device whose plugin is disabled is told as that", async () => {
    const plugins = [pluginFolder("device.virtual", device)];
    const disabled = new Set(["test-plugin"]);
    await using host = await PluginManager.open({ packageRoot: root, native: nativePlugins, plugins, disabled });
    expect((await errorOf(() => Machine.create({ ...options, host }))).message).toContain("its plugin is disabled");
  });

  test("a plugin that asks for it is started with the machine, another is not", async () => {
    const told = (globalThis as { started?: string[] }).started ?? [];
    Object.assign(globalThis, { started: told });
    for (const activation of ["startup", "lazy"]) {
      const methods = `start() { globalThis.started.push("${activation}"); }`;
      const folder = pluginFolder("debug.logger", "{ log() {} }", { methods, vmPlugin: { activation } });
      await (await Machine.create({ ...options, plugins: [folder] })).close();
    }
    expect(told).toEqual(["startup"]);
  });

  test.each([
    ["plugins", { plugins: [] }],
    ["logLevel", { logLevel: "debug" as const }],
  ])("%s beside a host that is open already is refused, not passed over", async (what, more) => {
    await using host = await PluginManager.open({ packageRoot: root, native: nativePlugins });
    const { code, message } = await errorOf(() => Machine.create({ ...options, host, ...more }));
    expect(code).toBe("VMP_INVALID_ARGUMENT");
    expect(message).toContain(what);
  });

  test("a failure of one plugin lets go of the others", async () => {
    const methods = 'start() { throw new Error("a fault of the test"); }';
    const plugins = [pluginFolder("device.virtual", device, { methods })];
    await using host = await PluginManager.open({ packageRoot: root, native: nativePlugins, plugins });
    expect((await errorOf(() => Machine.create({ ...options, host }))).code).toBe("VMP_LIFECYCLE_FAILED");
    for (const { manifest } of host.list({ state: "running" })) await host.stop(manifest.id);
  });
});
