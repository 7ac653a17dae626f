// Builds the harness (../harness) once for all test files and runs programs on it and on qemu-riscv64.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

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

/** The build folder, after building in it. It is kept between runs; test files that run at once wait for each other. */
export function buildHarness(
  variant: "plain" | "address,undefined" | "thread" = "plain",
  targets: string[] = [],
): string {
  const key = createHash("sha256").update(source).digest("hex").slice(0, 12);
  const build = join(tmpdir(), `vm-plugin-riscv-${key}-${variant.replace(",", "-")}`);
  mkdirSync(build, { recursive: true });
  const sanitize = variant === "plain" ? "" : variant;
  const script = `cmake -S "$1" -B "$2" -DVMP_SANITIZE="$3" >/dev/null && shift 3 && cmake --build "$0" --parallel 2 ${targets.length > 0 ? '--target "$@"' : ""}`;
  const result = spawnSync(
    "flock",
    [join(build, "lock"), "sh", "-c", script, build, source, build, sanitize, ...targets],
    {
      encoding: "utf8",
    },
  );
  if (result.status !== 0) throw new Error(`the harness does not build:\n${result.stdout}${result.stderr}`);
  return build;
}

export interface Outcome {
  code: number | null;
  output: Buffer;
  errors: string;
}

let folder: string | undefined;
let programs = 0;

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
