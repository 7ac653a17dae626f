/** Instructions counted by valgrind's callgrind: exact where a clock is too coarse. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { scratchFolder } from "./toolchain.ts";

/** Instructions that the command executes in user mode, start-up included. */
export function countInstructions(
  valgrind: string,
  program: string,
  commandLine: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): number {
  const record = join(scratchFolder(), "callgrind.out");
  const options = ["--tool=callgrind", `--callgrind-out-file=${record}`, "--quiet"];
  execFileSync(valgrind, [...options, program, ...commandLine], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const total = /^totals: (\d+)$/m.exec(readFileSync(record, "utf8"))?.[1];
  if (total === undefined) throw new Error(`${valgrind} wrote no totals for ${program}`);
  return Number(total);
}

/**
 * Instructions per operation, of a program that takes the number of operations as its last argument: those of twice the
 * count less those of the count, so that start-up does not appear.
 */
export function instructionsPerOperation(
  valgrind: string,
  program: string,
  commandLine: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): number {
  const operations = 100_000;
  const once = countInstructions(valgrind, program, [...commandLine, String(operations)], environment);
  const twice = countInstructions(valgrind, program, [...commandLine, String(2 * operations)], environment);
  return (twice - once) / operations;
}
