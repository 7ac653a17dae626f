/** How guests end: by fatal signals with their cause, for want of memory, by a request; and what is said in the log. */
import { mkdirSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Machine } from "../../../src/machine/machine.ts";
import { vmPlugin } from "../../cli/vm-plugin.ts";
import { folder } from "../../support/folder.ts";
import { missing } from "../../support/programs.ts";
import { build, crossCompiler, run } from "./support/guests.ts";

const skip = missing(crossCompiler);
const create = (memory = "32M") => Machine.create({ architecture: "riscv64", memory });

describe.skipIf(skip)("a guest that dies", () => {
  test.each<[string, NodeJS.Signals, RegExp]>([
    ["null", "SIGSEGV", /^SIGSEGV at pc 0x[0-9a-f]+, address 0x8: not mapped$/],
    ["wild", "SIGSEGV", /^SIGSEGV at pc 0x[0-9a-f]+, address 0x[0-9a-f]+: not mapped$/],
    ["constant", "SIGSEGV", /^SIGSEGV at pc 0x[0-9a-f]+, address 0x[0-9a-f]+: no permission$/],
    ["jump", "SIGSEGV", /^SIGSEGV at pc 0x10, address 0x10: not mapped$/],
    ["recursion", "SIGSEGV", /not mapped$/],
    ["illegal", "SIGILL", /^SIGILL at pc 0x[0-9a-f]+, instruction( 00)+$/],
    ["breakpoint", "SIGTRAP", /^SIGTRAP at pc 0x[0-9a-f]+$/],
    ["abort", "SIGABRT", /^SIGABRT raised by the program$/],
    ["kill", "SIGKILL", /^SIGKILL raised by the program$/],
    ["bus", "SIGBUS", /^SIGBUS at pc 0x[0-9a-f]+, address 0x[0-9a-f]+$/],
    ["blocked", "SIGSEGV", /not mapped$/],
    ["ignored", "SIGSEGV", /not mapped$/],
    ["handler", "SIGSEGV", /^SIGSEGV at pc/],
  ])("of %s says so", async (way, signal, detail) => {
    await using machine = await create();
    const { exit } = await run(machine, build("ways"), [way]);
    expect(exit).toMatchObject({ status: 128 + constants.signals[signal], code: null, limit: undefined });
    expect(exit.detail).toMatch(detail);
  });

  test("leaves its machine to others", async () => {
    await using machine = await create();
    const program = build("ways");
    for (const way of ["recursion", "memory", "wild"]) await run(machine, program, [way]);
    expect((await run(machine, program, ["fine"])).status).toBe(7);
  });
});

describe.skipIf(skip)("memory", () => {
  test("that is used up is ENOMEM, not the end of the host", async () => {
    await using machine = await create("16M");
    const { stdout, status } = await run(machine, build("ways"), ["memory"]);
    expect(status).toBe(0);
    const [, mapped = "0"] = /mapped (\d+) KiB, then Cannot allocate memory/.exec(stdout) ?? [];
    expect(Number(mapped)).toBeGreaterThan(4 * 1024);
    expect(Number(mapped)).toBeLessThan(16 * 1024);
  });

  test("that does not hold the program is a refusal", async () => {
    await using machine = await create("64K");
    const guest = machine.spawn(build("ways"), ["fine"]);
    await expect(guest.exit).rejects.toMatchObject({
      code: expect.stringMatching(/^linux\/(PROGRAM_TOO_LARGE|MEMORY_TOO_SMALL)$/),
    });
  });

  test("in an address space of few bits is enough for a small program", async () => {
    const options = { architecture: "riscv64", memory: "16M" };
    await using machine = await Machine.create({ ...options, configuration: { linux: { addressSpaceBits: 28 } } });
    expect((await run(machine, build("ways"), ["fine"])).status).toBe(7);
    const refused = Machine.create({ ...options, configuration: { linux: { addressSpaceBits: 20 } } });
    await expect(refused).rejects.toMatchObject({ code: "linux/CONFIGURATION_RANGE" });
    const mistyped = Machine.create({ ...options, configuration: { linux: { hostname: 5 } } });
    await expect(mistyped).rejects.toMatchObject({ code: "linux/CONFIGURATION_TYPE" });
  });
});

describe.skipIf(skip)("a guest that waits", () => {
  test.each(["read", "sleep", "poll", "suspend", "futex", "lock", "stop", "fifo"])(
    "in %s is ended at once by a stop",
    async (way) => {
      const root = folder();
      mkdirSync(join(root, "work"));
      await using machine = await Machine.create({ architecture: "riscv64", memory: "32M", root: "/" });
      const guest = machine.spawn(build("ways"), [way, join(root, "work")], { stdin: "pipe" });
      await new Promise((resolve) => guest.stdout?.once("data", resolve));
      await new Promise((resolve) => setTimeout(resolve, 30));
      machine.stop("a test");
      await expect(guest.exit).rejects.toMatchObject({ code: "VMP_CANCELLED" });
    },
  );

  test("is woken by a signal that has a handler, and by one that kills", async () => {
    await using machine = await create();
    const guest = machine.spawn(build("ways"), ["handled"], { stdin: "pipe" });
    let text = "";
    guest.stdout?.setEncoding("utf8").on("data", (data: string) => {
      text += data;
    });
    await expect.poll(() => text).toBe("waiting\n");
    expect(guest.kill("SIGUSR1")).toBe(true);
    await expect.poll(() => text).toBe("waiting\nsignal 10\nread: Interrupted system call\n");
    expect(guest.kill("SIGTSTP")).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(guest.kill("SIGCONT")).toBe(true);
    expect(guest.kill("SIGUSR2")).toBe(true);
    await expect.poll(() => text).toContain("signal 12\n");
    guest.stdin?.write("x");
    await expect.poll(() => text).toContain("read again: 1\n");
    guest.kill("SIGTERM");
    expect(await guest.exit).toMatchObject({ signal: "SIGTERM", detail: "SIGTERM sent by the host" });
  });
});

describe.skipIf(skip)("a system call that is not implemented", () => {
  test("is ENOSYS, and named once in the log", () => {
    const { stdout, stderr, status } = vmPlugin(["run", build("ways"), "unknown"]);
    expect(status).toBe(0);
    expect(stdout).toBe("38 38 38 11 97 10 22\n");
    const lines = stderr.trimEnd().split("\n");
    expect(lines).toHaveLength(4);
    expect(stderr).toContain("system call 425 (io_uring_setup) is not implemented; the guest got ENOSYS");
    expect(stderr).toContain("system call 4000 (unknown) is not implemented; the guest got ENOSYS");
    expect(stderr).toContain("system call 220 (clone) is refused (threads are not supported); the guest got EAGAIN");
    expect(stderr).toContain(
      "system call 198 (socket) is refused (sockets are not supported); the guest got EAFNOSUPPORT",
    );
  });
});
