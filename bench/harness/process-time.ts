/** Exact CPU time of child processes. Node tells only its own; a small helper, built on first use, asks wait4. */
import { spawnSync } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile, localCompiler, scratchFolder } from "./toolchain.ts";

export interface Command {
  readonly program: string;
  readonly arguments: readonly string[];
  /** Added to this process's own. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface ProcessCost {
  /** User and system time of the process and of the descendants that it waited for, in seconds. */
  readonly cpu: number;
  /** From its start to its end, in seconds. */
  readonly elapsed: number;
  /** Its exit code, or 128 + the signal that killed it. */
  readonly exitCode: number;
  readonly output: string;
  readonly errors: string;
}

let helper: string | undefined;

function helperPath(): string {
  if (helper === undefined) {
    const source = fileURLToPath(new URL("../native/process-time.c", import.meta.url));
    const binary = join(scratchFolder(), "process-time");
    compile(localCompiler(), ["-O2", "-Wall", "-Wextra", "-Werror", "-o", binary, source]);
    helper = binary;
  }
  return helper;
}

/** Runs a command to its end, its output in a file, and answers what it cost. Blocks this thread. */
export function measureProcess(command: Command): ProcessCost {
  const binary = helperPath();
  const record = join(scratchFolder(), "process-time.record");
  const outputFile = join(scratchFolder(), "process-time.output");
  const descriptor = openSync(record, "w");
  const output = openSync(outputFile, "w");
  try {
    const result = spawnSync(binary, [command.program, ...command.arguments], {
      env: { ...process.env, ...command.environment },
      stdio: ["ignore", output, "pipe", descriptor],
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    });
    if (result.error !== undefined || result.status !== 0) {
      throw new Error(`${commandText(command)} did not run: ${result.error?.message ?? result.stderr}`);
    }
    const [user, system, exitCode, elapsed] = readFileSync(record, "utf8").trim().split(" ").map(Number);
    if (user === undefined || system === undefined || exitCode === undefined || elapsed === undefined) {
      throw new Error(`${commandText(command)} left no record of its cost`);
    }
    return {
      cpu: (user + system) / 1e9,
      elapsed: elapsed / 1e9,
      exitCode,
      output: readFileSync(outputFile, "utf8"),
      errors: result.stderr,
    };
  } finally {
    closeSync(descriptor);
    closeSync(output);
  }
}

/** As one would type it. */
export function commandText(command: Command): string {
  const quote = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
  return [command.program, ...command.arguments].map(quote).join(" ");
}
