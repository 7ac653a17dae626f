import { closeSync, existsSync, readdirSync, readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { Machine, type SpawnOptions } from "../../src/machine/machine.ts";
import { runProgram } from "../../src/machine/run-program.ts";
import { nativePipe } from "../../src/native.ts";
import { guest, vmPlugin } from "../cli/vm-plugin.ts";
import { runScript } from "../regressions/run-script.ts";

const descriptors = () => readdirSync("/proc/self/fd").length;
const threads = () => readdirSync("/proc/self/task").length;
const create = () => Machine.create({ architecture: "riscv64", memory: "4M" });

const nonsense: [what: string, program: unknown, args: unknown, options: unknown][] = [
  ["program", 5, [], {}],
  ["program", "", [], {}],
  ["program", "/bin/a\0b", [], {}],
  ["args", guest("hello"), "words", {}],
  ["args[1]", guest("hello"), ["one", 2], {}],
  ["args[0]", guest("hello"), ["a\0b"], {}],
  ["argv0", guest("hello"), [], { argv0: {} }],
  ["cwd", guest("hello"), [], { cwd: 1 }],
  ["env", guest("hello"), [], { env: "A=1" }],
  ["env", guest("hello"), [], { env: ["A=1"] }],
  ["env A", guest("hello"), [], { env: { A: undefined } }],
  ["env key", guest("hello"), [], { env: { "A=B": "1" } }],
  ["stdin", guest("hello"), [], { stdin: "file" }],
  ["stdout", guest("hello"), [], { stdout: -1 }],
  ["stderr", guest("hello"), [], { stderr: 1.5 }],
  ["signal", guest("hello"), [], { signal: {} }],
];

describe("arguments that are not valid", () => {
  test.each(nonsense)("%s is named, and nothing stays open", async (what, program, args, options) => {
    await using machine = await create();
    const before = descriptors();
    let failure: unknown;
    try {
      machine.spawn(program as string, args as string[], { stdin: "pipe", ...(options as SpawnOptions) });
    } catch (error) {
      failure = error;
    }
    expect(failure).toMatchObject({ name: "VmPluginError", code: "VMP_INVALID_ARGUMENT" });
    expect((failure as Error).message).toContain(what);
    // Those of an earlier machine may close meanwhile.
    expect(descriptors()).toBeLessThanOrEqual(before);
    await expect(runProgram(program as string, args as string[], options as SpawnOptions)).rejects.toMatchObject({
      code: "VMP_INVALID_ARGUMENT",
    });
  });

  test("do not keep Node from ending", () => {
    const { status, stderr } = runScript(`
      const machine = await vm.Machine.create({ architecture: "riscv64", memory: "4M" });
      for (const [program, args] of [[hello, [5]], ["/no/such/program", []], [hello, ["a\\0b"]]]) {
        try { machine.spawn(program, args, { stdin: "pipe" }); } catch (error) { console.error(error.code); }
      }
      process.exitCode = 3;
    `);
    expect(stderr).toBe("VMP_INVALID_ARGUMENT\nVMP_PROGRAM_NOT_FOUND\nVMP_INVALID_ARGUMENT\n");
    expect(status).toBe(3);
  });

  test.each(["lots", "-1M", "", "1e9", "0", 0, -4096, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60, null, {}])(
    "memory %j is refused before anything is made",
    async (memory) => {
      const made = Machine.create({ architecture: "riscv64", memory: (memory ?? "null") as string });
      await expect(made).rejects.toMatchObject({ code: "VMP_INVALID_ARGUMENT" });
    },
  );

  test.each(["SIGFOO", "toString", "", 0, -1, 65, 1.5, Number.NaN])("the signal %j is refused", async (signal) => {
    await using machine = await create();
    const process = machine.spawn(guest("echo"), [], { stdin: "pipe" });
    await process.started;
    expect(() => process.kill(signal as NodeJS.Signals)).toThrowError(
      expect.objectContaining({ code: "VMP_INVALID_ARGUMENT" }),
    );
    process.stdin?.end();
    expect((await process.exit).code).toBe(0);
  });
});

describe("a signal that comes before the guest has started", () => {
  test("is sent when it has", async () => {
    await using machine = await create();
    const process = machine.spawn(guest("fault"), ["loop"], { stdout: "ignore", stderr: "ignore" });
    expect(process.pid).toBe(0);
    expect(process.kill("SIGKILL")).toBe(true);
    expect(await process.exit).toMatchObject({ code: null, signal: "SIGKILL" });
    expect(process.kill("SIGKILL")).toBe(false);
  });
});

test("a program of another architecture than the machine's is refused before it is started", async () => {
  await using machine = await create();
  const before = descriptors();
  expect(() => machine.spawn(guest("hello", "x86_64"))).toThrowError(
    expect.objectContaining({ code: "VMP_NO_ENGINE", message: expect.stringMatching(/x86_64.*riscv64/) }),
  );
  // Those of an earlier machine may close meanwhile.
  expect(descriptors()).toBeLessThanOrEqual(before);
});

test("a program that cannot be run, for whatever reason, leaves no descriptor open", async () => {
  const open = () =>
    readdirSync("/proc/self/fd").filter((name) => {
      const path = `/proc/self/fd/${name}`;
      return existsSync(path) && readlinkSync(path) === guest("hello");
    });
  const missing = { plugins: ["/no/such/folder"] };
  await expect(runProgram(guest("hello"), [], missing)).rejects.toMatchObject({ code: "VMP_PLUGIN_FOLDER_NOT_FOUND" });
  const aborted = new AbortController();
  const running = runProgram(guest("hello"), [], { signal: aborted.signal });
  aborted.abort();
  await expect(running).rejects.toMatchObject({ name: "AbortError" });
  expect(open()).toEqual([]);
});

describe("a machine that was stopped", () => {
  test("starts no other program", async () => {
    await using machine = await create();
    const { started, exit } = machine.spawn(guest("fault"), ["loop"]);
    await started;
    machine.stop();
    expect(() => machine.spawn(guest("hello"))).toThrowError(
      expect.objectContaining({ code: "VMP_INVALID_ARGUMENT", message: expect.stringContaining("stopped") }),
    );
    await expect(exit).rejects.toMatchObject({ code: "VMP_CANCELLED" });
  });

  test("does not claim a program that had ended by itself", async () => {
    await using machine = await create();
    await machine.spawn(guest("hello"), [], { stdout: "ignore", stderr: "ignore" }).exit;
    await sleep(50);
    const [read, write] = nativePipe();
    const process = machine.spawn(guest("echo"), [], { stdin: read, stdout: "ignore", stderr: "ignore" });
    await process.started;
    const before = threads();
    closeSync(write);
    // The event loop is not given a turn, so that the news of the end is still on its way when the stop comes.
    const limit = Date.now() + 30_000;
    while (threads() >= before && Date.now() < limit);
    expect(threads()).toBeLessThan(before);
    machine.stop();
    expect(await process.exit).toMatchObject({ code: 0, signal: null });
    closeSync(read);
  });
});

test("two machines at once share a native plugin, and closing one leaves the other running", async () => {
  const first = await create();
  await using second = await create();
  const process = second.spawn(guest("echo"), [], { stdin: "pipe" });
  await process.started;
  expect((await first.spawn(guest("exit-code"), ["4"]).exit).code).toBe(4);
  await first.close();
  process.stdin?.end("still here");
  expect((await process.exit).code).toBe(0);
  expect((await second.spawn(guest("exit-code"), ["5"]).exit).code).toBe(5);
});

test("a guest's own --verbose is not the command's", () => {
  const ours = vmPlugin(["run", "--verbose", "/no/such/program"]).stderr;
  expect(ours.trimEnd().split("\n").length).toBeGreaterThan(1);
  const guests = vmPlugin(["run", "/no/such/program", "--verbose"]).stderr;
  expect(guests.trimEnd().split("\n")).toHaveLength(1);
});
