/** The C programs of bench/programs, built as a user would build them. */
import { join } from "node:path";
import { compile, scratchFolder } from "./toolchain.ts";
import { repository } from "./vm-plugin.ts";

export interface Program {
  readonly name: string;
  readonly group: "integers" | "floats";
  /** The scale at which it takes about 2 s under qemu-riscv64, beside which the start of either side is little. */
  readonly scale: number;
}

export const programs: readonly Program[] = [
  { name: "big-number", group: "integers", scale: 6300 },
  { name: "binary-trees", group: "integers", scale: 3850 },
  { name: "bytecode", group: "integers", scale: 196 },
  { name: "compression", group: "integers", scale: 1680 },
  { name: "crc32", group: "integers", scale: 2450 },
  { name: "fibonacci", group: "integers", scale: 3675 },
  { name: "pattern", group: "integers", scale: 175 },
  { name: "quicksort", group: "integers", scale: 406 },
  { name: "sha256", group: "integers", scale: 686 },
  { name: "sieve", group: "integers", scale: 280 },
  { name: "string-hash", group: "integers", scale: 595 },
  { name: "mandelbrot", group: "floats", scale: 35 },
  { name: "matrix", group: "floats", scale: 168 },
  { name: "n-body", group: "floats", scale: 343 },
];

/** The scale of a run: a small part of the full one when it has to be quick. */
export function scaleOf(program: Program, quick: boolean): number {
  return quick ? Math.ceil(program.scale / 28) : program.scale;
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
