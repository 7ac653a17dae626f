import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { type Closers, closeAll, warnOf } from "../../src/machine/closers.ts";
import { Machine } from "../../src/machine/machine.ts";
import { passedOn } from "../../src/native.ts";
import { guest, vmPlugin } from "../cli/vm-plugin.ts";
import { pluginFolder } from "./plugin-folder.ts";

describe("a failure of a native run", () => {
  test.each([
    ["the core's, which the personality passes on, stays the core's", "VMP_MACHINE_FAILED", "VMP_MACHINE_FAILED"],
    ["the guest's memory", "VMP_GUEST_MEMORY", "VMP_GUEST_MEMORY"],
    ["a device's", "VMP_DEVICE_FAILED", "VMP_DEVICE_FAILED"],
    ["a stop", "VMP_CANCELLED", "VMP_CANCELLED"],
    ["the personality's", "ELF_TRUNCATED", "linux/ELF_TRUNCATED"],
    ["the personality's, by a name that the core might use", "NO_THREAD", "linux/NO_THREAD"],
    ["the personality's, by a code that there is not", "VMP_NO_SUCH_CODE", "linux/VMP_NO_SUCH_CODE"],
    ["the personality's, by no code", "toString", "linux/FAILED"],
  ])("%s (%s) is named %s", (_what, errorCode, code) => {
    const failure = passedOn("linux", errorCode, "the detail");
    expect(failure.code).toBe(code);
    expect(failure.message).toContain("the detail");
  });

  test("of the guest's memory says to give more with --memory", () => {
    expect(passedOn("linux", "VMP_GUEST_MEMORY", "4096 bytes more").fix).toContain("--memory");
  });
});

describe("a device that a machine cannot use", () => {
  test.each([
    ["answers nonsense", 'regions: () => [{ kind: "mmio", address: 3n, size: 5n }]', "not whole pages"],
    ["throws", 'regions() { throw new Error("a fault of the test"); }', "a fault of the test"],
  ])("is closed when it %s, and its plugin let go of", (_what, regions, says) => {
    const device = `{ ${regions}, read: () => 0n, write() {} }`;
    const told = 'context.signal.addEventListener("abort", () => process.stderr.write("closed\\n"))';
    const folder = pluginFolder("device.virtual", `${told}, ${device}`);
    const { status, stderr } = vmPlugin(["run", "--plugin", folder, guest("hello")]);
    expect(status).toBe(125);
    expect(stderr.split("\n").filter((line) => line !== "")).toEqual([
      "closed",
      expect.stringMatching(/^vm-plugin: VMP_MACHINE_FAILED: .*device test-plugin\/test: /),
    ]);
    expect(stderr).toContain(says);
  });
});

test("a command whose event loop runs dry was no success", () => {
  const head = "const { setTimeout } = globalThis; globalThis.setTimeout = (...given) => setTimeout(...given).unref();";
  const folder = pluginFolder("device.virtual", "new Promise(() => {})", { head });
  expect(vmPlugin(["run", "--plugin", folder, guest("hello")])).toEqual({ status: 125, stdout: "", stderr: "" });
});

describe("closing", () => {
  test("runs every closer, the last first, whatever the others do", async () => {
    const ran: number[] = [];
    const closers: Closers = [
      () => void ran.push(1),
      () => {
        ran.push(2);
        throw new Error("two");
      },
      async () => {
        ran.push(3);
        throw new Error("three");
      },
    ];
    expect(await closeAll(closers)).toEqual([new Error("three"), new Error("two")]);
    expect(ran).toEqual([3, 2, 1]);
    expect(closers).toEqual([]);
  });

  test("a failure that must not replace a result is a warning", async () => {
    const warned = once(process, "warning");
    warnOf([new Error("a fault of the test")]);
    expect((await warned)[0]).toMatchObject({ name: "VmPluginWarning", message: "while closing: a fault of the test" });
  });

  test("twice is once", async () => {
    const machine = await Machine.create({ architecture: "riscv64", memory: "4M" });
    await Promise.all([machine.close(), machine.close()]);
    await machine.close();
  });
});
