/**
 * `chroot ROOT /busybox ...` as it is on a Linux of the platform's architecture. Where that is not the host's, qemu runs
 * every program of the root, also those that programs execute: for that the kernel is told what a riscv64 program is, in a
 * user namespace of its own, so that nothing outside changes. The namespaces give the privileges that chroot and mounts
 * need to any user.
 */
import { spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { findProgram } from "../../../../bench/harness/toolchain.ts";
import type { Platform } from "../support/platform.ts";

export interface Outcome {
  /** As a shell shows it: 128 and the signal's number when one killed it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The path of the emulator; undefined without one, "" where it is not installed. */
function interpreterOf({ emulator }: Platform): string | undefined {
  return emulator === undefined ? undefined : (findProgram(`${emulator}-static`) ?? "");
}

/** binfmt_misc.rst: the header of a riscv64 executable; P keeps argv[0], F opens the interpreter now, outside the root. */
const magic = String.raw`\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xf3\x00`;
const mask = String.raw`\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff`;

const register = (interpreter: string) => `
mount -t binfmt_misc none /proc/sys/fs/binfmt_misc
printf %s ':guest:M::${magic}:${mask}:${interpreter}:PF' >/proc/sys/fs/binfmt_misc/register
`;

const enter = `
root=$1 && shift
if [ -d "$root/proc" ]; then
  mount -t proc none "$root/proc"
  for name in null zero full random urandom tty; do mount --bind /dev/$name "$root/dev/$name"; done
fi
umask 022
ulimit -c 0
set +e
`;

/** The command line that runs `script`, which sees the root as $root and the rest of the words as "$@". */
function inNamespaces(platform: Platform, script: string, root: string, words: readonly string[]): [string, string[]] {
  const interpreter = interpreterOf(platform);
  const prepare = interpreter === undefined ? "" : register(interpreter);
  const own = ["--map-current-user", "--keep-caps", "--mount", "--pid", "--fork", "--kill-child"];
  return ["unshare", [...own, "sh", "-c", `set -e\n${prepare}${enter}${script}`, "sh", root, ...words]];
}

/** Why there is no oracle here, or false. */
export function whyNone(platform: Platform): string | false {
  if (interpreterOf(platform) === "") return `${platform.emulator}-static is not installed`;
  const [program, words] = inNamespaces(platform, "true", "/no-root", []);
  const { status, stderr } = spawnSync(program, words, { encoding: "utf8" });
  const what = platform.emulator === undefined ? "namespaces" : "binfmt_misc in a user namespace (it needs Linux 6.7)";
  return status === 0 ? false : `no ${what}: ${stderr?.trim()}`;
}

/** What the mounts of the oracle lie on. The same folders and links are in the root of the guest. */
export function prepareRoot(root: string): void {
  for (const name of ["proc", "dev", "tmp"]) mkdirSync(join(root, name), { mode: 0o755 });
  for (const name of ["null", "zero", "full", "random", "urandom", "tty"]) {
    closeSync(openSync(join(root, "dev", name), "w"));
  }
  for (const [name, target] of [
    ["fd", ""],
    ["stdin", "/0"],
    ["stdout", "/1"],
    ["stderr", "/2"],
  ] as const) {
    symlinkSync(`/proc/self/fd${target}`, join(root, "dev", name));
  }
}

/** The command line of `chroot ROOT WORDS...`, as a child of the namespace's first process. */
export function oracleCommand(
  platform: Platform,
  root: string,
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): [string, string[]] {
  const set = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  return inNamespaces(platform, 'chroot "$root" "$@"; exit $?', root, ["/busybox", "env", "-i", ...set, ...words]);
}

/** Runs a command to its end, with nothing to read. */
export async function outcomeOf([program, words]: [string, string[]], environment = process.env): Promise<Outcome> {
  if (!existsSync(words[0] ?? "") && program === process.execPath)
    throw new Error(`${words[0]} is missing: npm run build`);
  const child = spawn(program, words, {
    stdio: ["ignore", "pipe", "pipe"],
    env: environment,
    timeout: 100_000,
    killSignal: "SIGKILL",
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", (status) => resolve(status));
  });
  const [stdout, stderr, status] = await Promise.all([buffer(child.stdout), buffer(child.stderr), ended]);
  return { status, stdout: stdout.toString("latin1"), stderr: stderr.toString("latin1") };
}
