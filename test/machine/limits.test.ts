import { beforeAll, describe, expect, test } from "vitest";
import { Machine, type SpawnOptions } from "../../src/machine/machine.ts";
import { guest } from "../cli/vm-plugin.ts";
import { build, crossCompiler } from "../plugins/linux/support/guests.ts";
import { missing } from "../support/programs.ts";
import { textOf } from "./output.ts";

const create = () => Machine.create({ architecture: "riscv64", memory: "64M" });

async function ended(machine: Machine, program: string, args: string[], limits: SpawnOptions["limits"]) {
  const process = machine.spawn(program, args, { stdin: "ignore", limits });
  const [output, errors, exit] = await Promise.all([textOf(process.stdout), textOf(process.stderr), process.exit]);
  return { output, errors, exit };
}

describe("a limit ends the guest with its name", () => {
  test.each([
    ["instructions", { instructions: 1_000_000 }],
    ["instructions", { instructions: 2n ** 20n }],
    ["time", { time: 50 }],
    ["time", { time: "0.05s" }],
  ])("%s: %o", async (limit, limits) => {
    await using machine = await create();
    const { exit, output } = await ended(machine, guest("fault"), ["loop"], limits);
    expect(exit).toMatchObject({ code: null, signal: "SIGKILL", status: 137, limit });
    expect(output).toBe("before\n");
    // The machine is there for others.
    expect((await machine.spawn(guest("exit-code"), ["5"]).exit).code).toBe(5);
  });

  test("instructions, of which it has executed no more", async () => {
    await using machine = await create();
    const { exit } = await ended(machine, guest("fault"), ["loop"], { instructions: 5_000_000 });
    expect(exit.statistics.instructions).toBeGreaterThan(4_000_000n);
    expect(exit.statistics.instructions).toBeLessThanOrEqual(5_000_000n);
  });

  test("time, while it waits for input", async () => {
    await using machine = await create();
    const { exit } = machine.spawn(guest("echo"), [], { stdin: "pipe", limits: { time: 50 } });
    expect(await exit).toMatchObject({ status: 137, limit: "time" });
  });

  test("memory", async () => {
    await using machine = await create();
    const { exit } = await ended(machine, guest("fault"), ["memory"], { memory: "8M" });
    expect(exit).toMatchObject({ status: 137, limit: "memory" });
  });
});

test("within its limits a guest ends by itself", async () => {
  await using machine = await create();
  const limits = { memory: "32M", processes: 1, openFiles: 3, instructions: 10n ** 9n, time: "1h" };
  const { exit, output } = await ended(machine, guest("hello"), [], limits);
  expect(exit).toMatchObject({ status: 0, limit: undefined });
  expect(output).toBe("Hello from a guest!\n");
});

const skip = missing(crossCompiler);
describe.skipIf(skip)("of a C program", () => {
  let uses: string;
  beforeAll(() => {
    uses = build("uses");
  });

  test.each([
    ["memory", { memory: "16M" }, "40"],
    ["processes", { processes: 4 }, "4"],
    ["open-files", { openFiles: 10 }, "8"],
  ])("%s", async (limit, limits, tooMany) => {
    await using machine = await create();
    const passed = await ended(machine, uses, [limit, tooMany], limits);
    expect(passed.exit).toMatchObject({ code: null, signal: "SIGKILL", status: 137, limit });
    expect(passed.output).toBe("");
  });

  test.each([
    ["processes", { processes: 4 }, "3"],
    ["open-files", { openFiles: 10 }, "7"],
  ])("%s, up to which all is well", async (limit, limits, most) => {
    await using machine = await create();
    const process = machine.spawn(uses, [limit, most], { stdin: "pipe", limits });
    const output = textOf(process.stdout);
    process.stdin?.end();
    expect(await output).toBe("done\n");
    expect(await process.exit).toMatchObject({ code: 0, limit: undefined });
  });

  test("of processes and of memory hold for all that a program starts together, and for no other program", async () => {
    await using machine = await create();
    const limited = ended(machine, uses, ["processes", "10"], { processes: 4 });
    const free = machine.spawn(uses, ["processes", "10"], { stdin: "pipe" });
    const output = textOf(free.stdout);
    expect((await limited).exit.limit).toBe("processes");
    free.stdin?.end();
    expect(await output).toBe("done\n");
    expect((await free.exit).statistics.processes).toBe(11);
  });

  test("the end of the first process ends those that it started", async () => {
    await using machine = await create();
    const process = machine.spawn(uses, ["processes", "5"], { stdin: "pipe" });
    process.stdin?.end();
    expect(await textOf(process.stdout)).toBe("done\n");
    expect(await process.exit).toMatchObject({ code: 0, statistics: { processes: 6 } });
  });
});
