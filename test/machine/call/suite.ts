/** Calls of a guest's functions, the same on every engine and architecture. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { GuestProcess } from "../../../src/machine/guest-process.ts";
import { Machine } from "../../../src/machine/machine.ts";
import type { SpawnOptions } from "../../../src/machine/spawn-options.ts";
import { machineOptions, type Platform } from "../../plugins/linux/support/platform.ts";
import { errorOf } from "../../support/errors.ts";
import { folder } from "../../support/folder.ts";

const source = join(import.meta.dirname, "guest.c");
const illegalInstruction = 4;

function build(compiler: string, ...flags: string[]): string {
  const program = join(folder(), "guest");
  const words = ["-O1", "-w", "-fno-stack-protector", ...flags, "-o", program, source];
  const { status, stderr } = spawnSync(compiler, words, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${source} does not compile:\n${stderr}`);
  return program;
}

/** The lines that a guest prints, one after the other. */
function linesOf({ stdout }: GuestProcess): () => Promise<string | undefined> {
  if (stdout === null) throw new Error("its standard output is no pipe");
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  return async () => (await lines.next()).value;
}

/** A copy of a program with some bytes changed. */
function changed(program: string, change: (bytes: Buffer) => void): string {
  const bytes = readFileSync(program);
  change(bytes);
  const copy = join(folder(), "changed");
  writeFileSync(copy, bytes, { mode: 0o755 });
  return copy;
}

/** Byte offset of the header of the first section of a type (System V gABI chapter 4). */
function sectionOf(bytes: Buffer, type: number): number {
  const first = Number(bytes.readBigUInt64LE(40));
  for (let index = 0; index < bytes.readUInt16LE(60); index++) {
    if (bytes.readUInt32LE(first + index * 64 + 4) === type) return first + index * 64;
  }
  throw new Error(`no section of type ${type}`);
}
const symbolTable = 2;

export function testCalls(title: string, platform: Platform, skip: boolean): void {
  describe.skipIf(skip)(title, () => {
    let machine: Machine;
    let program: string;
    beforeAll(async () => {
      program = build(platform.compilers.c, "-static");
      machine = await Machine.create(machineOptions(platform));
    }, 60_000);
    afterAll(() => machine?.close());

    /** A guest that waits; ended when the test is. */
    async function waiting<Result>(
      how: string,
      work: (guest: GuestProcess, line: () => Promise<string | undefined>) => Promise<Result>,
      options: SpawnOptions = {},
      path = program,
    ): Promise<Result> {
      const guest = machine.spawn(path, [how], { stdin: "pipe", ...options });
      try {
        return await work(guest, linesOf(guest));
      } finally {
        guest.kill("SIGKILL");
        await guest.exit.catch(() => {});
      }
    }

    test("give their results, whatever they are called with", () =>
      waiting("pause", async (guest) => {
        expect(await guest.call("none")).toBe(42n);
        expect(await guest.call("one", [5])).toBe(-5n);
        expect(await guest.call("two", [-1, 2n])).toBe(-3n);
        expect(await guest.call("three", [1, 2, 3])).toBe(321n);
        expect(await guest.call("four", [1, 2, 3, 4])).toBe(4321n);
        expect(await guest.call("five", [1, 2, 3, 4, 5])).toBe(54321n);
        expect(await guest.call("six", [1, 2, 3, 4, 5, 6])).toBe(654321n);
        expect(await guest.call("same", [-(2n ** 63n)])).toBe(-(2n ** 63n));
        expect(await guest.call("same", [2n ** 64n - 1n])).toBe(-1n);
        expect(await guest.call("prints", [13])).toBe(1n);
        expect(await guest.call("is_aligned")).toBe(1n);
      }));

    test("keep what they have changed in memory, a thousand times", () =>
      waiting("pause", async (guest) => {
        for (let index = 0; index < 1000; index++) await guest.call("add", [1]);
        expect(await guest.call("add", [0])).toBe(1000n);
      }));

    test("leave a read, its registers and its stack as they were", () =>
      waiting("read", async (guest, line) => {
        expect(await guest.call("clobbers")).toBe(0n);
        expect(await guest.call("clobbers")).toBe(0n);
        guest.stdin?.end("A");
        expect(await line()).toBe("registers kept");
        expect(await guest.exit).toMatchObject({ code: 65 });
      }));

    test("do not shorten a sleep", () =>
      waiting("sleep", async (guest, line) => {
        for (let index = 0; index < 5; index++) await guest.call("add", [1]);
        expect(await line()).toBe("0 slept, total 5");
      }));

    test("are made in a process that is stopped, which stays so", () =>
      waiting("stop", async (guest) => {
        const stopped = new Promise((resolve) => {
          guest.onstop = resolve;
        });
        expect(await stopped).toBe("SIGSTOP");
        expect(await guest.call("add", [30])).toBe(30n);
        expect(await guest.call("add", [3])).toBe(33n);
        // A function may wait while its process is stopped.
        const read = guest.call("reads");
        guest.stdin?.write("B");
        expect(await read).toBe(66n);
        expect(guest.kill("SIGCONT")).toBe(true);
        expect(await guest.exit).toMatchObject({ code: 33 });
      }));

    test("let a process go on that is continued while one runs", () =>
      waiting("stop", async (guest, line) => {
        await new Promise((resolve) => {
          guest.onstop = resolve;
        });
        const read = guest.call("tells_and_reads");
        expect(await line()).toBe("reading");
        guest.kill("SIGCONT");
        guest.stdin?.write("C");
        expect(await read).toBe(67n);
        expect(await guest.exit).toMatchObject({ code: 0 });
      }));

    test("leave a wait to be ended by a signal", () =>
      waiting("pause", async (guest, line) => {
        expect(await line()).toBe("ready");
        expect(await guest.call("add", [7])).toBe(7n);
        guest.kill("SIGUSR1");
        expect(await line()).toBe("pause -1 EINTR handled 1 total 7");
        expect(await guest.call("add", [1])).toBe(8n);
      }));

    test("run under the signal mask that the process has besides its wait", () =>
      waiting("mask", async (guest, line) => {
        expect(await line()).toBe("ready");
        expect(await guest.call("is_blocked")).toBe(1n);
        guest.kill("SIGUSR1");
        expect(await line()).toBe("-1 EINTR handled 1 blocked 1");
      }));

    test("take signals while they run", () =>
      waiting("pause", async (guest, line) => {
        await line();
        const handled = guest.call("waits_for_signal");
        const again = setInterval(() => guest.kill("SIGUSR1"), 20);
        expect(await handled).toBeGreaterThan(0n);
        clearInterval(again);
        expect(await guest.call("none")).toBe(42n);
      }));

    test("are one at a time", () =>
      waiting("pause", async (guest) => {
        const first = guest.call("reads");
        await guest.started;
        expect((await errorOf(() => guest.call("none"))).code).toBe("linux/CALL_BUSY");
        guest.stdin?.write("D");
        expect(await first).toBe(68n);
        expect(await guest.call("none")).toBe(42n);
      }));

    test("are taken back when the process does not wait in time", () =>
      waiting("busy", async (guest, line) => {
        expect(await line()).toBe("ready");
        const error = await errorOf(() => guest.call("add", [1], { timeout: 100 }));
        expect(error.code).toBe("VMP_TIMED_OUT");
        expect(error.message).toContain("add");
        guest.kill("SIGUSR1");
        expect(await line()).toBe("ready");
        expect(await guest.call("add", [0])).toBe(0n);
      }));

    test("that time out while they run go on", () =>
      waiting("pause", async (guest) => {
        await guest.call("none");
        expect((await errorOf(() => guest.call("reads", [], { timeout: 50 }))).code).toBe("VMP_TIMED_OUT");
        expect((await errorOf(() => guest.call("none"))).code).toBe("linux/CALL_BUSY");
        guest.stdin?.write("E");
      }));

    test("end with their process: a fault", () =>
      waiting("pause", async (guest) => {
        const error = await errorOf(() => guest.call("loads", [16]));
        expect(error.code).toBe("VMP_CALL_FAILED");
        expect(error.message).toMatch(/SIGSEGV at pc 0x[0-9a-f]+, address 0x10/);
        expect(await guest.exit).toMatchObject({ signal: "SIGSEGV" });
        expect((await errorOf(() => guest.call("none"))).code).toBe("linux/PROCESS_NOT_FOUND");
      }));

    test("end with their process: an exit", () =>
      waiting("pause", async (guest) => {
        const error = await errorOf(() => guest.call("finishes", [3]));
        expect(error.code).toBe("VMP_CALL_FAILED");
        expect(error.message).toContain("exit code 3");
        expect(await guest.exit).toMatchObject({ code: 3 });
      }));

    test("end with their process: a signal of the host's, before they begin and while they run", () =>
      waiting("busy", async (guest, line) => {
        await line();
        const call = errorOf(() => guest.call("none"));
        await guest.started;
        guest.kill("SIGTERM");
        expect((await call).message).toContain("SIGTERM");
      }).then(() =>
        waiting("pause", async (guest) => {
          await guest.call("none");
          const call = errorOf(() => guest.call("loops"));
          await guest.started;
          guest.kill("SIGKILL");
          expect(await call).toMatchObject({ code: "VMP_CALL_FAILED", message: expect.stringContaining("SIGKILL") });
        }),
      ));

    test("end with their run when the host stops it", async () => {
      const abort = new AbortController();
      const call = waiting("pause", async (guest) => errorOf(() => guest.call("loops")), { signal: abort.signal });
      setTimeout(() => abort.abort(), 50);
      expect((await call).code).toBe("VMP_CANCELLED");
    });

    test("end when the process begins another program", () =>
      waiting("pause", async (guest) => {
        const error = await errorOf(() => guest.call("executes"));
        expect(error).toMatchObject({ code: "VMP_CALL_FAILED", message: expect.stringContaining("another program") });
        expect(await guest.exit).toMatchObject({ code: 40 });
      }));

    test("return in the process that was called alone: a child of theirs dies by SIGILL", () =>
      waiting("pause", async (guest) => expect(await guest.call("forks")).toBe(BigInt(illegalInstruction))));

    test("are refused before the process has started, and when it could not", async () => {
      const guest = machine.spawn(changed(program, (bytes) => bytes.writeUInt16LE(1, 16)));
      guest.stdout?.resume();
      expect((await errorOf(() => guest.call("none"))).code).toBe("linux/ELF_WRONG_TYPE");
    });

    test("name what is not there", () =>
      waiting("pause", async (guest) => {
        const missing = await errorOf(() => guest.call("nonne"));
        expect(missing).toMatchObject({ code: "linux/SYMBOL_NOT_FOUND", message: expect.stringContaining("none") });
        expect((await errorOf(() => guest.call("variable"))).code).toBe("linux/SYMBOL_NOT_A_FUNCTION");
        expect(await guest.call("none")).toBe(42n);
      }));

    // Debian's C library for riscv64 has no start file for these (rcrt1.o).
    if (platform.architecture !== "riscv64") {
      test("are of a program that is loaded anywhere, too", () =>
        waiting(
          "pause",
          async (guest) => expect(await guest.call("none")).toBe(42n),
          {},
          build(platform.compilers.c, "-static-pie", "-fPIE"),
        ));
    }

    test("are refused by name without symbols, and with broken ones", async () => {
      const stripped = changed(program, (bytes) => bytes.writeUInt16LE(0, 60));
      await waiting(
        "pause",
        async (guest) => {
          const error = await errorOf(() => guest.call("none"));
          expect(error).toMatchObject({ code: "linux/SYMBOL_NOT_FOUND", message: expect.stringContaining("strip") });
        },
        {},
        stripped,
      );
      const breaks: [string, (bytes: Buffer, header: number) => void][] = [
        ["linux/ELF_TRUNCATED", (bytes, header) => bytes.writeBigUInt64LE(2n ** 63n, header + 24)],
        ["linux/ELF_TABLE_TOO_LARGE", (bytes, header) => bytes.writeBigUInt64LE(2n ** 62n, header + 32)],
        ["linux/ELF_BAD_HEADER", (bytes, header) => bytes.writeUInt32LE(60_000, header + 40)],
        ["linux/ELF_BAD_HEADER", (bytes, header) => bytes.writeBigUInt64LE(7n, header + 56)],
        ["linux/ELF_TRUNCATED", (bytes) => bytes.writeBigUInt64LE(2n ** 64n - 1n, 40)],
        ["linux/ELF_BAD_HEADER", (bytes) => bytes.writeUInt16LE(8, 58)],
      ];
      for (const [code, breakIt] of breaks) {
        const broken = changed(program, (bytes) => breakIt(bytes, sectionOf(bytes, symbolTable)));
        const error = await waiting("pause", (guest) => errorOf(() => guest.call("none")), {}, broken);
        expect(error.code).toBe(code);
      }
    });
  });
}
