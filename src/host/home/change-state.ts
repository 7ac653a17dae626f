/** Changes state.json: under a lock, at one moment. */
import { sweepTemporaries, writeDurably } from "../../storage/durable-write.ts";
import { withLock } from "../../storage/lock.ts";
import type { Home } from "./home.ts";
import { readState } from "./state.ts";
import { formatState, type HomeState, parseState } from "./state-format.ts";
import { sweep } from "./sweep.ts";

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
