/** What processes hold while they wait: both sides say "ready" and wait for the end of their input. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { type Command, commandText } from "./process-time.ts";
import type { Pair } from "./row.ts";
import type { SuiteContext } from "./suite.ts";

export interface Touched {
  /** MiB that our side's guest has written to. */
  readonly mebibytes: number;
  /** Rss: shared pages whole; Pss: each shared page divided by those that share it. */
  readonly what: "Rss" | "Pss";
}

/** The kB of the mappings in /proc/PID/smaps, without those of guest memory, whose sum must be what the guest has touched. */
function kibibytes(smaps: string, { mebibytes, what }: Touched): number {
  let [own, guests, isGuest] = [0, 0, false];
  const line = new RegExp(`^${what}: +(\\d+) kB$`);
  for (const text of smaps.split("\n")) {
    const [, size] = line.exec(text) ?? [];
    if (/^[0-9a-f]+-[0-9a-f]+ /.test(text)) isGuest = text.includes("/memfd:vm-plugin-guest");
    else if (size !== undefined && isGuest) guests += Number(size);
    else if (size !== undefined) own += Number(size);
  }
  const touched = mebibytes * 1024;
  if (own === 0 || guests < touched || guests > touched + 4096) throw new Error(`${own} and ${guests} kB are resident`);
  return own;
}

/** MiB of a process that has said "ready", which it is then told to end. */
async function waitingMemory(command: Command, touched: Touched): Promise<number> {
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
  return kibibytes(text, touched) / 1024;
}

/** Pairs of MiB beyond what our guest has touched; the other side has no guest. */
export async function idlePairs(
  { effort, progress }: SuiteContext,
  ours: Command,
  theirs: Command,
  touched: Touched,
): Promise<Pair[]> {
  progress(`${effort.pairs} x ${commandText(ours)} against ${commandText(theirs)}`);
  const pairs: Pair[] = [];
  const oursNow = () => waitingMemory(ours, touched);
  const theirsNow = () => waitingMemory(theirs, { ...touched, mebibytes: 0 });
  for (let index = 0; index < effort.pairs; index++) {
    const first = await (index % 2 === 0 ? oursNow() : theirsNow());
    const second = await (index % 2 === 0 ? theirsNow() : oursNow());
    pairs.push(index % 2 === 0 ? { ours: first, peer: second } : { ours: second, peer: first });
  }
  return pairs;
}
