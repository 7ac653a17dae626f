/** The C programs of bench/programs, built as a user would build them. */
import { join } from "node:path";
import { compile, scratchFolder } from "./toolchain.ts";
import { repository } from "./vm-plugin.ts";

export interface Program {
  readonly name: string;
  readonly group: "integers" | "floats";
  /** The scale at which it takes 2 s or more under qemu-riscv64. */
  readonly scale: number;
}

export const programs: readonly Program[] = [
  { name: "big-number", group: "integers", scale: 7200 },
  { name: "binary-trees", group: "integers", scale: 4400 },
  { name: "bytecode", group: "integers", scale: 220 },
  { name: "compression", group: "integers", scale: 1900 },
  { name: "crc32", group: "integers", scale: 2800 },
  { name: "fibonacci", group: "integers", scale: 4200 },
  { name: "pattern", group: "integers", scale: 200 },
  { name: "quicksort", group: "integers", scale: 460 },
  { name: "sha256", group: "integers", scale: 780 },
  { name: "sieve", group: "integers", scale: 320 },
  { name: "string-hash", group: "integers", scale: 680 },
  { name: "mandelbrot", group: "floats", scale: 37 },
  { name: "matrix", group: "floats", scale: 190 },
  { name: "n-body", group: "floats", scale: 390 },
];

/** The scale of a run: a twelfth of the full one when it has to be quick. */
export function scaleOf(program: Program, quick: boolean): number {
  return quick ? Math.ceil(program.scale / 12) : program.scale;
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
