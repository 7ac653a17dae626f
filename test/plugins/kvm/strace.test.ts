/** Traces of what x86-64 alone has, against those that strace(1) makes on this host. */
import { spawnSync } from "node:child_process";
import { closeSync, copyFileSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { Machine } from "../../../src/machine/machine.ts";
import { folder } from "../../support/folder.ts";
import { build, run } from "../linux/support/guests.ts";
import { machineOptions } from "../linux/support/platform.ts";
import { cannotTrace } from "../linux/support/strace.ts";
import { kvm, skip } from "./support/platform.ts";

const sources = fileURLToPath(new URL("guests", import.meta.url));

/** What a trace shows between two of the program's marks; addresses of the host and of the guest differ. */
function between(trace: string, from: string, to: string): string[] {
  const lines = readFileSync(trace, "utf8")
    .split("\n")
    .map((line) => line.replace(/0x[0-9a-f]{6,15}\b/g, "ADDRESS").replace(/ += /, " = "));
  const mark = (text: string) => lines.findIndex((line) => line.startsWith(`write(-1, "${text}"`));
  return lines.slice(mark(from) + 1, mark(to));
}

describe.skipIf(skip || cannotTrace())("a trace has the lines that strace prints (needs /dev/kvm)", () => {
  test("of arch_prctl", async () => {
    const program = build("arch-prctl", kvm.compilers.c, sources);
    const [expected, output, root] = [join(folder(), "trace"), join(folder(), "trace"), folder()];
    expect(spawnSync("strace", ["-o", expected, program], { encoding: "utf8" })).toMatchObject({ status: 0 });
    copyFileSync(program, join(root, "program"));
    const trace = openSync(output, "w");
    await using machine = await Machine.create({ ...machineOptions(kvm), memory: "64M", root });
    expect((await run(machine, "/program", [], { trace })).status).toBe(0);
    closeSync(trace);
    const bases = between(expected, "begin", "others");
    expect(bases).toHaveLength(10);
    expect(between(output, "begin", "others")).toEqual(bases);
    // Of these the personality has none: they are compared without their answers.
    const calls = (path: string) => between(path, "others", "end").map((line) => line.split(" = ")[0]);
    expect(calls(expected)).toHaveLength(37);
    expect(calls(output)).toEqual(calls(expected));
  });
});
