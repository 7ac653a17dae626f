/** Programs in the style of the usual test suites: exit status, output and errors are those under qemu-riscv64. */
import { describe, expect, test } from "vitest";
import { vmPlugin } from "../../cli/vm-plugin.ts";
import { missing } from "../../support/programs.ts";
import { cannotCompare } from "./shell/compare.ts";
import { buildSuite } from "./suites/build.ts";
import { compareExecuting, compareSuite, suites } from "./suites/compare.ts";
import { riscv64 } from "./support/platform.ts";

const { compilers } = riscv64;
const skip = missing(...Object.values(compilers), "qemu-riscv64");

describe.skipIf(skip)("a program's results are qemu-riscv64's", () => {
  test.each(suites)("%s", (name, status) => compareSuite(riscv64, buildSuite(name, compilers), status));
});

const noOracle = skip || cannotCompare(riscv64);

describe.skipIf(noOracle)("a program that executes others (needs /proc/sys/fs/binfmt_misc of its own)", () => {
  test("gets what it gets under qemu-riscv64", () =>
    // qemu-riscv64 forks for a vfork: what the child leaves in its parent's memory, as posix_spawn(3)'s error, is lost.
    compareExecuting(riscv64, buildSuite("processes", compilers), (text) => text.replace("missing 0", "missing 1")));
});

describe.skipIf(skip)("a thread", () => {
  test("is refused with an error that the program can handle, and a message", () => {
    const { status, stdout, stderr } = vmPlugin(["run", buildSuite("refused", compilers)]);
    expect(stdout).toBe("1 Resource temporarily unavailable\ngoes on\n");
    expect(stderr).toMatch(/vm-plugin.*clone.*thread/);
    expect(status).toBe(3);
  });
});
