/** The C programs of bench/programs, built as a user would build them. */
import { join } from "node:path";
import { compile, scratchFolder } from "./toolchain.ts";
import { repository } from "./vm-plugin.ts";

export interface Program {
  readonly name: string;
  readonly group: "integers" | "floats";
  /** The scale at which it takes about 0.3 s under qemu-riscv64: long enough to measure, short enough for many pairs. */
  readonly scale: number;
}

export const programs: readonly Program[] = [
  { name: "big-number", group: "integers", scale: 900 },
  { name: "binary-trees", group: "integers", scale: 550 },
  { name: "bytecode", group: "integers", scale: 28 },
  { name: "compression", group: "integers", scale: 240 },
  { name: "crc32", group: "integers", scale: 350 },
  { name: "fibonacci", group: "integers", scale: 525 },
  { name: "pattern", group: "integers", scale: 25 },
  { name: "quicksort", group: "integers", scale: 58 },
  { name: "sha256", group: "integers", scale: 98 },
  { name: "sieve", group: "integers", scale: 40 },
  { name: "string-hash", group: "integers", scale: 85 },
  { name: "mandelbrot", group: "floats", scale: 5 },
  { name: "matrix", group: "floats", scale: 24 },
  { name: "n-body", group: "floats", scale: 49 },
];

/** The scale of a run: a quarter of the full one when it has to be quick. */
export function scaleOf(program: Program, quick: boolean): number {
  return quick ? Math.ceil(program.scale / 4) : program.scale;
}

/**
 * Builds a program with gcc -O2 -static and answers the path of the executable. Floating-point expressions are not
 * contracted, so that it prints the same on every architecture.
 */
export function buildProgram(compiler: string, architecture: string, program: Program): string {
  const source = join(repository, "bench/programs", `${program.name}.c`);
  const executable = join(scratchFolder(), `${program.name}-${architecture}`);
  compile(compiler, ["-std=c11", "-O2", "-static", "-ffp-contract=off", "-o", executable, source, "-lm"]);
  return executable;
}
