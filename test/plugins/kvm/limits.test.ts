/** What ends a program that would not end, and what machines leave behind. */
import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Machine, type SpawnOptions } from "../../../src/machine/machine.ts";
import { guest } from "../../cli/vm-plugin.ts";
import { errorOf } from "../../support/errors.ts";
import { build, run } from "../linux/support/guests.ts";
import { machineOptions } from "../linux/support/platform.ts";
import { kvm, skip } from "./support/platform.ts";

const create = () => Machine.create({ ...machineOptions(kvm), memory: "64M" });
const program = (name: string) => guest(name, "x86_64");
const endless = ["loop"];

describe.skipIf(skip)("a limit on kvm (needs /dev/kvm)", () => {
  test("of time ends an endless loop, and others run after it", async () => {
    await using machine = await create();
    const { exit, stdout } = await run(machine, program("fault"), endless, { limits: { time: "0.1s" } });
    expect(exit).toMatchObject({ code: null, signal: "SIGKILL", limit: "time" });
    expect(stdout).toBe("before\n");
    expect((await run(machine, program("exit-code"), ["5"])).status).toBe(5);
  });

  test("of time ends what waits for input", async () => {
    await using machine = await create();
    const { exit } = machine.spawn(program("echo"), [], { stdin: "pipe", limits: { time: 50 } });
    expect(await exit).toMatchObject({ status: 137, limit: "time" });
  });

  test("of instructions is refused, for they are not counted", async () => {
    await using machine = await create();
    const error = await errorOf(() => run(machine, program("hello"), [], { limits: { instructions: 1000 } }));
    expect(error.code).toBe("VMP_LIMIT_UNSUPPORTED");
    expect((await run(machine, program("hello"))).status).toBe(0);
  });

  test.each<[string, string, SpawnOptions["limits"]]>([
    ["memory", "40", { memory: "16M" }],
    ["processes", "4", { processes: 4 }],
    ["open-files", "8", { openFiles: 10 }],
  ])("of %s ends what takes more", async (limit, tooMany, limits) => {
    await using machine = await create();
    const { exit } = await run(machine, build("uses", kvm.compilers.c), [limit, tooMany], { limits });
    expect(exit).toMatchObject({ code: null, signal: "SIGKILL", limit });
  });

  test("of the machine's memory refuses more to a program, which can say so", async () => {
    await using machine = await Machine.create({ ...machineOptions(kvm), memory: "16M" });
    const { exit, stdout } = await run(machine, build("uses", kvm.compilers.c), ["memory", "0"]);
    expect({ code: exit.code, stdout }).toEqual({ code: 3, stdout: "" });
  });
});

describe.skipIf(skip)("machines on kvm (needs /dev/kvm)", () => {
  test("an endless loop ends when its signal aborts", async () => {
    await using machine = await create();
    const controller = new AbortController();
    const process = machine.spawn(program("fault"), endless, { signal: controller.signal });
    process.stdout?.once("data", () => controller.abort());
    expect((await errorOf(() => process.exit)).code).toBe("VMP_CANCELLED");
  });

  test("many, one after the other, leave descriptors and threads as they were", async () => {
    const held = () => ["fd", "task"].map((what) => readdirSync(`/proc/self/${what}`).length);
    const once = async () => {
      await using machine = await create();
      expect((await run(machine, program("hello"))).stdout).toBe("Hello from a guest!\n");
    };
    for (let i = 0; i < 5; ++i) await once();
    const [descriptors = 0, threads = 0] = held();
    for (let i = 0; i < 200; ++i) await once();
    await expect.poll(() => held()[0]).toBeLessThanOrEqual(descriptors + 2);
    await expect.poll(() => held()[1]).toBeLessThanOrEqual(threads + 2);
  });

  test("several at once do not disturb each other", async () => {
    const ends = await Promise.all(
      Array.from({ length: 6 }, async (_, index) => {
        await using machine = await create();
        const stopped = run(machine, program("fault"), endless, { limits: { time: "0.3s" } });
        const ended = await run(machine, program("exit-code"), [String(index)]);
        const faulted = await run(machine, program("fault"), ["read", "0"]);
        return [ended.status, faulted.exit.signal, (await stopped).exit.limit];
      }),
    );
    expect(ends).toEqual(Array.from({ length: 6 }, (_, index) => [index, "SIGSEGV", "time"]));
  });
});
