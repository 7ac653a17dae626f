/** Timers, clocks, limits and file locks, by programs whose every result is compared with what qemu-riscv64 gives. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Machine } from "../../../src/machine/machine.ts";
import { missing } from "../../support/programs.ts";
import { build, crossCompiler, run, twins } from "./support/guests.ts";
import { riscv64 } from "./support/platform.ts";
import { sameResults } from "./support/same-results.ts";

const skip = missing(crossCompiler, "qemu-riscv64");

describe.skipIf(skip)("one process gets the results that qemu-riscv64 gives it", () => {
  test("timers and clocks", () => sameResults(riscv64, "timers", { last: "and the timers are through" }));
  test("locks", () => sameResults(riscv64, "locks", { args: ["work"], last: "and the locks are through" }));
});

describe.skipIf(skip)("what two processes have to do with each other's timers, limits and locks", () => {
  // qemu hands execve to the host, which runs no riscv64 program: its child of line 61 ends with 99 there.
  const executed = (text: string) => text.replace(/^61: status_of\(child\) = 99/m, "61: status_of(child) = 3");
  test("is what it is under qemu-riscv64", () =>
    sameResults(riscv64, "families", { args: ["work"], last: "and the families are through", mend: executed }));
});

describe.skipIf(skip || missing("flock"))("a lock of somebody outside of the machine", () => {
  const holder = (file: string) =>
    spawn("flock", ["-x", file, "sh", "-c", "echo locked; read line"], { stdio: ["pipe", "pipe", "inherit"] });

  test("keeps a guest waiting until it is gone", async () => {
    const [root] = twins(build("hold"));
    const file = join(root, "work", "file");
    writeFileSync(file, "");
    const other = holder(file);
    await once(other.stdout, "data");
    await using machine = await Machine.create({ architecture: "riscv64", memory: "64M", root });
    const tried = await run(machine, "/program", ["try-whole", "work/file"]);
    expect(tried.stdout).toBe("Resource temporarily unavailable\n");
    const waiting = run(machine, "/program", ["wait-whole", "work/file"]);
    other.stdin.end("\n");
    expect(await waiting).toMatchObject({ status: 0, stdout: "locked\n" });
  });

  test("and those of two machines stand against each other", async () => {
    const [root] = twins(build("hold"));
    writeFileSync(join(root, "work", "file"), "");
    await using one = await Machine.create({ architecture: "riscv64", memory: "64M", root });
    await using other = await Machine.create({ architecture: "riscv64", memory: "64M", root });
    const guest = one.spawn("/program", ["hold-range", "work/file"], { stdin: "pipe" });
    await once(guest.stdout as NodeJS.ReadableStream, "data");
    expect((await run(other, "/program", ["try-range", "work/file"])).stdout).toBe(
      "Resource temporarily unavailable\n",
    );
    expect((await run(other, "/program", ["ask-range", "work/file"])).stdout).toBe("type 1 from 2 for 3\n");
    const waiting = run(other, "/program", ["wait-range", "work/file"]);
    guest.stdin?.end("\n");
    expect(await waiting).toMatchObject({ status: 0, stdout: "locked\n" });
    expect((await guest.exit).status).toBe(0);
  });
});

test.skipIf(skip)("a guest that ends itself by its timers leaves no thread behind", async () => {
  const [root] = twins(build("hold"));
  const threads = () =>
    Number(
      /Threads:\s+(\d+)/.exec(spawnSync("cat", [`/proc/${process.pid}/status`], { encoding: "utf8" }).stdout)?.[1],
    );
  const once = async () => {
    await using machine = await Machine.create({ architecture: "riscv64", memory: "64M", root });
    expect((await run(machine, "/program", ["alarm"])).exit.signal).toBe("SIGALRM");
  };
  await once();
  const before = threads();
  for (let i = 0; i < 10; ++i) await once();
  expect(threads()).toBeLessThan(before + 10);
});
