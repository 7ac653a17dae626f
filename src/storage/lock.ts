/** One process at a time: an exclusive lock on a file, which the kernel gives up when its holder dies. */
import { closeSync, ftruncateSync, readFileSync, writeSync } from "node:fs";
import { VmPluginError } from "../errors.ts";
import { lockFile } from "../native.ts";

/** Milliseconds between two looks at a lock that is held. */
const shortestPause = 2;
const longestPause = 50;

/**
 * Takes the lock, or gives undefined when anybody holds it, this process included: it is not re-entrant. What is returned
 * frees it, once. The file is made when missing, 0600, and never removed: a lock on a removed file excludes nobody.
 */
export function tryLock(path: string): (() => void) | undefined {
  const descriptor = lockFile(path);
  if (descriptor === undefined) return undefined;
  noteHolder(descriptor);
  let held = true;
  return () => {
    if (held) closeSync(descriptor);
    held = false;
  };
}

/**
 * Does the work while it holds the lock. VMP_HOME_BUSY when that does not come free in `timeout` milliseconds (10,000 by
 * default); the work has not begun then. Not re-entrant.
 */
export async function withLock<Result>(
  path: string,
  work: () => Promise<Result> | Result,
  options: { readonly timeout?: number } = {},
): Promise<Result> {
  const milliseconds = options.timeout ?? 10_000;
  const end = performance.now() + milliseconds;
  let release = tryLock(path);
  for (let pause = shortestPause; release === undefined; pause = Math.min(pause * 2, longestPause)) {
    const left = end - performance.now();
    if (left <= 0) throw new VmPluginError("VMP_HOME_BUSY", { path, holder: holderOf(path), milliseconds });
    await new Promise((resolve) => setTimeout(resolve, Math.min(pause, left)));
    release = tryLock(path);
  }
  try {
    return await work();
  } finally {
    release();
  }
}

/** For the message of who has to wait; the lock holds without it, also when the disk is full. */
function noteHolder(descriptor: number): void {
  try {
    ftruncateSync(descriptor, 0);
    writeSync(descriptor, String(process.pid), 0);
  } catch {}
}

function holderOf(path: string): string {
  try {
    return /^\d{1,10}$/.exec(readFileSync(path, "latin1"))?.[0] ?? "";
  } catch {
    return "";
  }
}
