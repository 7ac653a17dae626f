/**
 * Memory beyond Node's own and the guest's touched pages. Our side is a `vm-plugin run` whose guest has written to every
 * page of GUEST_MEBIBYTES, without the pages of guest memory; the other side is a Node that does nothing. Both are resident
 * sets as /proc/PID/smaps tells them, shared pages whole, while the process waits.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Command, commandText } from "../harness/process-time.ts";
import { type Pair, pairedRow } from "../harness/row.ts";
import { repository, runCommand } from "../harness/vm-plugin.ts";
import { buildGuest, engine, type Sides } from "./sides.ts";

const GUEST_MEBIBYTES = 64;

/** The kB of the mappings in /proc/PID/smaps, without those of guest memory, whose sum must be what the guest has touched. */
function residentKibibytes(smaps: string, guestMebibytes: number): number {
  let [own, guests, isGuest] = [0, 0, false];
  for (const line of smaps.split("\n")) {
    const [, kibibytes] = /^Rss: +(\d+) kB$/.exec(line) ?? [];
    if (/^[0-9a-f]+-[0-9a-f]+ /.test(line)) isGuest = line.includes("/memfd:vm-plugin-guest");
    else if (kibibytes !== undefined && isGuest) guests += Number(kibibytes);
    else if (kibibytes !== undefined) own += Number(kibibytes);
  }
  const touched = guestMebibytes * 1024;
  if (own === 0 || guests < touched || guests > touched + 4096) throw new Error(`${own} and ${guests} kB are resident`);
  return own;
}

/** MiB of a process that has said "ready", which it is then told to end. */
async function residentSet(command: Command, guestMebibytes: number): Promise<number> {
  const child = spawn(command.program, command.arguments, {
    env: { ...process.env, ...command.environment },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  const ready = new Promise<boolean>((resolve) => {
    child.stdout.once("data", () => resolve(true));
    child.once("close", () => resolve(false));
  });
  let text = "";
  if (await ready) text = readFileSync(`/proc/${child.pid}/smaps`, "utf8");
  child.stdin.end();
  const code = await ended;
  if (code !== 0) throw new Error(`${commandText(command)} ended with code ${code}`);
  return residentKibibytes(text, guestMebibytes) / 1024;
}

export async function memoryRow({ context, compiler }: Pick<Sides, "context" | "compiler">): Promise<void> {
  const guest = buildGuest(compiler, "touch-memory");
  const ours = runCommand({ engine }, guest, String(GUEST_MEBIBYTES));
  const idle: Command = { program: process.execPath, arguments: [join(repository, "bench/guests/idle.cjs")] };
  context.progress(`${context.effort.pairs} x ${commandText(ours)} against ${commandText(idle)}`);
  const pairs: Pair[] = [];
  const oursNow = () => residentSet(ours, GUEST_MEBIBYTES);
  const idleNow = () => residentSet(idle, 0);
  for (let index = 0; index < context.effort.pairs; index++) {
    const first = await (index % 2 === 0 ? oursNow() : idleNow());
    const second = await (index % 2 === 0 ? idleNow() : oursNow());
    pairs.push(index % 2 === 0 ? { ours: first, peer: second } : { ours: second, peer: first });
  }
  const name = `${engine}: memory beyond Node's own and the guest's touched pages (${GUEST_MEBIBYTES} MiB)`;
  context.row(pairedRow("difference", { name, unit: "MiB", peer: "idle Node", bar: 16, goal: 4 }, pairs));
}
