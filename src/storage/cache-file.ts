/** Files that hold what can be made again: the user's own, not trusted when damaged, lost without harm. Nothing here throws. */
import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";

/** Milliseconds after which the unfinished file of a writer that died is taken away. */
const abandonedAfter = 10_000;

/**
 * The content as it was written; undefined when there is none, or none that this user alone may have written, whole. It stands
 * in the file twice: to compare two copies costs a fresh process less than any checksum in JavaScript.
 */
export function readCacheFile(path: string): Buffer | undefined {
  let descriptor: number | undefined;
  try {
    if (!isOwn(statSync(dirname(path)))) return undefined;
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const status = fstatSync(descriptor);
    if (!status.isFile() || !isOwn(status)) return undefined;
    const bytes = Buffer.allocUnsafe(status.size);
    if (readWhole(descriptor, bytes) !== bytes.length) return undefined;
    const content = bytes.subarray(0, bytes.length / 2);
    return content.equals(bytes.subarray(bytes.length / 2)) ? content : undefined;
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/**
 * Replaces the file: who reads meanwhile gets the old one or the new one. No fsync: after a crash the file is damaged at worst.
 * Nothing is written into a folder that is not the user's own. The folder is made, its parents are not: a home does not come
 * into being for the sake of a cache.
 */
export function writeCacheFile(path: string, text: string): void {
  const fresh = `${path}.new`;
  let created = false;
  try {
    const folder = dirname(path);
    makeFolder(folder);
    if (!isOwn(statSync(folder))) return;
    const descriptor = create(fresh);
    created = true;
    try {
      writeFileSync(descriptor, text + text);
    } finally {
      closeSync(descriptor);
    }
    renameSync(fresh, path);
  } catch {
    if (created) remove(fresh);
  }
}

/** What tells two states of a file apart without reading it. A change leaves it alone only where isRecent holds. */
export function signatureOf({ size, mtimeNs, ctimeNs, ino }: BigIntStats): string {
  return `${size} ${mtimeNs} ${ctimeNs} ${ino}`;
}

/**
 * Whether a change after `time` (milliseconds, Date.now()) may leave the signature as it is: the kernel's time stamps are as
 * coarse as its ticks, at most 10 ms, and some file systems store whole seconds or pairs of them.
 */
export function isRecent({ mtimeNs, ctimeNs }: BigIntStats, time: number): boolean {
  const changed = mtimeNs > ctimeNs ? mtimeNs : ctimeNs;
  const granularity = ctimeNs % 1_000_000_000n === 0n ? 2000 : 20;
  return Number(changed / 1_000_000n) >= time - granularity;
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

function isOwn({ uid, mode }: Stats): boolean {
  return uid === process.getuid?.() && (mode & 0o022) === 0;
}

function readWhole(descriptor: number, bytes: Buffer): number {
  let size = 0;
  for (let got = -1; got !== 0 && size < bytes.length; size += got)
    got = readSync(descriptor, bytes, size, bytes.length - size, null);
  return size;
}

/** One name for all writers: whoever comes second leaves it to the first, and a dead one's file is found again. */
function create(path: string): number {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  try {
    return openSync(path, flags, 0o600);
  } catch (error) {
    if (Date.now() - statSync(path).mtimeMs < abandonedAfter) throw error;
    unlinkSync(path);
    return openSync(path, flags, 0o600);
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It is gone already.
  }
}
