import { once } from "node:events";
import { readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { Machine } from "../../src/machine/machine.ts";
import { guest } from "../cli/vm-plugin.ts";
import { build, crossCompiler } from "../plugins/linux/support/guests.ts";
import { errorOf } from "../support/errors.ts";
import { missing } from "../support/programs.ts";
import { textOf } from "./output.ts";

const create = () => Machine.create({ architecture: "riscv64", memory: "64M" });
const descriptors = () => readdirSync("/proc/self/fd").length;

describe("standard streams", () => {
  test("an end of the input is the guest's end of file, with what came before it", async () => {
    await using machine = await create();
    const process = machine.spawn(guest("echo"), [], { stdin: "pipe" });
    const output = textOf(process.stdout);
    process.stdin?.end("the last words");
    expect(await output).toBe("the last words");
    expect((await process.exit).code).toBe(0);
  });

  test("input that a guest leaves unread does not keep it from ending, nor does a broken pipe disturb the host", async () => {
    await using machine = await create();
    const process = machine.spawn(guest("exit-code"), ["6"], { stdin: "pipe" });
    process.stdin?.on("error", () => {}).write("x".repeat(1 << 20));
    expect((await process.exit).code).toBe(6);
  });

  test("a guest that nobody writes to waits, and is woken by its end alone", async () => {
    await using machine = await create();
    const process = machine.spawn(guest("echo"), [], { stdin: "pipe" });
    await process.started;
    expect(await Promise.race([process.exit, sleep(50, "waits")])).toBe("waits");
    process.stdin?.end();
    expect((await process.exit).code).toBe(0);
  });
});

describe("many guests at once in one machine", () => {
  test("have their own streams, and give them back", async () => {
    await using machine = await create();
    const before = descriptors();
    const inputs = Array.from({ length: 50 }, (_, index) => `guest ${index}\n`.repeat(2000));
    const outputs = inputs.map(async (input) => {
      const process = machine.spawn(guest("echo"), [], { stdin: "pipe" });
      const output = textOf(process.stdout);
      process.stdin?.end(input);
      expect((await process.exit).code).toBe(0);
      return output;
    });
    expect(await Promise.all(outputs)).toEqual(inputs);
    await expect.poll(descriptors).toBeLessThanOrEqual(before);
  });

  test("one is cancelled and the others go on", async () => {
    await using machine = await create();
    const abort = new AbortController();
    const cancelled = machine.spawn(guest("fault"), ["loop"], { signal: abort.signal });
    const waiting = machine.spawn(guest("echo"), [], { stdin: "pipe", signal: abort.signal });
    const other = machine.spawn(guest("echo"), [], { stdin: "pipe" });
    await Promise.all([cancelled.started, waiting.started, other.started]);
    abort.abort(new Error("enough"));
    for (const { exit } of [cancelled, waiting]) {
      expect(await errorOf(() => exit)).toMatchObject({
        code: "VMP_CANCELLED",
        message: "the program (enough) was cancelled",
      });
    }
    const output = textOf(other.stdout);
    other.stdin?.end("still here");
    expect(await output).toBe("still here");
    expect((await other.exit).code).toBe(0);
    expect((await machine.spawn(guest("exit-code"), ["3"]).exit).code).toBe(3);
  });

  test("one is cancelled before it has started", async () => {
    await using machine = await create();
    const abort = new AbortController();
    const { exit, started } = machine.spawn(guest("fault"), ["loop"], { signal: abort.signal });
    abort.abort();
    expect((await errorOf(() => exit)).code).toBe("VMP_CANCELLED");
    await started.catch(() => {});
    expect((await machine.spawn(guest("exit-code"), ["4"]).exit).code).toBe(4);
  });

  test("a signal that is aborted when the guest has ended already changes nothing", async () => {
    const abort = new AbortController();
    {
      await using machine = await create();
      const { exit } = machine.spawn(guest("exit-code"), ["4"], { signal: abort.signal });
      expect((await exit).code).toBe(4);
    }
    abort.abort();
  });
});

const skip = missing(crossCompiler);
describe.skipIf(skip)("large output", () => {
  let uses: string;
  beforeAll(() => {
    uses = build("uses");
  });

  test("comes whole, in order", async () => {
    await using machine = await create();
    const process = machine.spawn(uses, ["output", "256"]);
    let size = 0;
    for await (const chunk of process.stdout ?? []) {
      const bytes = chunk as Buffer;
      for (let at = 0; at < bytes.length; at += 4096) {
        const round = Math.floor((size + at) / 65536) % 26;
        if (bytes[at] !== 97 + round) expect.fail(`byte ${size + at} is ${bytes[at]}`);
      }
      size += bytes.length;
    }
    expect(size).toBe(256 * 65536);
    expect((await process.exit).code).toBe(0);
  });

  test("waits for its reader: the guest is held up, the host's memory is not filled", async () => {
    await using machine = await create();
    const process = machine.spawn(uses, ["output", "2048"]);
    const { stdout } = process;
    if (stdout === null) return expect.unreachable();
    await once(stdout, "readable");
    await sleep(100);
    expect(stdout.readableLength).toBeLessThan(4 << 20);
    expect(await Promise.race([process.exit, sleep(50, "held up")])).toBe("held up");
    let size = 0;
    for await (const chunk of stdout) size += (chunk as Buffer).length;
    expect(size).toBe(2048 * 65536);
    expect((await process.exit).code).toBe(0);
  });

  test("to a reader that goes away ends the guest by SIGPIPE", async () => {
    await using machine = await create();
    const process = machine.spawn(uses, ["output", "0"]);
    await once(process.stdout ?? expect.unreachable(), "data");
    process.stdout?.destroy();
    expect(await process.exit).toMatchObject({ code: null, signal: "SIGPIPE" });
  });

  test("on two streams by turns", async () => {
    await using machine = await create();
    const process = machine.spawn(uses, ["both", "50000"]);
    const [output, errors] = await Promise.all([textOf(process.stdout), textOf(process.stderr)]);
    expect(output).toBe("out\n".repeat(50_000));
    expect(errors).toBe("err\n".repeat(50_000));
  });
});
