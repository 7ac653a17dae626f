/** Builds the guests of these tests and runs them, in a machine and on the host. */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import type { GuestExit } from "../../../../src/machine/guest-exit.ts";
import type { Machine } from "../../../../src/machine/machine.ts";
import { folder } from "../../../support/folder.ts";
import { compileGuest, ownSources } from "./compile.ts";
import { type Platform, riscv64 } from "./platform.ts";

type SpawnOptions = NonNullable<Parameters<Machine["spawn"]>[2]>;

let outputs: string | undefined;

export const crossCompiler = riscv64.compilers.c;

/** The path of NAME.c as a static program; of guests/, where no other folder is given. */
export function build(name: string, compiler = crossCompiler, sources = ownSources): string {
  outputs ??= folder();
  const program = join(outputs, name);
  compileGuest(join(sources, `${name}.c`), program, compiler);
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

/** Runs ./program of the folder as the platform's programs run on the host. */
export function runOnHost(
  { emulator }: Platform,
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Outcome {
  const set = Object.entries(env).map(([key, value]) => `${key}=${value}`);
  const emulated = [emulator ?? "", ...set.flatMap((pair) => ["-E", pair]), "./program", ...args];
  const words = emulator === undefined ? ["env", "-i", ...set, "./program", ...args] : emulated;
  // A guest of a machine begins with this umask, whatever the host's is; and what kills a guest kills qemu.
  const script = 'umask 022; ulimit -c 0; exec "$@"';
  const result = spawnSync("sh", ["-c", script, "sh", ...words], {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env.PATH },
    timeout: 60_000,
  });
  // qemu repeats the guest's fatal signal on itself.
  const signal = result.signal === null ? undefined : constants.signals[result.signal];
  const status = result.status ?? (signal === undefined ? -1 : 128 + signal);
  return { status, stdout: result.stdout, stderr: result.stderr };
}
