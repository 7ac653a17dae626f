/** Random system calls with wild arguments end, and change nothing outside the root. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Machine } from "../../../src/machine/machine.ts";
import { folder } from "../../support/folder.ts";
import { missing } from "../../support/programs.ts";
import { build, crossCompiler, run } from "./support/guests.ts";

const calls = 20_000;

test.skipIf(missing(crossCompiler)).each([1, 2, 3, 4, 5, 6])("random system calls, seed %i", async (seed) => {
  const base = folder();
  const root = join(base, "root");
  mkdirSync(join(root, "a"), { recursive: true });
  writeFileSync(join(base, "beside"), "untouched");
  copyFileSync(build("random"), join(root, "program"));
  const descriptors = () => readdirSync("/proc/self/fd").length;
  const before = descriptors();
  await using machine = await Machine.create({ architecture: "riscv64", memory: "64M", root, logLevel: "error" });
  const { exit } = await run(machine, "/program", [String(seed), String(calls)], {
    stdout: "ignore",
    stderr: "ignore",
  });
  // It may have harmed itself; it has not been stopped, and neither has the host.
  expect(exit.limit).toBeUndefined();
  expect(readdirSync(base).sort()).toEqual(["beside", "root"]);
  expect(readFileSync(join(base, "beside"), "utf8")).toBe("untouched");
  await machine.close();
  await expect.poll(descriptors).toBeLessThanOrEqual(before + 2);
});

test.skipIf(missing(crossCompiler)).each([11, 12, 13, 14])(
  "random system calls of all kinds, processes among them, seed %i",
  async (seed) => {
    const base = folder();
    const root = join(base, "root");
    mkdirSync(join(root, "a"), { recursive: true });
    writeFileSync(join(base, "beside"), "untouched");
    copyFileSync(build("random"), join(root, "program"));
    await using machine = await Machine.create({ architecture: "riscv64", memory: "64M", root, logLevel: "error" });
    const { exit } = await run(machine, "/program", [String(seed), String(calls), "all"], {
      stdout: "ignore",
      stderr: "ignore",
      limits: { time: "5s", processes: 20 },
    });
    // Most wait for ever, for themselves or for each other; none holds up the end of all.
    expect([undefined, "time", "processes", "memory"]).toContain(exit.limit);
    expect(readdirSync(base).sort()).toEqual(["beside", "root"]);
    expect(readFileSync(join(base, "beside"), "utf8")).toBe("untouched");
  },
);
