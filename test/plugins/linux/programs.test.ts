/** System calls, by programs whose every result is compared with what they get under qemu-riscv64. */
import { dirname, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { Machine } from "../../../src/machine/machine.ts";
import { missing } from "../../support/programs.ts";
import { build, crossCompiler, run, runOnHost, twins } from "./support/guests.ts";
import { riscv64 } from "./support/platform.ts";
import { sameResults } from "./support/same-results.ts";

const skip = missing(crossCompiler, "qemu-riscv64");
const env = { TEST_VALUE: "a value" };

describe.skipIf(skip)("a static program gets the results that qemu-riscv64 gives it", () => {
  test.each([
    ["files", ["work"], "everyone"],
    ["memory", ["work"], "execution of data"],
    ["signals", [], "and abort"],
    ["streams", [], "dup2(1, 20)"],
    ["identity", ["one", "", "two words"], "umask(0)"],
  ] as const)("%s", (name, args, last) => sameResults(riscv64, name, { args, env, memory: "64M", last }));
});

describe.skipIf(skip)("what qemu-riscv64 does not pass on as it is", () => {
  test("follows the manual's pages", async () => {
    const [root] = twins(build("beyond"));
    await using machine = await Machine.create({ architecture: "riscv64", memory: "64M", root });
    const { stdout } = await run(machine, "/program", ["work"]);
    const results = stdout.split("\n").map((line) => line.replace(/^\d+: \w+\(.*\) = /, ""));
    expect(results).toEqual([
      ...["3 (fine)", "0 (fine)", "3 (fine)", "6 (fine)", "abcabc", "-1 (Invalid argument)"],
      ...["0 (fine)", "3 (fine)", "0 (fine)", "0 (fine)", "-1 (Invalid argument)", "-1 (Invalid argument)"],
      ...["-1 (Invalid argument)", ""],
    ]);
  });
});

describe.skipIf(skip)("without a root", () => {
  test("a program has its arguments and itself", async () => {
    const program = build("identity");
    await using machine = await Machine.create({ architecture: "riscv64", memory: "64M" });
    const [, theirs] = twins(program);
    const result = await run(machine, program, ["x"], { argv0: program, env });
    const expected = runOnHost(riscv64, theirs, ["x"], env);
    const comparable = (text: string) => text.replace(/^2 arguments: \[[^\]]*\]/, "").split("\n");
    expect(comparable(result.stdout)).toEqual(comparable(expected.stdout));
    expect(result.status).toBe(3);
  });

  test("a program named by a relative path knows the whole one", async () => {
    const program = relative(process.cwd(), build("look"));
    await using machine = await Machine.create({ architecture: "riscv64", memory: "64M" });
    // The start-up of static glibc programs aborts where /proc/self/exe is not absolute.
    const { stdout, stderr } = await run(machine, program, ["link", "/proc/self/exe", "read", "/proc/self/exe"]);
    expect(stderr).toBe("");
    expect(stdout).toBe(`link /proc/self/exe: ${resolve("/", program)}\nread /proc/self/exe: 0x7f\n`);
  });

  test("it sees its own file and folder and nothing else", async () => {
    const program = build("look");
    await using machine = await Machine.create({ architecture: "riscv64", memory: "64M" });
    const { stdout } = await run(machine, program, [
      ...["list", "/", "list", dirname(program), "read", program, "read", "/proc/self/exe", "write", program],
      ...["read", "/etc/passwd", "list", "/etc", "make", "/new", "make", "/dev/new", "read", "/dev/null"],
      ...["link", "/proc/self/exe", "cwd", "."],
    ]);
    expect(stdout.split("\n")).toEqual([
      `list /: ${[".", "..", "dev", "proc", program.split("/")[1]].sort().join(" ")}`,
      `list ${dirname(program)}: . .. look`,
      `read ${program}: 0x7f`,
      "read /proc/self/exe: 0x7f",
      `write ${program}: Text file busy`,
      "read /etc/passwd: No such file or directory",
      "list /etc: No such file or directory",
      "make /new: Read-only file system",
      "make /dev/new: Read-only file system",
      "read /dev/null: nothing",
      `link /proc/self/exe: ${program}`,
      "cwd .: /",
      "",
    ]);
  });
});
