/** The system-call tables against the kernel's own headers. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { buildNative } from "../../support/native-build.ts";

const native = new URL("../../../plugins/linux/native/", import.meta.url);

function tableOf(architecture: string): Map<string, number> {
  const text = readFileSync(new URL(`architecture/${architecture}_numbers.def`, native), "utf8");
  return new Map([...text.matchAll(/NUMBER\((\d+), (\w+)\)/g)].map(([, number, name]) => [name ?? "", Number(number)]));
}

/** What the compiler's <asm/unistd.h> defines; undefined when there is no such compiler. */
function headersOf(compiler: string): Map<string, number> | undefined {
  const names = spawnSync(compiler, ["-E", "-dM", "-x", "c", "-"], {
    input: "#include <asm/unistd.h>\n",
    encoding: "utf8",
  });
  if (names.status !== 0) return undefined;
  const defined = [...names.stdout.matchAll(/^#define __NR_(\w+) /gm)].map(([, name]) => name ?? "");
  const wanted = defined.filter((name) => name !== "syscalls" && name !== "arch_specific_syscall");
  const source = ["#include <asm/unistd.h>", ...wanted.map((name) => `@${name} __NR_${name}`)].join("\n");
  const values = spawnSync(compiler, ["-E", "-P", "-x", "c", "-"], { input: source, encoding: "utf8" });
  const table = new Map<string, number>();
  for (const [, name, value] of values.stdout.matchAll(/^@(\w+) (.+)$/gm)) {
    if (name === undefined || value === undefined || !/^[\d\s()+]+$/.test(value))
      throw new Error(`${name} is ${value}`);
    // Sums of literals, as (244 + 15).
    table.set(
      name,
      (value.match(/\d+/g) ?? []).map(Number).reduce((sum, each) => sum + each, 0),
    );
  }
  return table;
}

describe.each([
  ["riscv64", "riscv64-linux-gnu-gcc", 300],
  ["x86_64", "x86_64-linux-gnu-gcc", 350],
])("the numbers of %s", (architecture, compiler, atLeast) => {
  const headers = headersOf(compiler);
  if (headers === undefined) console.warn(`skipped: ${compiler} not found`);

  test("ascend, each once", () => {
    const numbers = [...tableOf(architecture).values()];
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    expect(Math.max(...numbers)).toBeLessThan(512);
  });

  test.skipIf(headers === undefined)("are those of the kernel's headers, and none is missing", () => {
    const table = tableOf(architecture);
    expect(headers?.size).toBeGreaterThan(atLeast);
    for (const [name, number] of headers ?? []) expect({ name, number: table.get(name) }).toEqual({ name, number });
  });
});

test.skipIf(process.arch !== "x64")("the tables of x86-64 give this host's numbers and its struct stat", () => {
  const program = join(buildNative("plain", "vmp_linux_layouts"), "plugins/linux/vmp_linux_layouts");
  const { status, stdout } = spawnSync(program, { encoding: "utf8" });
  expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
});
