/** Mappings of memory and files, their places, limits and ends, as mmap(2), mprotect(2) and setrlimit(2) have it. */
import { describe, expect, test } from "vitest";
import { Machine } from "../../../src/machine/machine.ts";
import { missing } from "../../support/programs.ts";
import { build, crossCompiler, run, twins } from "./support/guests.ts";
import { riscv64 } from "./support/platform.ts";
import { sameResults } from "./support/same-results.ts";

describe.skipIf(missing(crossCompiler, "qemu-riscv64"))("as under qemu-riscv64", () => {
  test.each([
    ["a shared mapping of a file that is open to be read does not become writable", "denied", "Permission denied"],
    ["twenty thousand adjacent pages join and are no more than one area", "adjacent", "all"],
    ["what lies behind a mapped file stays out of reach whatever its protection", "behind", "no page"],
  ])("%s", (_, name, last) => sameResults(riscv64, "mappings", { args: ["work", name], last }));
});

describe.skipIf(missing(crossCompiler))("a mapping", () => {
  const results = (stdout: string) => stdout.replace(/^\d+: .* = /gm, "");

  test.each([
    [
      "goes to the highest place that is free, however many there are",
      "many",
      ["0", "1", "1", "1", "1", "0", "0", "1", "1"],
    ],
    ["is refused where the machine has not so much left", "left", ["1", "1"]],
    [
      "is refused where it passes RLIMIT_AS or RLIMIT_DATA",
      "limits",
      ["0", ...Array(5).fill("1"), "0", "1", "0", "0", ...Array(4).fill("1")],
    ],
  ])("%s", async (_, name, expected) => {
    const [root] = twins(build("mappings"));
    await using machine = await Machine.create({ architecture: "riscv64", memory: "256M", root });
    const { stdout, status } = await run(machine, "/program", ["work", name]);
    expect(results(stdout)).toBe(expected.map((value) => `${value} (fine)\n`).join(""));
    expect(status).toBe(0);
  });

  test("ends the run where a call writes to memory that the machine no longer has", async () => {
    const [root] = twins(build("mappings"));
    await using machine = await Machine.create({ architecture: "riscv64", memory: "32M", root });
    const { stdout, exit } = await run(machine, "/program", ["work", "full"]);
    expect(stdout).toBe("");
    expect(exit).toMatchObject({ limit: "memory" });
  });
});
