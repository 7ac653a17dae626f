/** What a guest could change of the process that hosts it. */
import { readdirSync, readFileSync } from "node:fs";
import { getPriority, hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

const fields = /^(Umask|Uid|Gid|Groups|SigBlk|SigIgn|CapEff|NoNewPrivs|Seccomp):.*$/gm;

/** Settings, of which none may be another one afterwards. */
export function hostState(): string {
  return [
    ...(readFileSync("/proc/self/status", "utf8").match(fields) ?? []),
    readFileSync("/proc/self/limits", "utf8"),
    `working directory ${process.cwd()}, priority ${getPriority()}, host ${hostname()}`,
  ].join("\n");
}

export interface Holdings {
  readonly descriptors: number;
  readonly threads: number;
}

export function holdings(): Holdings {
  return { descriptors: readdirSync("/proc/self/fd").length, threads: readdirSync("/proc/self/task").length };
}

/** Waits until this process holds about as much as before: some of its own come and go. Else what it holds. */
export async function heldBeyond(before: Holdings): Promise<Holdings | undefined> {
  const others = 2;
  for (let look = 0; ; look++) {
    const now = holdings();
    if (now.descriptors <= before.descriptors + others && now.threads <= before.threads + others) return undefined;
    if (look === 600) return now;
    await sleep(50);
  }
}
