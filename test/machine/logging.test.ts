import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { connectRemote } from "../../src/communication/remote.ts";
import { PluginManager } from "../../src/host/plugin-manager.ts";
import { Machine } from "../../src/machine/machine.ts";
import { nativePlugins, setNativeLoggers } from "../../src/native.ts";
import { packageRoot } from "../../src/package-root.ts";
import { root, vmPlugin } from "../cli/vm-plugin.ts";
import { pluginFolder } from "./plugin-folder.ts";
import { unknownCallGuest } from "./unknown-call-guest.ts";

const program = unknownCallGuest();
const warning = /system call 1000 \(unknown\) is not implemented; the guest got ENOSYS/;

const loggerPlugin = (instance: string) => pluginFolder("debug.logger", instance);

describe("what a native plugin logs", () => {
  test("is shown also when the guest ends at once", () => {
    for (let round = 0; round < 5; round++) {
      const { status, stderr } = vmPlugin(["run", program]);
      expect(status).toBe(7);
      expect(stderr).toMatch(warning);
    }
  });

  test("reaches a logger in TypeScript, as a record", () => {
    const logger = join(root, "test/examples/typescript-logger");
    const { status, stderr } = vmPlugin(["run", "--plugin", logger, program]);
    expect(status).toBe(7);
    const records = stderr
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line): unknown => JSON.parse(line));
    expect(records).toContainEqual({ level: "warn", source: "linux", message: expect.stringMatching(warning) });
  });
});

test("what a plugin logs while it is unloaded is shown", () => {
  const device = '{ regions: () => [{ kind: "mmio", address: 1n << 37n, size: 4096 }], read: () => 0n, write() {} }';
  const methods = "initialize({ log }) { globalThis.testLog = log; }, cleanup() { globalThis.testLog.warn('bye'); }";
  const folder = pluginFolder("device.virtual", device, { methods });
  const { status, stderr } = vmPlugin(["run", "--plugin", folder, program]);
  expect(status).toBe(7);
  expect(stderr).toContain("test-plugin: bye");
});

describe("the guest's status stands, and one line tells of the failure, when the logger", () => {
  test.each([
    ["throws", 'log() { throw new Error("a fault of the test"); }', "a fault of the test"],
    ["rejects", 'async log() { throw new Error("a fault of the test"); }', "a fault of the test"],
    ["throws in flush", 'log() {}, flush() { throw new Error("a fault of the test"); }', "a fault of the test"],
    ["rejects in flush", 'log() {}, async flush() { throw new Error("a fault of the test"); }', "a fault of the test"],
    ["never ends flush", "log() {}, flush: () => new Promise(() => {})", "flush of the logger did not finish"],
  ])("%s", (_what, methods, told) => {
    const { status, stderr } = vmPlugin(["run", "--plugin", loggerPlugin(`{ ${methods} }`), program]);
    expect(status).toBe(7);
    const lines = stderr.split("\n").filter((line) => line.includes("the logger failed"));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(told);
  });

  test("cannot be made", () => {
    const failing = '(() => { throw new Error("a fault of the test"); })()';
    const { status, stderr } = vmPlugin(["run", "--plugin", loggerPlugin(failing), program]);
    expect(status).toBe(7);
    expect(stderr.match(/the logger failed/g)).toHaveLength(1);
  });
});

test("a dispatcher that rejects is no unhandled rejection, and draining waits for it", async () => {
  const unhandled: unknown[] = [];
  const hear = (reason: unknown) => unhandled.push(reason);
  process.on("unhandledRejection", hear);
  let calls = 0;
  const remote = connectRemote({
    point: "debug.logger",
    name: "failing",
    plugin: "test",
    timeout: 5000,
    dispatch: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      calls += 1;
      throw new Error("a fault of the test");
    },
  });
  try {
    await using host = await PluginManager.open({ native: nativePlugins, packageRoot: packageRoot() });
    await using machine = await Machine.create({ architecture: "riscv64", memory: "4M", host });
    setNativeLoggers([remote.native], 0);
    await machine.spawn(program).exit;
    setNativeLoggers([], 0);
    await remote.drain();
    expect(calls).toBeGreaterThan(0);
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).toEqual([]);
  } finally {
    process.off("unhandledRejection", hear);
    remote.close();
  }
});
