/** The program loader: what it refuses, with which code and values, and what it accepts. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { VmPluginError } from "../../../src/errors.ts";
import { Machine } from "../../../src/machine/machine.ts";
import { openProgram } from "../../../src/machine/program.ts";
import { checkSpawn } from "../../../src/machine/spawn-options.ts";
import { elf } from "../../support/elf.ts";
import { errorOf } from "../../support/errors.ts";
import { folder } from "../../support/folder.ts";
import { missing } from "../../support/programs.ts";
import { testElfFiles } from "./support/elf-files.ts";
import { build, crossCompiler, run } from "./support/guests.ts";
import { riscv64 } from "./support/platform.ts";

const root = folder();
let machine: Machine;
beforeAll(async () => {
  machine = await Machine.create({ architecture: "riscv64", memory: "32M", root });
});
afterAll(() => machine.close());

async function load(bytes: Uint8Array) {
  writeFileSync(join(root, "program"), bytes, { mode: 0o755 });
  return await run(machine, "/program");
}

testElfFiles("an ELF file", riscv64, false);

test("a file for x86-64, which the host tells itself, is refused where it has taken another's place in between", async () => {
  writeFileSync(join(root, "program"), elf(), { mode: 0o755 });
  const checked = checkSpawn("/program", [], { stdout: "ignore", stderr: "ignore" });
  const opened = openProgram(checked, root);
  writeFileSync(join(root, "program"), elf({ machine: 62 }));
  const { exit } = machine.spawnOpened(checked, opened);
  const error = await errorOf(() => exit);
  expect(error.code).toBe("linux/ELF_WRONG_ARCHITECTURE");
  expect(error.message).toMatch(/machine 62 \(x86-64\).*riscv64 \(machine 243\)/);
});

describe("a program", () => {
  test("that is not executable, or not a file, is refused", async () => {
    await expect(load(elf())).resolves.toMatchObject({ status: 42 });
    writeFileSync(join(root, "plain"), elf(), { mode: 0o644 });
    await expect(run(machine, "/plain")).rejects.toMatchObject({ code: "linux/PROGRAM_NOT_EXECUTABLE" });
    mkdirSync(join(root, "folder"));
    await expect(async () => run(machine, "/folder")).rejects.toBeInstanceOf(VmPluginError);
    await expect(async () => run(machine, "/missing")).rejects.toBeInstanceOf(VmPluginError);
  });

  const skip = missing(crossCompiler);
  test.skipIf(skip)("that is linked as a static PIE relocates itself and runs", async () => {
    const out = join(root, "pie");
    const source = `
      static const char text[] = "hello\\n";
      static const char *const pointer = text;
      static long call(long n, long a, long b, long c) {
        register long a7 __asm__("a7") = n, a0 __asm__("a0") = a, a1 __asm__("a1") = b, a2 __asm__("a2") = c;
        __asm__ volatile("ecall" : "+r"(a0) : "r"(a7), "r"(a1), "r"(a2) : "memory");
        return a0;
      }
      void _start(void) {
        call(64, 1, (long)text, 6);
        call(93, (long)&pointer >> 30 != 0, 0, 0);
      }`;
    const flags = [
      "-nostdlib",
      "-nostartfiles",
      "-fPIE",
      "-pie",
      "-Wl,--no-dynamic-linker",
      "-O1",
      "-x",
      "c",
      "-o",
      out,
      "-",
    ];
    const made = spawnSync(crossCompiler, flags, { input: source, encoding: "utf8" });
    expect(made.stderr).toBe("");
    expect(await run(machine, "/pie")).toMatchObject({ stdout: "hello\n", status: 1 });
  });

  test.skipIf(skip)("that is cut off at any place is refused or runs, and the machine goes on", async () => {
    const whole = readFileSync(build("ways"));
    for (let size = whole.length; size > 0; size = Math.floor(size * 0.8) - 1) {
      writeFileSync(join(root, "cut"), whole, { mode: 0o755 });
      truncateSync(join(root, "cut"), size);
      const outcome = await (async () => run(machine, "/cut", ["fine"]))().then(
        ({ status }) => `status ${status}`,
        (error: VmPluginError) => error.code,
      );
      expect(outcome).toMatch(
        size === whole.length ? /^status 7$/ : /^(status 7|linux\/ELF_TRUNCATED|VMP_PROGRAM_.*)$/,
      );
    }
  });
});
