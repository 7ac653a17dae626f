/** Generates the synthetic contract into a temporary folder, as a package of its own would, and compiles programs with it. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import type { ProbeModule } from "./probe-module.ts";

export const root = resolve(import.meta.dirname, "../..");
const sources = join(import.meta.dirname, "synthetic");

export type Language = "C11" | "C++17";

export const warnings = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"];

export function languageFlags(language: Language): [compiler: string, ...flags: string[]] {
  return language === "C11" ? ["gcc", "-std=c11", "-x", "c"] : ["g++", "-std=c++17", "-x", "c++"];
}

/** Runs a command; its standard output. Throws with what it said when it fails. */
export function run(
  program: string,
  parameters: readonly string[],
  options: { cwd?: string; input?: Uint8Array } = {},
): Buffer {
  const result = spawnSync(program, parameters, { ...options, maxBuffer: 1 << 26 });
  if (result.error !== undefined) throw result.error;
  if (result.status !== 0) {
    throw new Error(
      `${program} ${parameters.join(" ")} ended with ${result.status ?? result.signal}:\n${result.stderr}${result.stdout}`,
    );
  }
  return result.stdout;
}

export function tsx(script: string, ...parameters: string[]): Buffer {
  return run(process.execPath, ["--import", "tsx", join(root, script), ...parameters], { cwd: root });
}

export class ProbeBuild {
  readonly folder = mkdtempSync(join(tmpdir(), "vm-plugin-contracts-"));

  constructor() {
    writeFileSync(join(this.folder, "package.json"), '{ "type": "module" }');
    symlinkSync(join(root, "node_modules"), join(this.folder, "node_modules"));
    const runtime = relative(join(this.folder, "typescript"), join(root, "src/contracts/support.ts"));
    tsx(
      "src/sdk/generator/main.ts",
      "--contract",
      join(sources, "probe.ts"),
      "--out",
      this.folder,
      "--runtime",
      runtime,
    );
  }

  async typescript(): Promise<ProbeModule> {
    return (await import(join(this.folder, "typescript/probe.ts"))) as ProbeModule;
  }

  get includes(): string[] {
    return [`-I${join(this.folder, "include")}`, `-I${join(root, "native/include")}`];
  }

  /** Compiles test/contracts/synthetic/NAME.c; the path of the program. */
  program(name: string, language: Language, ...flags: string[]): string {
    const path = join(this.folder, `${name}-${language}`);
    const [compiler, ...standard] = languageFlags(language);
    run(compiler, [
      ...standard,
      "-D_GNU_SOURCE",
      "-O1",
      ...warnings,
      ...flags,
      ...this.includes,
      join(sources, `${name}.c`),
      "-o",
      path,
    ]);
    return path;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
