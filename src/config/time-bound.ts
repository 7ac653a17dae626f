/** Runs work that a stranger's schema can make take for ever: a pattern that backtracks, references that multiply. */
import { createRequire } from "node:module";

export class TookTooLong extends Error {}

let bounded: ((work: () => void, milliseconds: number) => void) | undefined;

/**
 * What `work` gives, synchronously; TookTooLong when it is interrupted, at any place inside, after `milliseconds`. What it
 * changes may be half changed then.
 */
export function withinTime<Result>(milliseconds: number, work: () => Result): Result {
  bounded ??= prepare();
  let result: Result | undefined;
  try {
    bounded(() => {
      result = work();
    }, milliseconds);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_TIMEOUT")
      throw new TookTooLong(`it took longer than ${milliseconds} ms`);
    throw error;
  }
  return result as Result;
}

/** Node's own means to interrupt a synchronous call, regular expressions included, is a script's time-out. */
function prepare(): (work: () => void, milliseconds: number) => void {
  const { createContext, Script } = createRequire(import.meta.url)("node:vm") as typeof import("node:vm");
  const context = createContext({ work: undefined as (() => void) | undefined });
  const script = new Script("work()");
  return (work, timeout) => {
    context.work = work;
    try {
      script.runInContext(context, { timeout });
    } finally {
      context.work = undefined;
    }
  };
}
