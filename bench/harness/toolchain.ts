/** Finds and runs the programs that a bench builds with. Everything that it builds lies in one scratch folder. */
import { execFileSync } from "node:child_process";
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** The path of a program in PATH, or undefined. */
export function findProgram(name: string): string | undefined {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    if (folder === "") continue;
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // not in this folder
    }
  }
  return undefined;
}

let scratch: string | undefined;

/** A folder that is removed when this process exits. */
export function scratchFolder(): string {
  if (scratch === undefined) {
    const folder = mkdtempSync(join(tmpdir(), "vm-plugin-bench-"));
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
    scratch = folder;
  }
  return scratch;
}

/** Runs a compiler; what it says is part of the error when it fails. */
export function compile(compiler: string, commandLine: readonly string[]): void {
  try {
    execFileSync(compiler, commandLine, { stdio: ["ignore", "pipe", "pipe"], encoding: "utf8" });
  } catch (error) {
    const said = (error as { stderr?: string }).stderr ?? "";
    throw new Error(`${[compiler, ...commandLine].join(" ")} failed: ${said || (error as Error).message}`);
  }
}

/** The C compiler of this machine: CC, else cc. */
export function localCompiler(): string {
  const name = process.env.CC ?? "cc";
  const found = name.includes("/") ? name : findProgram(name);
  if (found === undefined) {
    throw new Error(`no C compiler: ${name} is not in PATH; install one (Debian: gcc) or set CC`);
  }
  return found;
}
