/** Hears of changes that other processes commit. */
import { lstatSync } from "node:fs";
import { watchFolder } from "../../storage/watch.ts";
import type { Home } from "./home.ts";

/**
 * Calls `changed` soon after state.json was replaced, once for several changes that come together; what has changed, its reader
 * finds out. Never throws, never keeps the process alive; a home that is missing is waited for. What is returned ends it.
 */
export function watchHome(home: Home, changed: () => void): () => void {
  let last = signatureOf(home.stateFile);
  return watchFolder(home.path, () => {
    const now = signatureOf(home.stateFile);
    if (now === last) return;
    last = now;
    changed();
  });
}

/** Of the file; a replaced one has another inode. */
function signatureOf(path: string): string {
  try {
    const status = lstatSync(path, { bigint: true, throwIfNoEntry: false });
    return status ? [status.ino, status.size, status.mtimeNs, status.ctimeNs].join() : "";
  } catch {
    return "";
  }
}
