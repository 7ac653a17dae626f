/** Files that are replaced as a whole: whatever happens, the old or the new one is there. */
import {
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { unusable } from "./home-error.ts";

const temporaryEnding = ".writing";

/**
 * Replaces the file, or makes it: private to the user (0600) and on the disk when this returns. VMP_HOME_UNUSABLE when that
 * cannot be done; the old file then stays, but for the one case that the folder could not be flushed after the exchange.
 * A process that is killed may leave a temporary file: see `sweepTemporaries`.
 */
export function writeDurably(path: string, data: string | Uint8Array): void {
  const bytes = typeof data === "string" ? Buffer.from(data) : data;
  const folder = dirname(path);
  let temporary: string | undefined;
  try {
    const created = createTemporary(path);
    temporary = created.path;
    try {
      for (let done = 0; done < bytes.length; )
        done += writeSync(created.descriptor, bytes, done, bytes.length - done, done);
      fsyncSync(created.descriptor);
    } finally {
      closeSync(created.descriptor);
    }
    renameSync(temporary, path);
    temporary = undefined;
    flushFolder(folder);
  } catch (error) {
    if (temporary !== undefined) rmSync(temporary, { force: true });
    throw unusable(path, error);
  }
}

/** Removes what killed writers left. Only where all writers of the folder hold one lock, and the caller does. */
export function sweepTemporaries(folder: string): void {
  try {
    for (const name of readdirSync(folder)) {
      if (name.startsWith(".") && name.endsWith(temporaryEnding) && lstatSync(join(folder, name)).isFile())
        rmSync(join(folder, name), { force: true });
    }
  } catch (error) {
    throw unusable(folder, error);
  }
}

function createTemporary(path: string): { readonly path: string; readonly descriptor: number } {
  // The name is only to be free; O_EXCL and O_NOFOLLOW see to it that the file is new and ours.
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  for (let attempt = 0; ; attempt++) {
    const random = Math.random().toString(36).slice(2, 10);
    const temporary = join(dirname(path), `.${basename(path)}.${process.pid}-${random}${temporaryEnding}`);
    try {
      return { path: temporary, descriptor: openSync(temporary, flags, 0o600) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST" || attempt === 16) throw error;
    }
  }
}

/** The exchange itself is in the folder: it too has to reach the disk. */
function flushFolder(folder: string): void {
  const descriptor = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(descriptor);
  } catch (error) {
    // Some network file systems cannot flush a folder and say so by EINVAL.
    if ((error as NodeJS.ErrnoException).code !== "EINVAL") throw error;
  } finally {
    closeSync(descriptor);
  }
}
