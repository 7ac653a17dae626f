/** Tells that something in a folder has changed; what, its reader finds out. */
import { type FSWatcher, statSync, watch } from "node:fs";
import { basename } from "node:path";

/** Milliseconds in which changes are taken together. */
const coalescing = 10;
/** Milliseconds between two attempts while the folder, or the system's room for one more watch, is missing. */
const retry = 1000;

/**
 * Calls `changed` soon after each change inside the folder (not below its subfolders), once for several that come together.
 * A folder that is missing, vanishes or is exchanged is waited for; its return counts as a change. Never throws, never keeps
 * the process alive. What is returned ends it.
 */
export function watchFolder(path: string, changed: () => void): () => void {
  let watcher: FSWatcher | undefined;
  let timer: NodeJS.Timeout | undefined;
  let ended = false;

  const later = (milliseconds: number, work: () => void) => {
    timer ??= setTimeout(() => {
      timer = undefined;
      work();
    }, milliseconds).unref();
  };
  const attach = (): boolean => {
    const inode = inodeOf(path);
    if (inode === undefined) return false;
    try {
      watcher = watch(path, { persistent: false });
    } catch {
      return false;
    }
    // A folder that goes is told by its own name; another in its place may have its number.
    let gone = false;
    watcher.on("change", (_, name) => {
      gone ||= name === basename(path);
      later(coalescing, () => (!gone && inodeOf(path) === inode ? changed() : again()));
    });
    watcher.on("error", again);
    return true;
  };
  const again = () => {
    if (ended) return;
    watcher?.close();
    watcher = undefined;
    if (attach()) changed();
    else later(retry, again);
  };

  if (!attach()) later(retry, again);
  return () => {
    ended = true;
    watcher?.close();
    clearTimeout(timer);
  };
}

function inodeOf(path: string): bigint | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
  } catch {
    return undefined;
  }
}
