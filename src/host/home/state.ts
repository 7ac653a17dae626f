/** Reads and changes state.json: the one truth of a home. */
import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats, statSync } from "node:fs";
import { reasonOf, VmPluginError } from "../../errors.ts";
import { didYouMean } from "../../nearest.ts";
import { sweepTemporaries, writeDurably } from "../../storage/durable-write.ts";
import { failureOf } from "../../storage/home-error.ts";
import { withLock } from "../../storage/lock.ts";
import type { Home } from "./home.ts";
import {
  emptyState,
  formatState,
  type HomeState,
  type InstalledPlugin,
  NewerFormat,
  parseState,
} from "./state-format.ts";
import { sweep } from "./sweep.ts";

/** Bytes: some hundred thousand plugins. */
const largestState = 64 * 2 ** 20;

/**
 * What is installed and disabled; the empty state, revision 0, when nothing was ever written. VMP_HOME_STATE_DAMAGED says what is
 * wrong, VMP_HOME_STATE_NEWER names the format, VMP_HOME_NOT_PRIVATE stands for a home that others could have written.
 */
export function readState(home: Home): HomeState {
  const path = home.stateFile;
  const text = readText(home);
  if (text === undefined) return emptyState;
  try {
    return parseState(text);
  } catch (cause) {
    if (cause instanceof NewerFormat)
      throw new VmPluginError("VMP_HOME_STATE_NEWER", { path, format: cause.format }, { cause });
    throw new VmPluginError("VMP_HOME_STATE_DAMAGED", { path, reason: reasonOf(cause) }, { cause });
  }
}

/** Writes the next state: the one moment at which an operation comes true. Answers it as it can be read from then on. */
export type Commit = (next: HomeState) => HomeState;

/**
 * Makes the home when it is missing, and lets `work` read and commit while it alone may; what nobody names any more is swept
 * afterwards. VMP_HOME_BUSY, VMP_HOME_UNUSABLE, VMP_HOME_NOT_PRIVATE, or an error of readState. Not re-entrant.
 */
export async function withState<Result>(
  home: Home,
  work: (state: HomeState, commit: Commit) => Promise<Result> | Result,
): Promise<Result> {
  home.create();
  return withLock(home.lockFile, async () => {
    sweepTemporaries(home.path);
    let current = readState(home);
    const commit: Commit = (next) => {
      const text = formatState({ ...next, revision: current.revision + 1 });
      // What could not be read again must not be written.
      const written = parseState(text);
      writeDurably(home.stateFile, text);
      current = written;
      return written;
    };
    try {
      return await work(current, commit);
    } finally {
      sweep(home, current);
    }
  });
}

/** Commits what `change` answers, under the lock; nothing when it answers the state that it was given, or throws. */
export function changeState(
  home: Home,
  change: (state: HomeState) => Promise<HomeState> | HomeState,
): Promise<HomeState> {
  return withState(home, async (state, commit) => {
    const next = await change(state);
    return next === state ? state : commit(next);
  });
}

/** VMP_PLUGIN_NOT_INSTALLED with the nearest id. */
export function installedPlugin(state: HomeState, id: string): InstalledPlugin {
  const plugin = Object.hasOwn(state.plugins, id) ? state.plugins[id] : undefined;
  if (plugin) return plugin;
  throw new VmPluginError("VMP_PLUGIN_NOT_INSTALLED", { id, hint: didYouMean(id, Object.keys(state.plugins)) });
}

function readText(home: Home): string | undefined {
  const path = home.stateFile;
  let descriptor: number;
  try {
    refuseForeign(home.path, statSync(home.path));
    // O_NONBLOCK: opening a pipe that nobody writes would wait for ever.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (cause) {
    if (cause instanceof VmPluginError) throw cause;
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new VmPluginError("VMP_HOME_UNUSABLE", { path, reason: failureOf(cause) }, { cause });
  }
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile()) throw new VmPluginError("VMP_HOME_STATE_DAMAGED", { path, reason: "it is not a file" });
    refuseForeign(path, status);
    if (status.size > largestState)
      throw new VmPluginError("VMP_HOME_STATE_DAMAGED", { path, reason: `it has ${status.size} bytes` });
    return readFileSync(descriptor, "utf8");
  } finally {
    closeSync(descriptor);
  }
}

/** Who can write the state decides which code runs. */
function refuseForeign(path: string, { uid, mode }: Stats): void {
  const user = process.geteuid?.() ?? uid;
  if (uid !== user)
    throw new VmPluginError("VMP_HOME_NOT_PRIVATE", {
      path,
      reason: `it belongs to user ${uid}, this is user ${user}`,
    });
  if ((mode & 0o022) !== 0) throw new VmPluginError("VMP_HOME_NOT_PRIVATE", { path, reason: "others may write to it" });
}
