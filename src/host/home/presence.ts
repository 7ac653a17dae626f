/**
 * Processes that are at work in a folder of the home: each holds `<name>.lock` there by a lock that the kernel frees when it dies,
 * and keeps what is its own beside it as `<name>.<ending>`.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { VmPluginError } from "../../errors.ts";
import { tryLock } from "../../storage/lock.ts";
import { privateFolder } from "../../storage/private-folder.ts";
import { removeTree } from "./remove-tree.ts";

export interface Presence {
  readonly name: string;
  /** The path of what belongs to it. `ending`: a dot and small letters. */
  file(ending: string): string;
  /** Removes what belongs to it. Idempotent. */
  leave(): void;
}

let entered = 0;

/** VMP_HOME_UNUSABLE or VMP_HOME_NOT_PRIVATE when the folder cannot be made or written to. */
export function enter(folder: string): Presence {
  privateFolder(folder);
  for (let attempt = 0; attempt < 100; attempt++) {
    entered += 1;
    const name = `${process.pid}-${process.hrtime.bigint().toString(36)}-${entered}`;
    const lock = join(folder, `${name}.lock`);
    const unlock = tryLock(lock);
    // Somebody who sweeps may have taken the new file for a dead one's, and may have removed it before it was locked.
    if (unlock && existsSync(lock)) return presence(folder, name, unlock);
    unlock?.();
  }
  throw new VmPluginError("VMP_INTERNAL", { reason: `nothing can be locked in ${folder}` });
}

function presence(folder: string, name: string, unlock: () => void): Presence {
  let left = false;
  return {
    name,
    file: (ending) => join(folder, name + ending),
    leave() {
      if (left) return;
      left = true;
      remove(folder, namesIn(folder).get(name) ?? [], unlock);
    },
  };
}

/** Names of those that live; what the dead left is removed. Empty when the folder is missing. */
export function sweepPresences(folder: string): string[] {
  const living: string[] = [];
  for (const [name, entries] of namesIn(folder)) {
    const lock = join(folder, `${name}.lock`);
    // Looked for now: a folder that is listed while it is filled may show what came later, and not the lock that came first.
    const unlock = existsSync(lock) ? tryLock(lock) : () => {};
    if (unlock === undefined) living.push(name);
    else remove(folder, entries, unlock);
  }
  return living;
}

/** The lock goes last: whoever has none is dead. */
function remove(folder: string, entries: readonly string[], unlock: () => void): void {
  const isLock = (entry: string) => Number(entry.endsWith(".lock"));
  try {
    for (const entry of [...entries].sort((a, b) => isLock(a) - isLock(b))) removeTree(join(folder, entry));
  } finally {
    unlock();
  }
}

/** What lies in the folder, by its owner's name. What has no such name is not ours, and stays. */
function namesIn(folder: string): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const entry of existsSync(folder) ? readdirSync(folder) : []) {
    const [, name] = /^(\d+-[0-9a-z]+-\d+)\.[a-z]+$/.exec(entry) ?? [];
    if (name !== undefined) names.set(name, [...(names.get(name) ?? []), entry]);
  }
  return names;
}
