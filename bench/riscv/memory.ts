/**
 * Memory beyond Node's own and the guest's touched pages. Of our side, a `vm-plugin run` whose guest has written to every
 * page of GUEST_MEBIBYTES, what the guest has touched is taken away; the other side is a Node that does nothing. Both are
 * the resident set of the process as /proc/PID/smaps_rollup tells it, shared pages whole, while the process waits.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Command, commandText } from "../harness/process-time.ts";
import { type Pair, pairedRow } from "../harness/row.ts";
import { repository, runCommand } from "../harness/vm-plugin.ts";
import { buildGuest, engine, type Sides } from "./sides.ts";

const GUEST_MEBIBYTES = 64;

/** MiB of a process that has said "ready", which it is then told to end. */
async function residentSet(command: Command): Promise<number> {
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
  if (await ready) text = readFileSync(`/proc/${child.pid}/smaps_rollup`, "utf8");
  child.stdin.end();
  const code = await ended;
  const [, kibibytes] = /^Rss: +(\d+) kB$/m.exec(text) ?? [];
  if (code !== 0 || kibibytes === undefined) throw new Error(`${commandText(command)} ended with code ${code}`);
  return Number(kibibytes) / 1024;
}

export async function memoryRow({ context, compiler }: Pick<Sides, "context" | "compiler">): Promise<void> {
  const guest = buildGuest(compiler, "touch-memory");
  const ours = runCommand({ engine }, guest, String(GUEST_MEBIBYTES));
  const idle: Command = { program: process.execPath, arguments: [join(repository, "bench/guests/idle.cjs")] };
  context.progress(`${context.effort.pairs} x ${commandText(ours)} against ${commandText(idle)}`);
  const pairs: Pair[] = [];
  for (let index = 0; index < context.effort.pairs; index++) {
    const first = await residentSet(index % 2 === 0 ? ours : idle);
    const second = await residentSet(index % 2 === 0 ? idle : ours);
    const [our, their] = index % 2 === 0 ? [first, second] : [second, first];
    pairs.push({ ours: our - GUEST_MEBIBYTES, peer: their });
  }
  const name = `${engine}: memory beyond Node's own and the guest's ${GUEST_MEBIBYTES} MiB`;
  context.row(pairedRow("difference", { name, unit: "MiB", peer: "idle Node", bar: 16, goal: 4 }, pairs));
}
