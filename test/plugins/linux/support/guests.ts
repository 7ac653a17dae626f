/** Builds the guests of these tests and runs them, in a machine and with qemu-riscv64. */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";
import type { GuestExit } from "../../../../src/machine/guest-process.ts";
import type { Machine } from "../../../../src/machine/machine.ts";

type SpawnOptions = NonNullable<Parameters<Machine["spawn"]>[2]>;

const sources = fileURLToPath(new URL("../guests", import.meta.url));
let outputs: string | undefined;

const made: string[] = [];

/** A new folder, removed after the test file's last test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "vm-plugin-linux-"));
  made.push(path);
  return path;
}

afterAll(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
});

/** Why a test that needs these programs is skipped, said once; false when all are there. */
export function missing(...programs: string[]): false | string {
  const absent = programs.filter((program) => spawnSync("sh", ["-c", 'command -v "$1"', "sh", program]).status !== 0);
  if (absent.length === 0) return false;
  const reason = `skipped: ${absent.join(", ")} not found`;
  console.warn(reason);
  return reason;
}

export const crossCompiler = "riscv64-linux-gnu-gcc";

/** The path of guests/NAME.c as a static riscv64 program. */
export function build(name: string, options: readonly string[] = ["-O1", "-static"]): string {
  outputs ??= folder();
  const program = join(outputs, name);
  const source = join(sources, `${name}.c`);
  const result = spawnSync(crossCompiler, [...options, "-D_GNU_SOURCE", "-w", "-o", program, source, "-lm"], {
    encoding: "utf8",
  });
  if (result.status !== 0) throw new Error(`${source} does not compile:\n${result.stderr}`);
  return program;
}

export interface Outcome {
  /** As a shell shows it: 128 and the signal's number when one killed it. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function run(
  machine: Machine,
  program: string,
  args: readonly string[] = [],
  options: SpawnOptions = {},
): Promise<Outcome & { readonly exit: GuestExit }> {
  const guest = machine.spawn(program, args, options);
  const texts = [guest.stdout, guest.stderr].map(async (stream) =>
    stream === null ? "" : (await buffer(stream)).toString(),
  );
  const exit = await guest.exit;
  const [stdout = "", stderr = ""] = await Promise.all(texts);
  return { status: exit.status, stdout, stderr, exit };
}

/** Two equal new folders, each with the program as ./program and an empty folder "work". */
export function twins(program: string): readonly [string, string] {
  const twin = () => {
    const root = folder();
    mkdirSync(join(root, "work"));
    copyFileSync(program, join(root, "program"));
    return root;
  };
  return [twin(), twin()];
}

export function runQemu(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Outcome {
  const set = Object.entries(env).flatMap(([key, value]) => ["-E", `${key}=${value}`]);
  const result = spawnSync("qemu-riscv64", [...set, "./program", ...args], {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env.PATH },
    timeout: 60_000,
  });
  // qemu repeats the guest's fatal signal on itself.
  const signals: Readonly<Record<string, number>> = { SIGABRT: 134, SIGSEGV: 139, SIGILL: 132, SIGPIPE: 141 };
  const status = result.status ?? signals[result.signal ?? ""] ?? -1;
  return { status, stdout: result.stdout, stderr: result.stderr };
}
