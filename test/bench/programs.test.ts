import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { buildProgram, programs, scaleOf } from "../../bench/harness/programs.ts";
import { findProgram, localCompiler } from "../../bench/harness/toolchain.ts";
import { repository } from "../../bench/harness/vm-plugin.ts";

test("every source in bench/programs is listed once", () => {
  const sources = readdirSync(join(repository, "bench/programs")).filter((name) => name.endsWith(".c"));
  expect(programs.map(({ name }) => `${name}.c`).sort()).toEqual(sources.sort());
});

test("a quick run is a small part of the full one, and never empty", () => {
  expect(scaleOf({ name: "x", group: "floats", scale: 70 }, true)).toBe(3);
  expect(scaleOf({ name: "x", group: "floats", scale: 70 }, false)).toBe(70);
});

const compiler = findProgram("riscv64-linux-gnu-gcc");
const qemu = findProgram("qemu-riscv64");
const missing = [compiler ? "" : "riscv64-linux-gnu-gcc", qemu ? "" : "qemu-riscv64"].filter((name) => name !== "");
const note = missing.length === 0 ? "" : ` (skipped: not installed: ${missing.join(", ")})`;

describe.skipIf(missing.length > 0)(`the bench programs here and under qemu-riscv64${note}`, () => {
  test.each(programs)("$name prints the same on both, and its scale matters", { timeout: 60_000 }, (program) => {
    const here = buildProgram(localCompiler(), "native", program);
    const there = buildProgram(compiler as string, "riscv64", program);
    const run = (file: string, ...words: string[]) => {
      const { status, stdout } = spawnSync(file, words, { encoding: "utf8" });
      return { status, stdout };
    };
    const expected = run(here, "2");
    expect(expected.status).toBe(0);
    expect(expected.stdout).toMatch(/^[0-9a-f]{16}\n$/);
    expect(run(qemu as string, there, "2")).toEqual(expected);
    expect(run(here, "3").stdout).not.toBe(expected.stdout);
    expect(run(here).status).toBe(2);
  });
});
