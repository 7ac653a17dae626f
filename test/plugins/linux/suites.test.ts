/** Programs in the style of the usual test suites: exit status, output and errors are those under qemu-riscv64. */
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { vmPlugin } from "../../cli/vm-plugin.ts";
import { missing } from "../../support/programs.ts";
import { environment, makeRoot, noBusybox } from "./shell/guest-root.ts";
import { oracleCommand, outcomeOf, whyNone } from "./shell/oracle.ts";
import { buildSuite, compilers } from "./suites/build.ts";
import { runQemu, twins } from "./support/guests.ts";

const skip = missing(...Object.values(compilers), "qemu-riscv64");

function runOurs(root: string, args: readonly string[]) {
  const result = vmPlugin(["run", "--root", root, "./program", ...args]);
  // The program's own end by a signal is told in a line of vm-plugin's.
  const stderr = result.stderr.replace(/^vm-plugin: .*\n/gm, "");
  return { ...result, stderr };
}

describe.skipIf(skip)("a program's results are qemu-riscv64's", () => {
  test.each([
    ["sorting", 0],
    ["compression", 0],
    ["hashing", 0],
    ["json", 9],
    ["expressions", 21],
    ["numbers", 11],
    ["compiler", 6],
    ["database", 5],
    ["language", 134],
    ["library", 5],
    ["processes", 6],
  ])("%s", (name, status) => {
    const [ours, theirs] = twins(buildSuite(name));
    const result = runOurs(ours, []);
    const expected = runQemu(theirs, []);
    expect(expected.status).toBe(status);
    expect(result.stdout.split("\n")).toEqual(expected.stdout.split("\n"));
    expect({ ...result, stdout: "" }).toEqual({ ...expected, stdout: "" });
  });
});

const noOracle = skip || noBusybox || whyNone();
if (noOracle && !skip) console.warn(`skipped: ${noOracle}`);

describe.skipIf(noOracle)("a program that executes others (needs /proc/sys/fs/binfmt_misc of its own)", () => {
  test("gets what it gets under qemu-riscv64", async () => {
    const program = buildSuite("processes");
    const [ours, theirs] = [makeRoot(), makeRoot()];
    for (const root of [ours, theirs]) copyFileSync(program, join(root, "program"));
    const expected = await outcomeOf(oracleCommand(theirs, ["/program", "executes"], environment));
    const set = Object.entries(environment).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
    const result = vmPlugin(["run", "--root", ours, ...set, "/program", "executes"]);
    expect(expected.stdout).toContain("child of 3 words, with an argument, 1 variables, ONLY=this, 0 -1");
    expect(expected.stdout).toContain("system 7");
    // qemu-riscv64 forks for a vfork: what the child leaves in its parent's memory, as posix_spawn(3)'s error, is lost.
    const stdout = expected.stdout.replace("missing 0", "missing 1");
    expect(result).toEqual({ ...expected, stdout });
  });
});

describe.skipIf(skip)("a thread", () => {
  test("is refused with an error that the program can handle, and a message", () => {
    const { status, stdout, stderr } = vmPlugin(["run", buildSuite("refused")]);
    expect(stdout).toBe("1 Resource temporarily unavailable\ngoes on\n");
    expect(stderr).toMatch(/vm-plugin.*clone.*thread/);
    expect(status).toBe(3);
  });
});
