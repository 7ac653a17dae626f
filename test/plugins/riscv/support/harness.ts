// Builds the harness (../harness) once for all test files and runs programs on it and on qemu-riscv64.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";

const source = fileURLToPath(new URL("../harness", import.meta.url));

function hasProgram(name: string): boolean {
  return spawnSync(name, ["--version"]).status === 0;
}

/** Why tests that need these programs are skipped, or undefined when all are there. */
export function missing(...programs: string[]): string | undefined {
  const absent = programs.filter((program) => !hasProgram(program));
  if (absent.length === 0) return undefined;
  const reason = `skipped: ${absent.join(", ")} not found`;
  console.warn(reason);
  return reason;
}

type Variant = "plain" | "address,undefined" | "thread";

/** What tests that name no variant run on: VM_PLUGIN_SANITIZE=address,undefined or thread, else no sanitizer. */
const usual = (process.env.VM_PLUGIN_SANITIZE || "plain") as Variant;

const built = new Map<string, string>();

/**
 * The build folder, after building these targets (all when none is named) in it. It is kept between runs, and test files
 * that run at once wait for each other.
 */
export function buildHarness(variant: Variant = usual, targets: string[] = []): string {
  const key = createHash("sha256").update(source).digest("hex").slice(0, 12);
  const folder = join(tmpdir(), `vm-plugin-riscv-${key}-${variant.replace(",", "-")}`);
  const done = [folder, ...targets].join(" ");
  if (built.has(done)) return folder;
  mkdirSync(folder, { recursive: true });
  const chosen = targets.length > 0 ? ["--target", ...targets] : [];
  const configure = ["-S", source, "-B", folder, `-DVMP_SANITIZE=${variant === "plain" ? "" : variant}`];
  for (const step of [configure, ["--build", folder, "--parallel", "2", ...chosen]]) {
    const result = spawnSync("flock", [join(folder, "lock"), "cmake", ...step], { encoding: "utf8" });
    if (result.status !== 0) throw new Error(`the harness does not build:\n${result.stdout}${result.stderr}`);
  }
  built.set(done, folder);
  return folder;
}

export interface Outcome {
  code: number | null;
  output: Buffer;
  errors: string;
}

let folder: string | undefined;
let programs = 0;

afterAll(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true });
});

/** Writes a program to a temporary file. */
export function saveProgram(elf: Uint8Array): string {
  folder ??= mkdtempSync(join(tmpdir(), "vm-plugin-riscv-programs-"));
  const path = join(folder, `program${programs++}.elf`);
  writeFileSync(path, elf, { mode: 0o755 });
  return path;
}

function execute(command: string, args: string[]): Outcome {
  const result = spawnSync(command, args, { maxBuffer: 1 << 28, timeout: 60_000 });
  return { code: result.status, output: result.stdout, errors: result.stderr.toString() };
}

export function runHarness(build: string, program: string, options: string[] = []): Outcome {
  return execute(join(build, "harness"), [join(build, "riscv.node"), ...options, program]);
}

export function runQemu(program: string): Outcome {
  return execute("qemu-riscv64", ["-cpu", "rv64,zba=true,zbb=true,zbc=true,zbs=true", program]);
}
